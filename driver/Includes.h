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
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"
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
    /// The headers of the standard library that these include whatever the
    /// conditions, sorted.
    std::vector<std::string> Standard;
    /// The same for all units whose headers are looked for in the same places,
    /// with the same flags.
    const void *Flags = nullptr;
  };
  /// Not thread-safe.
  Reach of(const Command &C);

  /// All that standard headers \p Names come to include, for units of \p Flags:
  /// how many bytes, and every word in them.
  size_t sizeOf(llvm::ArrayRef<std::string> Names, const void *Flags);
  llvm::StringSet<> wordsOf(llvm::ArrayRef<std::string> Names, const void *Flags);

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
    size_t Size = 0;
    std::unique_ptr<Scan> Text;
    struct Inclusion {
      const File *Of;
      const Include *As;
    };
    std::map<const Search *, std::vector<Inclusion>> Included;
    std::map<const Search *, bool> HasLost; ///< an include outside of conditions
  };

  const Search &searchOf(const Command &C);
  const File *open(llvm::StringRef Path, bool IsSystem, size_t FoundIn);
  const File *find(const Include &What, const File &From, const Search &In);
  const std::vector<File::Inclusion> &includedBy(const File &F, const Search &In);
  std::vector<std::string> standardOf(llvm::ArrayRef<const File *> From, const Search &In);
  llvm::DenseSet<const File *> closureOf(llvm::ArrayRef<std::string> Standard, const Search &In);

  const Shared &Common;
  std::map<std::string, Search> Searches;
  llvm::StringMap<std::unique_ptr<File>> Files; ///< null: not there
};

} // namespace weir::driver
