// What a translation unit can see, without parsing it.
//
// The closure of its includes, with all branches of all conditions, looked for
// where its compiler would look. That is more than the unit sees, never less,
// so what is in none of these files is not in the unit: a file that reaches
// neither a coroutine nor the header all coroutines need has nothing for the
// rules, and is parsed only if a coroutine elsewhere calls into it.

#pragma once

#include "driver/Analysis.h"
#include "driver/Scan.h"
#include <map>
#include <memory>

namespace weir::driver {

class Includes {
public:
  explicit Includes(const Shared &Common) : Common(Common) {}

  struct Reach {
    /// Coroutines may be in it, or nobody can tell.
    bool MayMatter = false;
    /// The files of it that are the user's.
    std::vector<const Scan *> Own;
  };
  /// Not thread-safe.
  Reach of(const Command &C);

private:
  struct Folder {
    std::string Path;
    bool IsSystem = false, IsQuoted = false;
  };
  /// Where a command's includes are looked for, and what it includes unasked.
  struct Search {
    std::vector<Folder> Folders;
    std::vector<std::string> Forced;
  };
  struct File {
    std::string Path;
    bool IsSystem = false;
    size_t FoundIn = 0; ///< of the search's folders
    std::unique_ptr<Scan> Text;
    std::map<const Search *, std::vector<const File *>> Included;
    std::map<const Search *, bool> HasLost; ///< an include outside of conditions
  };

  const Search &searchOf(const Command &C);
  const File *open(llvm::StringRef Path, bool IsSystem, size_t FoundIn);
  const File *find(const Include &What, const File &From, const Search &In);
  const std::vector<const File *> &includedBy(const File &F, const Search &In);

  const Shared &Common;
  std::map<std::string, Search> Searches;
  llvm::StringMap<std::unique_ptr<File>> Files; ///< null: not there
};

} // namespace weir::driver
