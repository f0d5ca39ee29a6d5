// What one file shows: parsed once, judged by the rules that need no more, and
// summarised for those that need the whole program.

#pragma once

#include "checks/program/Bytes.h"
#include "driver/Commands.h"
#include "driver/Dependencies.h"
#include <map>
#include <memory>
#include <optional>

namespace weir::driver {

class Cache;
class Configuration;
class SharedHeaders;
class Sources;
struct Precompiled;

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
  std::string Scope; ///< the USR of the function it is in; may be empty
};

struct Analysis {
  std::vector<Judged> Findings;
  program::Stored Summary;
  std::vector<Incomplete> Problems; ///< at most one
  unsigned Suppressed = 0;          ///< by NOLINT
  Dependencies Inputs;
  Hash Made{}; ///< names it by all it was made from; of one that was not kept, zeros

  /// Whether there is one: not of a file that crashed it or was not parsed.
  bool isKnown() const { return !Summary.Facts.empty(); }
};

template <class V> void visitFields(V &Visit, Incomplete &I) {
  Visit("file", I.File);
  Visit("reason", I.Reason);
  Visit("at", I.At);
}

template <class V> void visitFields(V &Visit, Judged &J) {
  visitFields(Visit, static_cast<Finding &>(J));
  Visit("level", J.Level);
  Visit("scope", J.Scope);
}

/// What is kept of an analysis; how it was come by is not.
template <class V> void visitFields(V &Visit, Analysis &A) {
  Visit("findings", A.Findings);
  Visit("summary", A.Summary);
  Visit("problems", A.Problems);
  Visit("suppressed", A.Suppressed);
}

/// What the analyses of all files share.
struct Shared {
  std::string ResourceDir;
  std::vector<std::string> ExtraArgs, ExtraArgsBefore;
  Configuration &Config;
  Sources &Texts;
  const program::Folders &Where;
  bool ParseOnly = false; ///< without rules
  Cache *Results = nullptr; ///< of earlier runs; may be null
  SharedHeaders *Headers = nullptr; ///< may be null
  /// Texts that stand for those of files, by real path.
  const std::map<std::string, std::string> *Changed = nullptr;
};

/// Analyses the file of \p C. Thread-safe, and never changes the working
/// directory of the process.
Analysis analyse(const Command &C, const Shared &Common);

/// The arguments of clang's driver for \p C: with what everybody is given, and
/// what the configuration adds. The file stands last.
std::vector<std::string> lineFor(const Command &C, const Shared &Common);

/// What this thread was doing in analyse(): ` while …`, for the report of a crash.
std::string activity();

/// The level of a finding of \p Rule that \p IsNote says of itself.
Severity severityOf(llvm::StringRef Rule, bool IsNote);

} // namespace weir::driver
