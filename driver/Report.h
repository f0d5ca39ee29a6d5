// What `weir check` found, and the formats it can be written in.

#pragma once

#include "driver/Analysis.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace weir::driver {

struct Reported : Judged {
  std::string Fingerprint; ///< the same when lines move
  unsigned Units = 1;      ///< how many translation units show it
};

struct Stats {
  unsigned Units = 0; ///< translation units
  unsigned Functions = 0; ///< of those that were parsed
  unsigned Suppressed = 0;
  double Seconds = 0;
};

struct Report {
  std::vector<Reported> Findings; ///< by place
  std::vector<Incomplete> Incompletes;
  driver::Stats Stats;
  std::string Root;   ///< the repository: where paths in CI formats begin
  std::string Folder; ///< the current one: where paths for people begin
  Sources *Texts = nullptr;
  bool Colour = false;
  Severity FailOn =
      Severity::Warning; ///< from where on a finding fails the run

  unsigned count(Severity Level) const;
  unsigned fixes(bool Safe) const; ///< findings that have such a fix
};

/// Joins what the analyses found: each finding once, in the order of files and
/// lines, with fingerprints that count within functions.
std::vector<Reported> merge(std::vector<Judged> All);

using Writer = void (*)(const Report &, llvm::raw_ostream &);

struct Format {
  llvm::StringRef Name;
  llvm::StringRef Summary;
  Writer Write;
};
/// Every format, by name; each is a file in reports/.
llvm::ArrayRef<Format> formats();

/// One `--format=NAME[:PATH]`. An empty path is standard output.
struct Output {
  const Format *As;
  std::string Path;
};
llvm::Expected<Output> parseOutput(llvm::StringRef Text);
/// Writes to a file as a whole or not at all.
llvm::Error write(const Output &To, const Report &R);

/// `note`, `warning` or `error`.
llvm::StringRef spelling(Severity Level);

} // namespace weir::driver
