// Makes the index that Index.h reads.

#pragma once

#include "checks/program/Bytes.h"
#include "checks/support/Hash.h"

namespace weir::program {

class Index;

/// A file as an analysis read it.
struct FileState {
  llvm::StringRef Path;
  uint64_t Size = 0, Modified = 0; ///< nanoseconds since 1970
  Hash Contents{};
  bool IsAbsent = false; ///< it was looked for in vain
};

/// What one analysis says. What is pointed to must outlive the call.
struct IndexEntry {
  const Stored *Bytes = nullptr;
  /// The same, read; ordinals for places will do. Not needed if the tables are.
  const Summary *Facts = nullptr;
  unsigned Main = 0;          ///< the file that was compiled, by number
  std::vector<unsigned> Read; ///< the files it depends on
};

struct IndexSource {
  llvm::StringRef Root, Build; ///< as Folders has them
  Hash Made{};                 ///< names what it is made from
  bool IsWhole = false;        ///< the entries are the whole program
  const Index *Last = nullptr; ///< an index of the same facts, for its tables
  FileState Database; ///< whose contents are hashed with marks for folders
  llvm::ArrayRef<FileState> Files;
  llvm::ArrayRef<IndexEntry> Entries;
};

std::string indexBytes(const IndexSource &From);

} // namespace weir::program
