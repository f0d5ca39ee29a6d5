// How the index lies in its file; see Index.h.
//
// Tables of rows of one size, little-endian and without padding: a reader maps
// the file and finds its way by bisection, whatever the size of the project.

#pragma once

#include "checks/program/Bytes.h"
#include "checks/support/Hash.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

namespace weir::program::format {

using Number = llvm::support::ulittle32_t;
using Long = llvm::support::ulittle64_t;

constexpr char Magic[8] = {'w', 'e', 'i', 'r', 'i', 'n', 'd', 'x'};
/// Counted up whenever the layout changes.
constexpr uint32_t Version = 2;

/// A stretch of the file: bytes, or rows of a table.
struct Stretch {
  Long At;
  Number Count;
};

/// A file as it was read.
struct File {
  Long Size, Modified; ///< nanoseconds since 1970
  Hash Contents;
  Stretch Path; ///< with marks
};
/// The size of a file that was looked for and is not there.
constexpr uint64_t Absent = ~uint64_t(0);

struct Header {
  char Magic[8];
  Number Version, StoredFormat;
  Long Size; ///< of the whole file
  Hash Made; ///< what it was made from
  Number IsWhole;
  Stretch Root, Build; ///< the folders that marks in texts stood for
  File Database;       ///< of its contents, the hash with marks for folders
  Stretch Files, Lists, Entries, Definitions, Overrides;
};

/// One row of Lists is the number of a file.
using ListItem = Number;

/// What one analysis said.
struct Entry {
  Long At; ///< of the facts; the places follow them
  Number Facts, Places;
  Long Check;          ///< the hash of both
  Number Main;         ///< the number of the file that was compiled
  Number First, Count; ///< in Lists: what the analysis was made from
};

/// \c Entry defines the function that has the key \c Of. Sorted.
struct Definition {
  Long Of;
  Number Entry;
};

/// \c Entry has the virtual method \c By, which overrides \c Of. Sorted.
struct Override {
  Long Of, By;
  Number Entry;
};

/// The key of a function in the tables.
inline uint64_t keyOf(llvm::StringRef Usr, const Folders &Where) {
  return llvm::xxh3_64bits(llvm::StringRef(Where.stored(Usr)));
}

} // namespace weir::program::format
