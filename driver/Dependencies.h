// What a result was made from, and whether it is still so.
//
// Not only the files that were read: also those that were looked for in vain,
// for a header that appears earlier on the search path changes the program, and
// the folders that were listed, as clang does to find a compiler's headers.

#pragma once

#include "checks/support/Hash.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace weir::driver {

/// The files as this run sees them; each is looked at once. Thread-safe.
class Snapshot {
public:
  /// The hash of the contents of \p File; nothing if it cannot be read.
  std::optional<Hash> contents(llvm::StringRef File);
  /// The hash of the names in \p Folder; nothing if it cannot be listed.
  std::optional<Hash> names(llvm::StringRef Folder);
  bool exists(llvm::StringRef File);

private:
  std::mutex Guard;
  llvm::StringMap<std::optional<Hash>> Contents, Names;
  llvm::StringMap<bool> Present;
};

/// Absolute paths, as they were spelled.
struct Dependencies {
  std::set<std::string, std::less<>> Read, Absent, Listed;
};

/// Notes in \p Into what is asked of \p Below. For one thread; relative paths
/// are below its working directory.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>
recording(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Below, Dependencies &Into);

} // namespace weir::driver
