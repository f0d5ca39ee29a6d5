// `weir doctor`; see Doctor.h.
//
// Whoever gets no findings, or strange ones, finds the reason here: which
// database, which headers, which flags were left out, what does not parse.

#include "driver/Doctor.h"
#include "checks/program/Index.h"
#include "driver/Check.h"
#include "driver/Defaults.h"
#include "driver/Files.h"
#include "driver/Run.h"
#include "driver/Toolchain.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include <map>

using llvm::StringRef;

namespace weir::driver {
namespace {

class Patient {
public:
  explicit Patient(const Options &Told) : Told(Told) {}

  int examine() {
    llvm::Expected<std::string> Headers = findResourceDir(nullptr);
    if (Headers)
      good("clang's headers: " + *Headers);
    else
      return bad(llvm::toString(Headers.takeError()), 2);

    auto Loaded = Told.HasFlags ? fixedProject(Told.Paths, Told.Flags, Texts)
                                : loadProject(Told.Build, Told.Paths, Texts);
    if (!Loaded)
      return bad(llvm::toString(Loaded.takeError()), 2);
    database(*Loaded);
    if (!Loaded->Database.empty())
      index(llvm::sys::path::parent_path(Loaded->Database));
    Configuration Config(Told.Config);
    if (int Code = configuration(*Loaded, Config))
      return Code;
    return parse(*Loaded, Config, *Headers);
  }

private:
  void good(const llvm::Twine &What) { llvm::outs() << "ok    " << What << '\n'; }
  void detail(const llvm::Twine &What) { llvm::outs() << "      " << What << '\n'; }
  int bad(const llvm::Twine &What, int Code) {
    llvm::outs() << "BAD   " << What << '\n';
    return Worst = std::max(Worst, Code);
  }

  void database(const Project &P) {
    if (!P.Database.empty())
      good("database: " + P.Database + ", " + llvm::Twine(P.Entries) + " entries, " +
           llvm::Twine(P.Commands.size()) + " to analyse");
    for (const std::string &Other : P.AlsoFound)
      detail("there is also " + Other + "; choose with -p");
    for (const auto &[Why, Count] : P.Skipped)
      detail(llvm::Twine(Count) + " skipped: " + Why);
    if (P.Duplicates)
      detail(llvm::Twine(P.Duplicates) + " skipped: the same command again");
    for (const auto &[Flag, Change] : P.Changes)
      detail("'" + Flag + "' left out of " + llvm::Twine(Change.second) +
             (Change.second == 1 ? " command: " : " commands: ") + Change.first);
    for (const std::string &File : P.Missing)
      bad("there is no '" + File + "', which the database names; make it again", 3);
    std::map<StringRef, unsigned> Standards;
    for (const Command &C : P.Commands) {
      StringRef Standard = "the default";
      for (StringRef Arg : C.Args)
        if (Arg.starts_with("-std=") || Arg.starts_with("/std:"))
          Standard = Arg.drop_front(5);
      ++Standards[Standard];
    }
    for (const auto &[Standard, Count] : Standards)
      detail(llvm::Twine(Count) + (Count == 1 ? " file in " : " files in ") + Standard);
  }

  /// What the plugin and the editor have of other files.
  void index(StringRef Build) {
    std::string Path = program::indexPath(Build);
    if (Path.empty())
      return;
    llvm::sys::fs::file_status Status;
    if (llvm::sys::fs::status(Path, Status))
      return good("no index for the plugin and the editor yet; `weir check` leaves one");
    std::shared_ptr<const program::Index> Found = program::Index::open(Path);
    if (!Found)
      return good("the index for the plugin and the editor is of another version, or damaged; "
                  "`weir check` makes it again");
    llvm::SmallString<256> Here;
    llvm::sys::fs::current_path(Here);
    good(llvm::formatv("index for the plugin and the editor: {0} of {1:%Y-%m-%d %H:%M}, {2} files",
                       relativeTo(Texts.realPath(Here), Path), Status.getLastModificationTime(),
                       Found->size()));
    program::Freshness Fresh(*Found);
    unsigned Changed = 0;
    for (unsigned Entry = 0; Entry < Found->size(); ++Entry)
      Changed += !Fresh.holds(Entry);
    if (Changed)
      detail(llvm::Twine(Changed) +
             (Changed == 1 ? " has changed since and is" : " have changed since and are") +
             " not used; `weir check` brings it up to date");
  }

  int configuration(const Project &P, Configuration &Config) {
    std::map<const Settings *, unsigned> Used;
    for (const Command &C : P.Commands)
      ++Used[&Config.of(C.File)];
    for (const Problem &Each : Config.problems())
      bad(Each.Where + ": " + Each.What, Each.IsError ? 2 : 0);
    if (Worst == 2)
      return Worst;
    size_t All = allChecks().size();
    std::map<size_t, unsigned> ByCount;
    for (auto [S, Count] : Used)
      ByCount[S->AstRules.size() + S->ProgramRules.size()] += Count;
    for (auto [On, Count] : ByCount)
      good(llvm::Twine(On) + " of " + llvm::Twine(All) + " rules are on for " +
           llvm::Twine(Count) + (Count == 1 ? " file" : " files"));
    return 0;
  }

