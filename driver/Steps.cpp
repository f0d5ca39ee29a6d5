// The steps of a build; see Steps.h.

#include "driver/Steps.h"
#include "checks/program/Json.h"
#include "driver/Check.h"
#include "driver/Files.h"
#include "driver/Link.h"
#include "driver/Run.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/WithColor.h"

using llvm::StringRef;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

/// What one way to compile one file is called in all steps.
struct UnitName {
  std::string Name;  ///< the file, and a hash of its command
  std::string Facts; ///< the hash of its facts
};

/// `weir summarize` → `weir link`: a file's units, of which it mostly has one.
struct FactsFile {
  struct Unit {
    UnitName Is;
    bool IsWhole = false; ///< nothing was in the way of the analysis
    program::Stored Facts;
  };
  std::vector<Unit> Units;
};

/// `weir summarize` → `weir report`: the same units.
struct PlacesFile {
  struct Unit {
    UnitName Is;
    std::string Main;
    Analysis Known; ///< without the facts
  };
  std::vector<Unit> Units;
};

/// `weir link` → `weir report`.
struct LinkedFile {
  struct Unit {
    UnitName Is;
    program::Counts Size;
  };
  std::vector<Unit> Units;
  std::vector<Judged> Findings; ///< with ordinals for places
  unsigned Functions = 0;
};

template <class V> void visitFields(V &Visit, UnitName &U) {
  Visit("name", U.Name);
  Visit("facts", U.Facts);
}
template <class V> void visitFields(V &Visit, FactsFile::Unit &U) {
  Visit("is", U.Is);
  Visit("isWhole", U.IsWhole);
  Visit("facts", U.Facts);
}
template <class V> void visitFields(V &Visit, FactsFile &F) { Visit("units", F.Units); }
template <class V> void visitFields(V &Visit, PlacesFile::Unit &U) {
  Visit("is", U.Is);
  Visit("main", U.Main);
  Visit("known", U.Known);
}
template <class V> void visitFields(V &Visit, PlacesFile &F) { Visit("units", F.Units); }
template <class V> void visitFields(V &Visit, LinkedFile::Unit &U) {
  Visit("is", U.Is);
  Visit("places", U.Size.Places);
  Visit("extents", U.Size.Extents);
}
template <class V> void visitFields(V &Visit, LinkedFile &F) {
  Visit("units", F.Units);
  Visit("findings", F.Findings);
  Visit("functions", F.Functions);
}

/// What begins a file, and which command makes it.
struct Kind {
  StringRef Name, MadeBy;
};
constexpr Kind FactsKind{"facts", "weir summarize"}, PlacesKind{"places", "weir summarize"},
    LinkedKind{"findings", "weir link"};

template <class T>
llvm::Error save(StringRef Path, Kind What, const T &Contents, const program::Folders &Where) {
  program::ByteWriter Out(Where, /*IsApart=*/false);
  Out.text(What.Name);
  Out.number(program::StoredFormat);
  Out.write(Contents);
  std::string Bytes = Out.take();
  // What is as it was keeps its time: to ninja, it has not changed.
  if (auto There =
          llvm::sys::fs::is_regular_file(Path)
              ? llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false)
              : std::make_error_code(std::errc::no_such_file_or_directory);
      There && What.Name == FactsKind.Name && (*There)->getBuffer() == Bytes)
    return llvm::Error::success();
  return writeFile(Path, Bytes);
}

template <class T>
llvm::Expected<T> load(StringRef Path, Kind What, const program::Folders &Where) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return llvm::createStringError("'" + Path + "': " + Buffer.getError().message());
  program::ByteReader In((*Buffer)->getBuffer(), Where, /*IsApart=*/false);
  T Result;
  bool IsOurs = In.text() == What.Name && In.number() == program::StoredFormat;
  if (IsOurs)
    In.read(Result);
  if (!IsOurs || In.failed() || !In.atEnd())
    return llvm::createStringError("'" + Path + "' has no " + What.Name +
                                   " of this weir; make it (again) with `" + What.MadeBy + "`");
  return Result;
}

/// Paths in the files of all steps are stored relative to one folder.
std::string absolute(StringRef Folder) {
  llvm::SmallString<256> Result(Folder);
  llvm::sys::fs::make_absolute(Result);
  path::remove_dots(Result, /*remove_dot_dot=*/true);
  return Result.str().str();
}

void declareRoot(CommandLine &Line, std::string &Root) {
  Line.flag({"--root"}, "FOLDER", "paths are stored relative to it (the current one)", Root);
}

