// `weir check`; see Check.h.

#include "driver/Check.h"
#include "driver/LeaveIndex.h"
#include "driver/Prescan.h"
#include "driver/Run.h"
#include "driver/Toolchain.h"
#include "driver/TraceCost.h"
#include "driver/Whole.h"
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

/// Where paths begin in what CI reads: the repository that \p Folder is in, or,
/// if the project is not in that, the project's own.
std::string rootOf(const Project &P, StringRef Folder) {
  auto Has = [](StringRef Outer, StringRef Inner) {
    return relativeTo(Outer, Inner) != Inner || Outer == Inner;
  };
  std::string Here = repositoryOf(Folder), Theirs = P.root();
  bool IsRepository = llvm::sys::fs::exists(Here + "/.git");
  if (Has(Here, Theirs) &&
      (IsRepository || !llvm::sys::fs::exists(Theirs + "/.git")))
    return Here;
  return Theirs;
}

} // namespace

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

llvm::Expected<Outcome> prepare(const Options &Told, Sources &Texts) {
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
  if (tell(Config.problems()))
    return llvm::createStringError("the configuration cannot be used");
  Result.Where = program::Folders(P.root(), llvm::sys::path::parent_path(P.Database));
  Result.Report.Texts = &Texts;
  return Result;
}

llvm::Expected<Outcome> analyseAll(const Options &Told, Sources &Texts) {
  llvm::Expected<Outcome> Prepared = prepare(Told, Texts);
  if (!Prepared)
    return Prepared.takeError();
  Outcome &Result = *Prepared;
  Project &P = Result.Project;
  Configuration &Config = *Result.Config;
  size_t ProblemsSaid = Config.problems().size();

  auto Begun = std::chrono::system_clock::now();
  Report &R = Result.Report;
  Snapshot Now;
  Cache Results(Told.CacheFolder, Result.Where, Now);
  Shared Common = Result.shared(Told);
  Common.Results = &Results;
  // What nobody was seen to do means something only if everybody was seen.
  bool IsPart = P.IsRestricted || !P.Missing.empty();
  Prescan Scan(P.Commands, Common, /*WantsAll=*/Told.ParseAll || IsPart);
  Result.Analyses.resize(P.Commands.size());
  std::unique_ptr<Whole> Program;
  std::vector<size_t> Next = Scan.first();
  std::unique_ptr<SharedHeaders> Headers = Scan.headers();
  Common.Headers = Headers.get();
  while (!Program || !Next.empty()) {
    std::vector<Command> Batch;
    for (size_t I : Next)
      Batch.push_back(P.Commands[I]);
    std::vector<Analysis> Analyses =
        run(Batch, Common, Told.Jobs,
            Told.Quiet ? Options::Show::None : Told.Progress);
    for (auto [I, A] : llvm::zip_equal(Next, Analyses)) {
      IsPart |= !A.Problems.empty();
      Result.Analyses[I] = std::move(A);
    }
    Program = std::make_unique<Whole>(Result.Analyses, !IsPart, Result.Where, Results);
    Next.clear();
    if (Scan.unparsed()) {
      llvm::Expected<std::vector<std::string>> Names = Program->wanted();
      if (!Names)
        return Names.takeError();
      Next = Scan.next(*Names);
    }
  }
  Result.IsWhole = !IsPart;
  if (Told.Verbose && Scan.unparsed())
    llvm::errs() << "weir: " << Scan.unparsed() << " of " << P.Commands.size()
                 << " files not parsed: they reach no coroutine, and none calls into them\n";
  if (Told.Verbose && Headers && Headers->used())
    llvm::errs() << "weir: " << Headers->used()
                 << " files begin with standard headers that were parsed once\n";
  llvm::SmallString<256> Here;
  llvm::sys::fs::current_path(Here);
  R.Folder = Texts.realPath(Here).str();
  R.Root = rootOf(P, R.Folder);
  for (const std::string &File : P.Missing)
    R.Incompletes.push_back(
        {File, "the database names it, but there is no such file; make the database again", {}});
  llvm::Expected<Whole::Verdict> Verdict = Program->judge(Config, Texts);
  if (!Verdict)
    return Verdict.takeError();
  Results.collectSometimes();
  std::vector<StringRef> MainFiles;
  for (const Command &C : P.Commands)
    MainFiles.push_back(C.File);
  assemble(R, MainFiles, Result.Analyses, std::move(Verdict->Findings), Config);
  R.Stats.Functions = Verdict->Functions;
  if (Told.Verbose && !Program->wasJoined())
    llvm::errs() << "weir: not linked: an earlier run has, from the same facts\n";
  if (Told.Verbose)
    llvm::errs() << "weir: coroutines come to call " << Verdict->Unknown
                 << " functions of which nothing is known; `weir why FUNCTION` lists them\n";
  if (!Told.HasFlags && !P.IsRestricted)
    if (llvm::Error Error = leaveIndex(Result, *Program, Now, Begun)) {
      std::string Why = llvm::toString(std::move(Error));
      if (Told.Verbose)
        llvm::errs() << "weir: no index for the plugin and the editor: " << Why << '\n';
    }
  // Headers may lie below a configuration of their own.
  std::vector<Problem> Late = Config.problems();
  tell(llvm::ArrayRef(Late).drop_front(ProblemsSaid));
  return Prepared;
}

