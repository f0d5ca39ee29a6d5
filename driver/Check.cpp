// `weir check`; see Check.h.

#include "driver/Check.h"
#include "driver/Link.h"
#include "driver/Run.h"
#include "driver/Toolchain.h"
#include "driver/TraceCost.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"

using llvm::StringRef;

namespace weir::driver {
namespace {

/// Says what was made of the database.
void tell(const Project &P) {
  llvm::raw_ostream &Out = llvm::errs();
  if (!P.Database.empty())
    Out << "weir: " << P.Database << ": " << P.Entries << " entries\n";
  for (const std::string &Other : P.AlsoFound)
    Out << "weir: there is also " << Other << "; choose with -p\n";
  for (const auto &[Why, Count] : P.Skipped)
    Out << "weir: " << Count << " skipped: " << Why << '\n';
  if (P.Duplicates)
    Out << "weir: " << P.Duplicates << " skipped: the same command again\n";
  for (const auto &[Flag, Change] : P.Changes)
    Out << "weir: '" << Flag << "' left out of " << Change.second
        << (Change.second == 1 ? " command: " : " commands: ") << Change.first << '\n';
}

/// Says what is wrong with the configuration; true if it cannot be used.
bool tell(llvm::ArrayRef<Problem> Problems) {
  bool IsBad = false;
  for (const Problem &P : Problems) {
    (P.IsError ? llvm::WithColor::error(llvm::errs(), P.Where)
               : llvm::WithColor::warning(llvm::errs(), P.Where))
        << P.What << '\n';
    IsBad |= P.IsError;
  }
  return IsBad;
}

int exitCode(const Options &Told, const Report &R) {
  bool Found = llvm::any_of(R.Findings,
                            [&](const Reported &F) { return F.Level >= Told.FailOn; });
  if (!R.Incompletes.empty() && (!Found || Told.FailOnIncomplete || Told.ExitZero))
    return 3;
  return Found && !Told.ExitZero ? 1 : 0;
}

} // namespace

llvm::Expected<Outcome> analyseAll(const Options &Told, Sources &Texts) {
  Outcome Result;
  auto Loaded = Told.HasFlags ? fixedProject(Told.Paths, Told.Flags, Texts)
                              : loadProject(Told.Build, Told.Paths, Texts);
  if (!Loaded)
    return Loaded.takeError();
  Project &P = Result.Project = std::move(*Loaded);
  if (Told.Verbose)
    tell(P);
  if (P.Commands.empty() && P.Missing.empty())
    return llvm::createStringError(
        P.Database.empty() ? "none of the files is C++"
                           : "'" + P.Database + "' has no C++ file" +
                                 (Told.Paths.empty() ? "" : " of those given"));

  Result.ResourceDir = Told.ResourceDir;
  if (Result.ResourceDir.empty()) {
    auto Found = findResourceDir(nullptr);
    if (!Found)
      return Found.takeError();
    Result.ResourceDir = *Found;
  }
  Result.Config = std::make_unique<Configuration>(Told.Config);
  Configuration &Config = *Result.Config;
  for (const Command &C : P.Commands)
    Config.of(C.File);
  std::vector<Problem> Problems = Config.problems();
  if (tell(Problems))
    return llvm::createStringError("the configuration cannot be used");

  Report &R = Result.Report;
  R.Texts = &Texts;
  unsigned Jobs = Told.Jobs ? Told.Jobs : defaultJobs();
  std::vector<Analysis> &Analyses = Result.Analyses = run(P.Commands, Result.shared(Told), Jobs,
                                       Told.Quiet ? Options::Show::None : Told.Progress);
  llvm::SmallString<256> Here;
  llvm::sys::fs::current_path(Here);
  R.Folder = Texts.realPath(Here).str();
  R.Root = repositoryOf(R.Folder);
  R.Stats.Units = P.Commands.size();
  for (const std::string &File : P.Missing)
    R.Incompletes.push_back(
        {File, "the database names it, but there is no such file; make the database again", {}});
  std::vector<Judged> All;
  std::vector<const program::Summary *> Summaries;
  llvm::StringSet<> MainFiles;
  for (auto [C, A] : llvm::zip_equal(P.Commands, Analyses)) {
    llvm::append_range(All, A.Findings);
    llvm::append_range(R.Incompletes, A.Problems);
    Summaries.push_back(&A.Summary);
    Result.WasBroken.push_back(!A.Problems.empty());
    Result.Files.push_back(std::move(A.Files));
    MainFiles.insert(C.File);
    R.Stats.Functions += A.Summary.Functions.size();
    R.Stats.Suppressed += A.Suppressed;
  }
  // What nobody was seen to do means something only if everybody was seen.
  Result.IsWhole = !P.IsRestricted && R.Incompletes.empty();
  Linked Joined = link(Summaries, Result.IsWhole, MainFiles, Config, Texts);
  llvm::append_range(All, Joined.Findings);
  R.Stats.Suppressed += Joined.Suppressed;
  if (Told.Verbose)
    llvm::errs() << "weir: coroutines come to call " << Joined.Unknown
                 << " functions of which nothing is known; `weir why FUNCTION` lists them\n";
  R.Findings = merge(std::move(All), Summaries);
  // Headers may lie below a configuration of their own.
  std::vector<Problem> Late = Config.problems();
  tell(llvm::ArrayRef(Late).drop_front(Problems.size()));
  return Result;
}

int checkCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  std::string About = "Finds mistakes of asynchronous code. Without PATH, in all files of the "
                      "compilation\ndatabase that is found from here upwards.\n\nFormats:\n";
  for (const Format &F : formats())
    About += llvm::formatv("  {0,-12}{1}\n", F.Name, F.Summary).str();
  About += "\nExit code: 0 nothing found, 1 findings, 2 usage or configuration, "
           "3 files that\ncould not be analysed, 4 internal error.";
  CommandLine Line("check", "[FLAGS] [PATH…] | FILE… -- COMPILER FLAGS…", About);
  Told.declare(Line);
  Told.declareOutput(Line);
  std::string TracePath;
  Line.flag({"--trace"}, "FILE", "the dearest findings first, by a run with WEIR_TRACE=FILE",
            TracePath);
  if (llvm::Error Error = Line.parse(Args))
    return usageError(std::move(Error));
  if (Line.WantsHelp) {
    Line.help(llvm::outs());
    return 0;
  }
  Told.Paths = Line.Words;
  Told.HasFlags = Line.HasFlags;
  Told.Flags = Line.Flags;
  if (Told.Outputs.empty())
    Told.Outputs.push_back(*parseOutput("text"));

  llvm::Expected<Trace> Run = TracePath.empty() ? Trace() : readTrace(TracePath);
  if (!Run)
    return usageError(Run.takeError());
  Sources Texts;
  llvm::Expected<Outcome> Result = analyseAll(Told, Texts);
  if (!Result)
    return usageError(Result.takeError());
  if (!TracePath.empty())
    rankByCost(Result->Report, *Run);
  Result->Report.Colour = wantsColour(Told.Colour, llvm::outs());
  for (const Output &To : Told.Outputs)
    if (llvm::Error Error = write(To, Result->Report))
      return usageError(std::move(Error));
  return exitCode(Told, Result->Report);
}

} // namespace weir::driver