/// The words that name files; `@FILE` has one on each line.
llvm::Expected<std::vector<std::string>> filesOf(llvm::ArrayRef<std::string> Words) {
  std::vector<std::string> Result;
  for (StringRef Word : Words) {
    if (!Word.consume_front("@")) {
      Result.push_back(Word.str());
      continue;
    }
    auto List = llvm::MemoryBuffer::getFile(Word);
    if (!List)
      return llvm::createStringError("'" + Word + "': " + List.getError().message());
    for (StringRef Line : llvm::split((*List)->getBuffer(), '\n'))
      if (!Line.trim().empty())
        Result.push_back(Line.trim().str());
  }
  return Result;
}

/// For make and ninja: \p Target is made from what was read.
std::string dependencyRule(StringRef Target, const Dependencies &Inputs) {
  auto Escaped = [](StringRef Path) {
    std::string Result;
    for (char C : Path) {
      if (C == ' ' || C == '#')
        Result += '\\';
      Result += C;
      if (C == '$')
        Result += C;
    }
    return Result;
  };
  std::string Result = Escaped(Target) + ":";
  // Their real paths: whoever reads the rule takes `..` out of paths, and does
  // not know that /lib leads to /usr/lib.
  std::set<std::string> Files;
  for (StringRef File : Inputs.Read) {
    llvm::SmallString<256> Real;
    Files.insert(llvm::sys::fs::real_path(File, Real) ? File.str() : Real.str().str());
  }
  for (const std::string &File : Files)
    Result += " \\\n  " + Escaped(File);
  return Result + "\n";
}

/// Those of \p Offered, paths as they were given, that were not read.
std::string unreadOf(llvm::ArrayRef<std::string> Offered, const Dependencies &Inputs) {
  llvm::StringSet<> Read;
  for (const std::string &File : Inputs.Read)
    Read.insert(absolute(File));
  std::string Result;
  for (const std::string &File : Offered)
    if (!Read.contains(absolute(File)))
      Result += File + "\n";
  return Result;
}

/// The summary of \p A in the file \p Path, or here if that is empty.
llvm::Error show(const Analysis &A, StringRef Path, const program::Folders &Where) {
  program::Summary Shown;
  if (A.isKnown()) { // not if it crashed the analysis
    llvm::Expected<program::Summary> S = program::restore(A.Summary, Where);
    if (!S)
      return S.takeError();
    Shown = std::move(*S);
  }
  std::string Text = program::toJson(Shown, Where);
  if (!Path.empty())
    return writeFile(Path, Text);
  llvm::outs() << Text;
  return llvm::Error::success();
}

} // namespace

int summarizeCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  std::string Facts, Places, Depfile, Offered, Unread, Format, Root = ".";
  CommandLine Line("summarize", "[FLAGS] FILE -o FILE.facts [-- COMPILER FLAGS…]",
                   "Analyses one file, as a step of a build: writes its facts, for `weir link`, "
                   "and their\nplaces, for `weir report`. Without flags behind `--`, they are those "
                   "of the compilation\ndatabase. A file that does not compile is no failure: the "
                   "report will name it.");
  Line.flag({"-o", "--facts"}, "FILE", "where the facts go", Facts);
  Line.flag({"--places"}, "FILE", "where the places go (beside the facts: FILE.places)", Places);
  declareRoot(Line, Root);
  Line.flag({"--format"}, "json", "show facts and places to people, here or in the file of -o, "
                                  "instead of writing them", Format);
  Line.flag({"--depfile"}, "FILE", "what was read, as a rule for make and ninja", Depfile);
  Line.flag({"--inputs"}, "FILE", "a list of the files that may be read …", Offered);
  Line.flag({"--unread"}, "FILE", "… and where to list those that were not", Unread);
  Told.declare(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (Line.Words.size() != 1)
    return usageError(llvm::createStringError("which file? One at a time: weir summarize FILE.cpp "
                                              "-o FILE.facts"));
  if (!Format.empty() && Format != "json")
    return usageError(llvm::createStringError("--format: there is 'json' only"));
  if (Facts.empty() && Format.empty())
    return usageError(llvm::createStringError("where do its facts go? weir summarize " +
                                              Line.Words[0] + " -o FILE.facts"));
  if (Offered.empty() != Unread.empty())
    return usageError(llvm::createStringError("--inputs and --unread need each other"));
  if (Places.empty() && Format.empty()) {
    llvm::SmallString<256> Beside(Facts);
    path::replace_extension(Beside, "places");
    Places = Beside.str();
  }
  Told.Paths = Line.Words;
  Told.HasFlags = Line.HasFlags;
  Told.Flags = Line.Flags;

  Sources Texts(Line.HasFlags ? Sources::Links::Kept : Sources::Links::Resolved);
  llvm::Expected<Outcome> All = prepare(Told, Texts);
  if (!All)
    return usageError(All.takeError());
  All->Where = program::Folders(absolute(Root), "");
  Snapshot Now;
  Cache Results(Told.CacheFolder, All->Where, Now);
  Shared Common = All->shared(Told);
  Common.Results = &Results;
  FactsFile ForLink;
  PlacesFile ForReport;
  Dependencies Inputs;
  llvm::ArrayRef<Command> Ways = All->Project.Commands;
  if (!Format.empty() && Ways.size() != 1)
    return usageError(llvm::createStringError(
        "'" + Line.Words[0] + "' is compiled in " + llvm::Twine(Ways.size()) +
        " ways; give the flags of one behind `--`"));
  std::vector<Analysis> Analyses = run(Ways, Common, /*Jobs=*/1, Options::Show::None);
  for (auto [C, A] : llvm::zip_equal(Ways, Analyses)) {
    for (const Incomplete &Each : A.Problems)
      llvm::WithColor::warning(llvm::errs(), "weir")
          << relativeTo(absolute("."), C.File) << ": not analysed whole: " << Each.Reason << '\n';
    if (!Format.empty()) {
      llvm::Error Error = show(A, Facts, All->Where);
      return Error ? usageError(std::move(Error)) : 0;
    }
    std::string Words = All->Where.stored(llvm::join(C.Args, StringRef("\0", 1)));
    UnitName Is{All->Where.stored(C.File) + " " + hexOf(hashOf(Words)).substr(0, 8),
                hexOf(hashOf(A.Summary.Facts))};
    ForLink.Units.push_back({Is, A.Problems.empty(), {std::move(A.Summary.Facts), ""}});
    A.Summary.Facts.clear();
    Inputs.Read.merge(A.Inputs.Read);
    Inputs.Read.merge(All->Config->filesOf(C.File));
    ForReport.Units.push_back({Is, C.File, std::move(A)});
  }
  llvm::Error Error = save(Facts, FactsKind, ForLink, All->Where);
  if (!Error)
    Error = save(Places, PlacesKind, ForReport, All->Where);
  if (!Error && !Depfile.empty())
    Error = writeFile(Depfile, dependencyRule(Places, Inputs));
  if (!Error && !Unread.empty()) {
    llvm::Expected<std::vector<std::string>> Files = filesOf({"@" + Offered});
    Error = Files ? writeFile(Unread, unreadOf(*Files, Inputs)) : Files.takeError();
  }
  return Error ? usageError(std::move(Error)) : 0;
}

int linkCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  std::string Out, Depfile, Root = ".";
  bool IsPart = false;
  CommandLine Line("link", "[FLAGS] FILE.facts… -o FILE.findings",
                   "Joins the facts of files, and says what the rules that need the whole program "
                   "find in\nthem. `@LIST` stands for the files that LIST names, one a line. The "
                   "order of files does\nnot matter.");
  Line.flag({"-o", "--findings"}, "FILE", "where the findings go, for `weir report`", Out);
  declareRoot(Line, Root);
  Line.flag({"--depfile"}, "FILE", "what was read, as a rule for make and ninja: the facts, and "
                                   "the configuration", Depfile);
  Line.flag({"--part"}, "other files use these: what is not seen may yet be done", IsPart);
  Told.declareConfiguration(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (Out.empty())
    return usageError(llvm::createStringError("where do the findings go? -o FILE.findings"));
  llvm::Expected<std::vector<std::string>> Files = filesOf(Line.Words);
  if (!Files)
    return usageError(Files.takeError());
  if (Files->empty())
    return usageError(llvm::createStringError("which facts? weir link FILE.facts… -o FILE.findings"));

  program::Folders Where(absolute(Root), "");
  std::vector<FactsFile::Unit> All;
  for (StringRef File : *Files) {
    llvm::Expected<FactsFile> One = load<FactsFile>(File, FactsKind, Where);
    if (!One)
      return usageError(One.takeError());
    llvm::append_range(All, std::move(One->Units));
  }
  auto Name = [](const FactsFile::Unit &U) -> StringRef { return U.Is.Name; };
  llvm::sort(All, [&](auto &L, auto &R) { return Name(L) < Name(R); });
  // Two programs may have a file in common.
  All.erase(llvm::unique(All, [&](auto &L, auto &R) { return Name(L) == Name(R); }), All.end());

  std::vector<StringRef> Facts;
  LinkedFile Result;
  for (const FactsFile::Unit &Each : All) {
    IsPart |= !Each.IsWhole;
    if (Each.Facts.Facts.empty()) // it crashed the analysis
      continue;
    Facts.push_back(Each.Facts.Facts);
    Result.Units.push_back(
        {Each.Is, program::countsOf(Facts.back()).value_or(program::Counts())});
  }
  llvm::Expected<Joint> Joined = Joint::of(Facts, Where);
  if (!Joined)
    return usageError(Joined.takeError());
  Configuration Config(Told.Config);
  Sources Texts(Sources::Links::Kept);
  program::Program Whole(Joined->summaries(),
                         IsPart ? program::Seen::Part : program::Seen::Whole);
  Result.Findings = judge(Whole, Config, Texts);
  Result.Functions = Whole.functions().size();
  if (tell(Config.problems()))
    return 2;
  llvm::Error Error = save(Out, LinkedKind, Result, Where);
  if (!Error && !Depfile.empty()) {
    Dependencies Inputs;
    for (const std::string &File : *Files)
      Inputs.Read.insert(absolute(File));
    llvm::DenseSet<const char *> Seen; // interned
    for (const program::Function *F : Whole.functions())
      if (Seen.insert(F->At.File.data()).second)
        Inputs.Read.merge(Config.filesOf(Texts.realPath(F->At.File)));
    Error = writeFile(Depfile, dependencyRule(Out, Inputs));
  }
  return Error ? usageError(std::move(Error)) : 0;
}

int reportCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  std::string Root = ".";
  CommandLine Line("report", "[FLAGS] FILE.findings FILE.places…",
                   "Reports what `weir link` found, and what each file showed by itself: as `weir "
                   "check` does,\nwith the same formats and exit codes. `@LIST` stands for the "
                   "files that LIST names, one a\nline. The sources must be there.");
  declareRoot(Line, Root);
  Told.declareConfiguration(Line);
  Told.declareOutput(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  llvm::Expected<std::vector<std::string>> Files = filesOf(Line.Words);
  if (!Files)
    return usageError(Files.takeError());
  if (Files->empty())
    return usageError(llvm::createStringError("of which findings? weir report FILE.findings "
                                              "FILE.places…"));
  program::Folders Where(absolute(Root), "");
  llvm::Expected<LinkedFile> Linked = load<LinkedFile>(Files->front(), LinkedKind, Where);
  if (!Linked)
    return usageError(Linked.takeError());
  std::map<std::string, PlacesFile::Unit> ByUnit;
  for (StringRef File : llvm::drop_begin(*Files)) {
    llvm::Expected<PlacesFile> One = load<PlacesFile>(File, PlacesKind, Where);
    if (!One)
      return usageError(One.takeError());
    for (PlacesFile::Unit &Each : One->Units)
      ByUnit.try_emplace(Each.Is.Name, std::move(Each));
  }

  Ordinals Numbers;
  std::vector<StringRef> Places;
  for (const LinkedFile::Unit &Each : Linked->Units) {
    auto Found = ByUnit.find(Each.Is.Name);
    StringRef File = StringRef(Each.Is.Name).rsplit(' ').first;
    if (Found == ByUnit.end())
      return usageError(llvm::createStringError("the places of '" + Where.restored(File) +
                                                "', which was linked, are not among the files"));
    if (Found->second.Is.Facts != Each.Is.Facts)
      return usageError(llvm::createStringError("'" + Where.restored(File) +
                                                "' has changed since it was linked; link again"));
    Numbers.add(Each.Size);
    Places.push_back(Found->second.Known.Summary.Places);
  }
  if (llvm::Error Error = locate(Linked->Findings, Numbers, Places))
    return usageError(std::move(Error));

  Sources Texts(Sources::Links::Kept);
  Configuration Config(Told.Config);
  Report R;
  R.Texts = &Texts;
  R.Folder = absolute(".");
  R.Root = absolute(Root);
  std::vector<StringRef> MainFiles;
  std::vector<Analysis> Analyses;
  for (auto &[Name, Each] : ByUnit) {
    MainFiles.push_back(Each.Main);
    Analyses.push_back(std::move(Each.Known));
  }
  assemble(R, MainFiles, Analyses, std::move(Linked->Findings), Config);
  R.Stats.Functions = Linked->Functions;
  if (tell(Config.problems()))
    return 2;
  for (const Reported &F : R.Findings)
    if (!llvm::sys::fs::exists(F.At.File))
      return usageError(llvm::createStringError(
          "'" + F.At.File + "', which something was found in, is not there; --root=FOLDER names "
                            "the folder that the sources are below"));
  return finish(Told, R);
}

} // namespace weir::driver