void assemble(Report &R, llvm::ArrayRef<StringRef> MainFiles, llvm::ArrayRef<Analysis> Analyses,
              std::vector<Judged> OfProgram, Configuration &Config) {
  llvm::StringSet<> Mains;
  for (StringRef File : MainFiles)
    Mains.insert(File);
  R.Stats.Units = Analyses.size();
  R.Stats.Suppressed = hide(OfProgram, Mains, Config, *R.Texts);
  std::vector<Judged> All = std::move(OfProgram);
  for (const Analysis &A : Analyses) {
    llvm::append_range(All, A.Findings);
    llvm::append_range(R.Incompletes, A.Problems);
    R.Stats.Suppressed += A.Suppressed;
  }
  R.Findings = merge(std::move(All));
}

int finish(const Options &Told, Report &R) {
  R.Colour = wantsColour(Told.Colour, llvm::outs());
  R.FailOn = Told.FailOn;
  std::vector<Output> Outputs = Told.Outputs;
  if (Outputs.empty())
    Outputs.push_back(*parseOutput("text"));
  for (const Output &To : Outputs)
    if (llvm::Error Error = write(To, R))
      return usageError(std::move(Error));
  bool Found = llvm::any_of(
      R.Findings, [&](const Reported &F) { return F.Level >= R.FailOn; });
  if (!R.Incompletes.empty() && (!Found || Told.FailOnIncomplete || Told.ExitZero))
    return 3;
  return Found && !Told.ExitZero ? 1 : 0;
}

namespace {

/// One of several parts of the work, each of which may be another machine's.
struct Shard {
  unsigned Number = 0, Of = 0;

  llvm::Error parse(StringRef Text) {
    auto [Left, Right] = Text.split('/');
    if (Left.getAsInteger(10, Number) || Right.getAsInteger(10, Of) || Number == 0 || Number > Of)
      return llvm::createStringError("--shard: '" + Text + "' is no part of a whole, as 2/4 is");
    return llvm::Error::success();
  }
};

/// Analyses its part of the files that coroutines may be in, and keeps the results.
int fill(const Shard &Part, const Options &Told) {
  if (Told.CacheFolder.empty())
    return usageError(llvm::createStringError(
        "--shard keeps its results in a cache; name its folder with --cache=FOLDER"));
  Sources Texts;
  llvm::Expected<Outcome> All = prepare(Told, Texts);
  if (!All)
    return usageError(All.takeError());
  Snapshot Now;
  Cache Results(Told.CacheFolder, All->Where, Now);
  Shared Common = All->shared(Told);
  Common.Results = &Results;
  llvm::ArrayRef<Command> Commands = All->Project.Commands;
  Prescan Scan(Commands, Common, Told.ParseAll || All->Project.IsRestricted);
  std::vector<Command> Own;
  for (auto [I, Index] : llvm::enumerate(Scan.first()))
    if (I % Part.Of == Part.Number - 1)
      Own.push_back(Commands[Index]);
  std::unique_ptr<SharedHeaders> Headers = Scan.headers();
  Common.Headers = Headers.get();
  std::vector<Analysis> Analyses = run(
      Own, Common, Told.Jobs, Told.Quiet ? Options::Show::None : Told.Progress);
  Results.collectSometimes();
  for (const Analysis &A : Analyses)
    for (const Incomplete &Each : A.Problems)
      llvm::WithColor::warning(llvm::errs(), "weir")
          << Each.File << ": not analysed whole: " << Each.Reason << '\n';
  if (!Told.Quiet)
    llvm::errs() << "weir: shard " << Part.Number << " of " << Part.Of << ": " << Own.size()
                 << " of " << Commands.size() << " files; what they show is in "
                 << Told.CacheFolder << '\n';
  return 0;
}

} // namespace

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
  Shard Part;
  Line.flag({"--shard"}, "I/N",
            "only analyse the I-th of N parts into the cache; a run with all\n"
            "                                parts' caches then reports (see weir cache import)",
            [&](StringRef Text) { return Part.parse(Text); });
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  Told.Paths = Line.Words;
  Told.HasFlags = Line.HasFlags;
  Told.Flags = Line.Flags;
  if (Part.Of > 0 && (!Told.Outputs.empty() || !TracePath.empty()))
    return usageError(
        llvm::createStringError("--shard only fills the cache; the run with "
                                "all parts' caches reports"));
  if (Part.Of > 0)
    return fill(Part, Told);
  llvm::Expected<Trace> Run = TracePath.empty() ? Trace() : readTrace(TracePath);
  if (!Run)
    return usageError(Run.takeError());
  Sources Texts;
  llvm::Expected<Outcome> Result = analyseAll(Told, Texts);
  if (!Result)
    return usageError(Result.takeError());
  if (!TracePath.empty())
    rankByCost(Result->Report, *Run);
  return finish(Told, Result->Report);
}

} // namespace weir::driver
