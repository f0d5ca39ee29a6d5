// A rule that judges functions by the whole program; see Rule.h.

#include "checks/program/Rule.h"
#include "checks/program/UnitProgram.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace weir {
namespace {

/// Turns the places of findings into locations of the unit they came from.
class Locator {
public:
  explicit Locator(SourceManager &Sources) : Sources(Sources) {}

  SourceLocation start(const Place &P) const { return at(P.File, P.Line, P.Column); }
  CharSourceRange range(const Place &P) const {
    return CharSourceRange::getCharRange(start(P),
                                         at(P.File, P.EndLine, P.EndColumn));
  }
  FixItHint hint(const Edit &E) const {
    FileID File = fileOf(E.File);
    if (File.isInvalid())
      return {};
    SourceLocation Begin = Sources.getLocForStartOfFile(File).getLocWithOffset(E.Begin);
    return FixItHint::CreateReplacement(
        CharSourceRange::getCharRange(Begin, Begin.getLocWithOffset(E.End - E.Begin)), E.Text);
  }

private:
  /// A step of a chain may lead to a file that is no part of the unit.
  FileID fileOf(StringRef Name) const {
    if (OptionalFileEntryRef File = Sources.getFileManager().getOptionalFileRef(Name))
      return Sources.getOrCreateFileID(*File, SrcMgr::C_User);
    return {};
  }
  SourceLocation at(StringRef Name, unsigned Line, unsigned Column) const {
    FileID File = fileOf(Name);
    return File.isInvalid() ? SourceLocation()
                            : Sources.translateLineCol(File, Line, Column);
  }
  SourceManager &Sources;
};

} // namespace

void ProgramCheck::report(Finding F) { Found.push_back(std::move(F)); }

std::vector<Finding> ProgramCheck::judge(const program::Function &F,
                                         const program::Program &P) {
  Found.clear();
  check(F, P);
  return std::move(Found);
}

void ProgramCheck::begin(Unit &U) {
  const program::Program &P = program::programOf(U);
  prepare(P);
  Locator Locate(U.context().getSourceManager());
  for (const program::Function *F : P.functions()) {
    if (P.summaryOf(*F) != 0)
      break; // the others are there to be called
    for (const Finding &Each : judge(*F, P)) {
      if (auto Report = Check::report(Locate.start(Each.At), Each.Message)) {
        *Report << Locate.range(Each.At);
        for (const Fix &Safe : Each.Fixes)
          if (Safe.Safe)
            for (const Edit &E : Safe.Edits)
              *Report << Locate.hint(E);
      } else {
        continue;
      }
      for (const Note &N : Each.Notes)
        note(Locate.start(N.At), N.Message);
      for (const Fix &Ask : Each.Fixes)
        if (!Ask.Safe) {
          auto Offer = note(Locate.start(Each.At), Ask.Title);
          for (const Edit &E : Ask.Edits)
            Offer << Locate.hint(E);
        }
    }
  }
}

} // namespace weir
