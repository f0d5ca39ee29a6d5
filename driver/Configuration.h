// What the .clang-tidy files say, and the command line on top of them.

#pragma once

#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <mutex>
#include <set>

namespace weir {
struct CheckInfo;
namespace models {
class Models;
}
} // namespace weir

namespace weir::driver {

/// What is wrong with a configuration, and where.
struct Problem {
  std::string Where; ///< file:line:column, or the flag
  std::string What;
  bool IsError = false; ///< nothing is analysed
};

/// The configuration of one file.
struct Settings {
  clang::tidy::ClangTidyOptions Options;
  std::vector<const CheckInfo *> AstRules, ProgramRules; ///< that are on
  const models::Models *Models = nullptr;
  std::vector<std::string> ModelFiles; ///< the user's

  /// The options with only \p Rules on, and as text.
  clang::tidy::ClangTidyOptions with(llvm::ArrayRef<const CheckInfo *> Rules) const;
  std::string textWith(llvm::ArrayRef<const CheckInfo *> Rules) const;
  /// A provider for a ClangTidyContext that has only \p Rules on.
  std::unique_ptr<clang::tidy::ClangTidyOptionsProvider>
  provider(llvm::ArrayRef<const CheckInfo *> Rules) const;
  /// Whether findings in \p Header, which no command compiles, are wanted.
  bool wantsHeader(llvm::StringRef Header) const;
};

/// Thread-safe.
class Configuration {
public:
  struct Overrides {
    std::string Checks;
    std::string HeaderFilter;
    std::string ConfigFile; ///< instead of looking for .clang-tidy
    std::vector<std::string> Models;
  };
  explicit Configuration(const Overrides &Flags);
  ~Configuration();

  /// The settings for \p File, an absolute path; equal settings are the same.
  const Settings &of(llvm::StringRef File);

  /// The files that the settings for \p File are made from.
  std::set<std::string, std::less<>> filesOf(llvm::StringRef File);

  /// In the order of their discovery, each once.
  std::vector<Problem> problems();

private:
  llvm::ErrorOr<clang::tidy::ClangTidyOptions> parse(llvm::MemoryBufferRef File);
  void validate(clang::tidy::ClangTidyOptions &Options, llvm::StringRef File,
                llvm::StringRef Text);
  const models::Models *load(const std::vector<std::string> &Files);
  void add(Problem P);

  bool HasChecks = false; ///< the command line says which
  std::string Named; ///< the file that stands for every .clang-tidy; may be empty
  std::mutex Guard;
  std::unique_ptr<clang::tidy::ClangTidyOptionsProvider> Provider;
  llvm::StringMap<const Settings *> ByFolder;
  std::map<std::string, std::unique_ptr<Settings>> ByText;
  std::map<std::vector<std::string>, std::unique_ptr<models::Models>> LoadedModels;
  std::vector<Problem> Problems;
};

} // namespace weir::driver
