// The command line: flags, positional words, and what follows `--`.

#pragma once

#include "driver/Cache.h"
#include "driver/Configuration.h"
#include "driver/Report.h"
#include <functional>

namespace weir::driver {

/// The words of one command. Declared flags are parsed into the variables they
/// were declared with, and explained by help().
class CommandLine {
public:
  /// \p Usage follows the command in the help: "[PATH…] [-- FLAGS…]".
  CommandLine(llvm::StringRef Name, llvm::StringRef Usage, llvm::StringRef About)
      : Name(Name), Usage(Usage), About(About) {}

  using Set = std::function<llvm::Error(llvm::StringRef)>;
  /// \p Names as the user types them: "-p", "--format". A flag with a \p Value
  /// takes `--flag=value` and `--flag value`.
  void flag(std::vector<llvm::StringRef> Names, llvm::StringRef Value,
            llvm::StringRef Help, Set To);
  void flag(std::vector<llvm::StringRef> Names, llvm::StringRef Help,
            std::function<void()> Do);
  void flag(std::vector<llvm::StringRef> Names, llvm::StringRef Help, bool &To);
  void flag(std::vector<llvm::StringRef> Names, llvm::StringRef Value,
            llvm::StringRef Help, std::string &To);
  void flag(std::vector<llvm::StringRef> Names, llvm::StringRef Value,
            llvm::StringRef Help, std::vector<std::string> &To);

  /// Parses \p Args. The exit code, if that is all there is to do: help was
  /// wanted, or an error was printed, with the flag that may have been meant.
  std::optional<int> open(llvm::ArrayRef<const char *> Args);

  std::vector<std::string> Words;
  bool HasFlags = false;          ///< there was a `--`
  std::vector<std::string> Flags; ///< what followed it

private:
  struct Flag {
    std::vector<llvm::StringRef> Names;
    llvm::StringRef Value, Help;
    Set To;
  };
  llvm::Error parse(llvm::ArrayRef<const char *> Args);
  void help(llvm::raw_ostream &Out) const;
  const Flag *find(llvm::StringRef Name) const;

  bool WantsHelp = false;
  llvm::StringRef Name, Usage, About;
  std::vector<Flag> Known;
};

/// What `weir check` and the commands that analyse in the same way are told.
struct Options {
  std::string Build; ///< -p
  std::vector<std::string> Paths;
  bool HasFlags = false;
  std::vector<std::string> Flags;

  Configuration::Overrides Config;
  std::vector<std::string> ExtraArgs, ExtraArgsBefore;
  std::string ResourceDir;
  unsigned Jobs = 0; ///< 0: as many as there are processors

  std::vector<Output> Outputs;
  Severity FailOn = Severity::Warning;
  bool ExitZero = false, FailOnIncomplete = false;
  bool Quiet = false, Verbose = false;
  bool ParseAll = false; ///< also files that reach no coroutine
  std::string CacheFolder = defaultCacheFolder(); ///< empty: none
  enum class When { Auto, Always, Never } Colour = When::Auto;
  enum class Show { Auto, Bar, Lines, None } Progress = Show::Auto;

  /// Declares the flags; what they are parsed into is this object.
  void declare(CommandLine &Line);
  void declareConfiguration(CommandLine &Line); ///< a part of declare()
  void declareOutput(CommandLine &Line);
};

/// Whether \p Out, a terminal or not, is to be coloured.
bool wantsColour(Options::When Colour, llvm::raw_fd_ostream &Out);

/// Prints `weir: error: …` and returns 2.
int usageError(llvm::Error Error);

} // namespace weir::driver
