// `weir fix`; see Fix.h.
//
// A fix that does not compile is worse than none. So the changed texts are
// parsed in memory, in every translation unit that reads them, before a file
// is touched. A fix that the first error is in is left out; where that is not
// seen, the file stays as it was.

#include "driver/Fix.h"
#include "driver/Check.h"
#include "driver/Diff.h"
#include "driver/Files.h"
#include "driver/Run.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <set>

using llvm::StringRef;

namespace weir::driver {
namespace {

class Fixer {
public:
  Fixer(Outcome &All, const Options &Told, bool Unsafe)
      : All(All), Texts(*All.Report.Texts), Told(Told), Unsafe(Unsafe) {}

  /// Chooses the fixes, and leaves out what does not compile, or would undo
  /// what somebody has written since.
  void prepare() {
    choose();
    while (verify() || yieldToOthers())
      choose();
  }

  bool write() {
    bool IsGood = true;
    for (const auto &[File, Change] : Patches) {
      if (Change.isEmpty())
        continue;
      std::string Text = Change.apply(Texts.text(File));
      Texts.forget(File);
      if (llvm::Error Error = writeFile(File, Text)) {
        usageError(std::move(Error));
        IsGood = false;
      }
    }
    return IsGood;
  }

  void diff(llvm::raw_ostream &Out) {
    for (const auto &[File, Change] : Patches)
      if (!Change.isEmpty())
        Out << Change.diff(Texts.text(File), relativeTo(All.Report.Folder, File));
  }

  void summary(llvm::raw_ostream &Out, bool IsDone) {
    size_t Files = llvm::count_if(Patches, [](auto &P) { return !P.second.isEmpty(); });
    Out << (IsDone ? "fixed " : "would fix ") << Fixed.size() << " of "
        << All.Report.Findings.size() << " findings";
    if (Files)
      Out << " in " << Files << (Files == 1 ? " file" : " files");
    Out << '\n';
    if (Conflicts)
      Out << Conflicts << " more would change the same places; run `weir fix` again\n";
    for (const auto &[Index, Why] : LeftOut) {
      const Place &At = All.Report.Findings[Index].At;
      Out << relativeTo(All.Report.Folder, At.File) << ':' << At.Line << ':'
          << At.Column << ": not fixed: with the fix, " << Why << '\n';
    }
    for (const auto &[File, Why] : RolledBack)
      Out << relativeTo(All.Report.Folder, File) << ": left as it was: " << Why
          << '\n';
    if (unsigned More = Unsafe ? 0 : All.Report.fixes(/*Safe=*/false))
      Out << More << " more with --unsafe-fixes, which may change what the program does\n";
  }

  /// Whether something that fails a check is still there.
  bool leaves(Severity Level) const {
    for (size_t I = 0; I < All.Report.Findings.size(); ++I)
      if (All.Report.Findings[I].Level >= Level && !Fixed.count(I))
        return true;
    return false;
  }

private:
  const Fix *fixFor(const Reported &F) const {
    for (bool Safe : {true, false})
      for (const Fix &Each : F.Fixes)
        if (Each.Safe == Safe && (Safe || Unsafe) && !Each.isEmpty())
          return &Each;
    return nullptr;
  }

  /// One fix for each finding, first come, first served, as far as they agree.
  void choose() {
    Patches.clear();
    Fixed.clear();
    Conflicts = 0;
    for (size_t I = 0; I < All.Report.Findings.size(); ++I) {
      const Fix *Chosen = fixFor(All.Report.Findings[I]);
      if (!Chosen || LeftOut.count(I) ||
          llvm::any_of(Chosen->Edits, [&](const Edit &E) {
            return RolledBack.count(E.File.str());
          }))
        continue;
      if (!llvm::all_of(Chosen->Edits, [&](const Edit &E) {
            return Patches[E.File.str()].accepts({E.Begin, E.End, E.Text});
          })) {
        ++Conflicts;
        continue;
      }
      for (const Edit &E : Chosen->Edits)
        Patches[E.File.str()].add({E.Begin, E.End, E.Text});
      Fixed.insert(I);
    }
  }

  /// The findings whose fixes have written on \p Line of the changed \p File.
  std::vector<size_t> fixesAt(StringRef File, unsigned Line) const {
    std::set<std::tuple<unsigned, unsigned, std::string>> Edits, Guilty;
    for (size_t I : Fixed)
      for (const Edit &E : fixFor(All.Report.Findings[I])->Edits)
        if (E.File == File)
          Edits.insert({E.Begin, E.End, E.Text});
    StringRef Old = Texts.text(File);
    unsigned At = 1, Done = 0;
    for (const auto &Each : Edits) {
      const auto &[From, To, Text] = Each;
      At += Old.slice(Done, From).count('\n');
      unsigned Begin = At;
      At += StringRef(Text).count('\n');
      Done = To;
      if (Begin <= Line && Line <= At)
        Guilty.insert(Each);
    }
    std::vector<size_t> Result;
    for (size_t I : Fixed)
      if (llvm::any_of(
              fixFor(All.Report.Findings[I])->Edits, [&](const Edit &E) {
                return E.File == File && Guilty.count({E.Begin, E.End, E.Text});
              }))
        Result.push_back(I);
    return Result;
  }

