// What one file shows: parsed once, judged by the rules that need no more, and
// summarised for those that need the whole program.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Finding.h"
#include "driver/Commands.h"
#include <map>
#include <memory>
#include <optional>

namespace weir::driver {

class Configuration;
class Sources;

/// Why a file was not analysed as it should be.
struct Incomplete {
  std::string File;
  std::string Reason;
  Place At; ///< of the first error, if that is the reason
};

/// A finding with the level its file's configuration gives it.
enum class Severity { Note, Warning, Error };
struct Judged : Finding {
  Severity Level = Severity::Warning;
};

struct Analysis {
  std::vector<Judged> Findings;
  program::Summary Summary;
  std::vector<Incomplete> Problems; ///< at most one
  unsigned Suppressed = 0;          ///< by NOLINT
  std::vector<llvm::StringRef> Files; ///< that were read, if Shared::WantsFiles
};

/// What the analyses of all files share.
struct Shared {
  std::string ResourceDir;
  std::vector<std::string> ExtraArgs, ExtraArgsBefore;
  Configuration &Config;
  Sources &Texts;
  bool WantsFiles = false;
  bool ParseOnly = false; ///< without rules
  /// Texts that stand for those of files, by real path.
  const std::map<std::string, std::string> *Changed = nullptr;
};

/// Analyses the file of \p C. Thread-safe, and never changes the working
/// directory of the process.
Analysis analyse(const Command &C, const Shared &Common);

/// What this thread was doing in analyse(): ` while …`, for the report of a crash.
std::string activity();

/// The level of a finding of \p Rule that \p IsNote says of itself.
Severity severityOf(llvm::StringRef Rule, bool IsNote);

} // namespace weir::driver
