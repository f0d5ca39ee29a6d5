// `weir check`, and what other commands use of it.

#pragma once

#include "driver/Options.h"
#include "driver/Project.h"
#include "driver/Sources.h"

namespace weir::driver {

/// Everything one run knows.
struct Outcome {
  driver::Project Project;
  driver::Report Report;
  std::unique_ptr<Configuration> Config;
  std::string ResourceDir;
  program::Folders Where;
  std::vector<Analysis> Analyses; ///< of Project.Commands, in their order
  bool IsWhole = false; ///< every file of the project was analysed

  Shared shared(const Options &Told) const {
    return {ResourceDir, Told.ExtraArgs, Told.ExtraArgsBefore, *Config, *Report.Texts, Where};
  }
};

/// Finds the files and their configuration, and analyses nothing.
llvm::Expected<Outcome> prepare(const Options &Told, Sources &Texts);

/// Finds the files, analyses them, joins the results. Says on standard error
/// what is wrong with the configuration; an error ends the command with 2.
llvm::Expected<Outcome> analyseAll(const Options &Told, Sources &Texts);

/// Says on standard error what is wrong with the configuration; whether it
/// cannot be used.
bool tell(llvm::ArrayRef<Problem> Problems);

/// Puts into \p R what each file has shown by itself, and the whole program.
void assemble(Report &R, llvm::ArrayRef<llvm::StringRef> MainFiles,
              llvm::ArrayRef<Analysis> Analyses, std::vector<Judged> OfProgram,
              Configuration &Config);

/// Writes \p R as \p Told wants it; returns the exit code.
int finish(const Options &Told, Report &R);

/// `weir check ARGS…`; returns the exit code.
int checkCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
