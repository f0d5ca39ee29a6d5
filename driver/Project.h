// Which files there are, and how each is compiled.

#pragma once

#include "driver/Commands.h"
#include "llvm/Support/Error.h"
#include <map>

namespace weir::driver {

class Sources;

struct Project {
  /// The database; empty when the command line gave the flags.
  std::string Database;
  std::vector<std::string> AlsoFound; ///< databases that were not chosen
  std::vector<Command> Commands;      ///< by file and arguments, each once
  /// The repository of the files, or else the folder they have in common.
  std::string root() const;
  bool IsRestricted = false;          ///< paths were given: this is not all
  unsigned Entries = 0;               ///< of the database
  unsigned Duplicates = 0;            ///< the same command for the same file
  std::map<std::string, unsigned> Skipped;          ///< why, how many
  std::map<std::string, std::pair<std::string, unsigned>> Changes; ///< flag: why, how many
  std::vector<std::string> Missing;   ///< files of the database that are not there
};

/// The entries of the database at \p Path, or where one is found from the
/// current folder upwards. Not empty: \p Paths are the files and folders to
/// keep. Errors say what was looked for and what would help.
llvm::Expected<Project> loadProject(const std::string &Path,
                                    llvm::ArrayRef<std::string> Paths, Sources &Texts);

/// \p Files, each compiled with \p Flags.
llvm::Expected<Project> fixedProject(llvm::ArrayRef<std::string> Files,
                                     llvm::ArrayRef<std::string> Flags, Sources &Texts);

} // namespace weir::driver
