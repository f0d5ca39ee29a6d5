// Results of earlier runs, by what they were made from.
//
// Two files make an entry. A command's record says of each of its last results
// which files it was made from, with their hashes; it is found by the command,
// the configuration, the models and this very program. The result is found by
// all of that together. So a look-up starts no compiler, a branch that comes
// back brings its results back, and results move with a checkout: paths in the
// project's folders are stored as marks.
//
// Any number of processes may use one cache: a file is written beside and moved
// into place, and never changed.

#pragma once

#include "checks/program/Bytes.h"
#include "driver/Analysis.h"
#include "driver/Dependencies.h"
#include "llvm/Support/Chrono.h"
#include <atomic>

namespace weir::driver {

struct Settings;

/// What a result depends on before any file is read, each part with a name for
/// people: `the configuration`.
using Parts = std::vector<std::pair<llvm::StringRef, std::string>>;

struct CacheSize {
  uint64_t Files = 0, Bytes = 0;
};
/// Thread-safe.
class Cache {
public:
  /// \p Folder is made when the first result is kept; empty: nothing is found
  /// or kept.
  Cache(std::string Folder, const program::Folders &Where, Snapshot &Now)
      : Folder(std::move(Folder)), Where(Where), Now(Now) {}

  Parts partsOf(const Command &C, const Shared &Common, const Settings &With) const;

  std::optional<Analysis> find(const Parts &Key);
  /// \p A was begun at \p Begun; a result whose files have changed since is not
  /// kept. Silent about a full disk: a cache is no reason to fail. Returns what
  /// names the result, or zeros.
  Hash keep(const Command &C, const Parts &Key, const Analysis &A,
            llvm::sys::TimePoint<> Begun);

  /// What has changed since the last result for \p C: lines for people; none if
  /// it would be found.
  std::vector<std::string> why(const Command &C, const Parts &Key);

  /// Copies what would be found to the cache in \p To; false if nothing would.
  llvm::Expected<bool> copy(const Command &C, const Parts &Key, llvm::StringRef To);

  /// Bytes of other kinds, by what this very weir made them from.
  static Hash keyOf(llvm::StringRef Of);
  std::optional<std::string> bytes(llvm::StringRef Kind, const Hash &Of) const;
  void keepBytes(llvm::StringRef Kind, const Hash &Of, llvm::StringRef Bytes);

  /// Makes room, once an hour at most, and only if something was kept.
  void collectSometimes() const;

  /// Copies all that is kept in \p From into \p To; how much of it is new there.
  static llvm::Expected<CacheSize> merge(llvm::StringRef From, llvm::StringRef To);

private:
  struct Made;
  /// Copies the file \p Path of the cache in \p Folder; its size, if \p To did not
  /// have it.
  static llvm::Expected<uint64_t> copyEntry(llvm::StringRef Folder, llvm::StringRef Path,
                                            llvm::StringRef To);
  std::string pathOf(llvm::StringRef Kind, const Hash &Key) const;
  std::string lastOf(const Command &C) const;
  static std::vector<Made> recordIn(llvm::StringRef Bytes, const program::Folders &Where);
  static std::string bytesOf(llvm::ArrayRef<Made> Record, const program::Folders &Where);
  std::vector<Made> record(const Hash &Key) const;
  /// What is not as it was; the first \p Most.
  std::vector<std::string> changes(const Made &Since, size_t Most = SIZE_MAX) const;
  bool isValid(const Made &M) const { return changes(M, 1).empty(); }

  std::string Folder;
  const program::Folders &Where;
  Snapshot &Now;
  std::atomic<bool> HasKept = false;
};

/// What the environment names, or the user's.
std::string defaultCacheFolder();
/// How many bytes a cache may have; the environment may say otherwise.
uint64_t cacheLimit();

CacheSize sizeOfCache(llvm::StringRef Folder);
/// Removes what was not used for longest until \p Limit bytes are left.
CacheSize collectCache(llvm::StringRef Folder, uint64_t Limit);

} // namespace weir::driver