  /// Parses what reads a changed file; true if something had to be given up.
  bool verify() {
    std::map<std::string, std::string> Changed;
    for (const auto &[File, Change] : Patches)
      if (!Change.isEmpty())
        Changed[File] = Change.apply(Texts.text(File));
    std::vector<Command> Affected;
    for (size_t I = 0; I < All.Project.Commands.size(); ++I)
      if (const Analysis &A = All.Analyses[I];
          A.Problems.empty() && llvm::any_of(A.Inputs.Read, [&](StringRef File) {
            return Changed.count(Texts.realPath(File).str());
          }))
        Affected.push_back(All.Project.Commands[I]);
    if (Affected.empty())
      return false;
    Shared Common = All.shared(Told);
    Common.Changed = &Changed;
    Common.ParseOnly = true;
    std::vector<Analysis> Results =
        run(Affected, Common, Told.Jobs,
            Told.Quiet ? Options::Show::None : Told.Progress);
    bool GaveUp = false;
    for (auto [C, A] : llvm::zip_equal(Affected, Results)) {
      if (A.Problems.empty())
        continue;
      // The file the error is in, if it changed; else all it could be.
      const Incomplete &Why = A.Problems[0];
      std::vector<std::string> Guilty;
      if (Changed.count(Why.At.File.str())) {
        std::vector<size_t> There = fixesAt(Why.At.File, Why.At.Line);
        for (size_t I : There)
          GaveUp |= LeftOut.try_emplace(I, Why.Reason).second;
        if (!There.empty())
          continue;
        Guilty = {Why.At.File.str()};
      } else if (Changed.count(C.File))
        Guilty = {C.File};
      else
        for (const auto &[File, Text] : Changed)
          Guilty.push_back(File);
      for (const std::string &File : Guilty)
        GaveUp |= RolledBack.try_emplace(File, "with the fixes, " + Why.Reason)
                      .second;
    }
    return GaveUp;
  }

  /// Gives up the files that are no longer what was analysed; true if there are
  /// any.
  bool yieldToOthers() {
    bool GaveUp = false;
    for (const auto &[File, Change] : Patches) {
      if (Change.isEmpty())
        continue;
      auto Now = llvm::MemoryBuffer::getFile(File);
      if (Now && (*Now)->getBuffer() == Texts.text(File))
        continue;
      GaveUp |=
          RolledBack
              .try_emplace(
                  File, Now ? "it has changed meanwhile; run `weir fix` again"
                            : Now.getError().message())
              .second;
    }
    return GaveUp;
  }

  Outcome &All;
  Sources &Texts;
  const Options &Told;
  bool Unsafe;
  std::map<std::string, Patch> Patches;
  std::set<size_t> Fixed;
  std::map<size_t, std::string> LeftOut; ///< by finding
  std::map<std::string, std::string> RolledBack;
  unsigned Conflicts = 0;
};

} // namespace

int fixCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  CommandLine Line(
      "fix", "[FLAGS] [PATH…] | FILE… -- COMPILER FLAGS…",
      "Repairs what `weir check` finds, where a safe way is known. What was "
      "changed "
      "is\ncompiled again first; a fix with which a file would no longer "
      "compile "
      "is left out.\n\nExit code: as of `weir check`, for what is left.");
  bool Unsafe = false, Diff = false;
  Line.flag({"--unsafe-fixes"}, "also fixes that may change what the program does", Unsafe);
  Line.flag({"--diff"}, "print what would change, and change nothing", Diff);
  Told.declare(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  Told.Paths = Line.Words;
  Told.HasFlags = Line.HasFlags;
  Told.Flags = Line.Flags;

  // A changed header must compile wherever it is included.
  Told.ParseAll = true;

  Sources Texts;
  llvm::Expected<Outcome> All = analyseAll(Told, Texts);
  if (!All)
    return usageError(All.takeError());
  Fixer Fix(*All, Told, Unsafe);
  Fix.prepare();
  if (Diff)
    Fix.diff(llvm::outs());
  else if (!Fix.write())
    return 4;
  llvm::outs().flush();
  if (!Told.Quiet)
    Fix.summary(Diff ? llvm::errs() : llvm::outs(), !Diff);
  if (Fix.leaves(Told.FailOn))
    return 1;
  return All->Report.Incompletes.empty() ? 0 : 3;
}

} // namespace weir::driver