  int parse(const Project &P, Configuration &Config, const std::string &Headers) {
    program::Folders Where;
    Shared Common{Headers, Told.ExtraArgs, Told.ExtraArgsBefore, Config, Texts, Where};
    Common.ParseOnly = true;
    std::vector<Analysis> All =
        run(P.Commands, Common, Told.Jobs,
            Told.Quiet ? Options::Show::None : Told.Progress);
    std::map<std::string, std::vector<std::string>> ByReason;
    size_t Broken = 0;
    llvm::SmallString<256> Here;
    llvm::sys::fs::current_path(Here);
    for (const Analysis &A : All)
      for (const Incomplete &I : A.Problems) {
        ByReason[I.Reason].push_back(relativeTo(Texts.realPath(Here), I.File));
        ++Broken;
      }
    if (All.size() > Broken)
      good(llvm::Twine(All.size() - Broken) + " of " + llvm::Twine(All.size()) +
           " files parse");
    for (const auto &[Reason, Files] : ByReason) {
      bad(llvm::Twine(Files.size()) + (Files.size() == 1 ? " file does" : " files do") +
              " not parse: " + Reason,
          3);
      for (size_t I = 0; I < std::min<size_t>(Files.size(), 5); ++I)
        detail(Files[I]);
      if (Files.size() > 5)
        detail("…");
      if (StringRef(Reason).ends_with("file not found"))
        detail("made by the build? then build once; else look at the -I flags");
    }
    return Worst;
  }

  const Options &Told;
  Sources Texts;
  int Worst = 0;
};

/// For clang-tidy with the plugin, too, where no rule is on by itself.
std::string starter() {
  std::string Rules = defaultChecks();
  for (size_t At = 0; (At = Rules.find(',', At)) != std::string::npos; At += 4)
    Rules.insert(At + 1, "\n  ");
  return "# For weir, clangd and clang-tidy alike. `weir rules` lists the rules; a minus\n"
         "# before one turns it off.\n"
         "Checks: >\n  " +
         Rules +
         "\n# WarningsAsErrors: 'weir-*'\n"
         "# CheckOptions:\n"
         "#   weir-unawaited-task.DroppableCallees: 'my::fire_and_forget'\n";
}

constexpr char Workflow[] = R"(name: weir
on: [push, pull_request]
jobs:
  weir:
    runs-on: ubuntu-latest
    container: registry.example.com/cpp-with-weir # an image of yours that has weir
    permissions: { contents: read, security-events: write }
    steps:
      - uses: actions/checkout@v4
      - run: cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
      - run: weir check --exit-zero --format=sarif:weir.sarif --format=github
      - uses: github/codeql-action/upload-sarif@v3
        with: { sarif_file: weir.sarif }
)";

/// Writes a file that is not there yet; says what it did.
int begin(StringRef File, StringRef Text) {
  if (llvm::sys::fs::exists(File)) {
    llvm::outs() << File << " is there already; it is left as it is\n";
    return 0;
  }
  if (llvm::Error Error = writeFile(File, Text))
    return usageError(std::move(Error));
  llvm::outs() << "wrote " << File << '\n';
  return 0;
}

} // namespace

int doctorCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  CommandLine Line("doctor", "[FLAGS] [PATH…]",
                   "Looks whether weir can do its work here: the database, the flags in it, the\n"
                   "configuration, and whether every file parses.");
  Told.declare(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  Told.Paths = Line.Words;
  Told.HasFlags = Line.HasFlags;
  Told.Flags = Line.Flags;
  return Patient(Told).examine();
}

int initCommand(llvm::ArrayRef<const char *> Args) {
  CommandLine Line("init", "[--github]",
                   "Writes a .clang-tidy to begin with. What is there already stays.");
  bool Github = false;
  Line.flag({"--github"}, "also .github/workflows/weir.yml", Github);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (!Line.Words.empty())
    return usageError(
        llvm::createStringError("init takes no '" + Line.Words[0] +
                                "'; it writes into the current folder"));
  if (int Code = begin(".clang-tidy", starter()))
    return Code;
  if (Github) {
    llvm::sys::fs::create_directories(".github/workflows");
    if (int Code = begin(".github/workflows/weir.yml", Workflow))
      return Code;
  }
  llvm::outs() << "\nnext: weir doctor     is everything there?\n"
                  "      weir check      what is wrong?\n"
                  "in CI: weir check --format=sarif:weir.sarif --format=github\n";
  return 0;
}

} // namespace weir::driver
