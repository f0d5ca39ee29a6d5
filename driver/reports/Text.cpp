// For people: the line, what is wrong with it, and why.

#include "driver/Diff.h"
#include "driver/Report.h"
#include "driver/Sources.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Unicode.h"
#include <map>

using llvm::raw_ostream;
using llvm::StringRef;

namespace weir::driver {
namespace {

constexpr unsigned TabWidth = 8;

/// \p Text with tabs as blanks, from column \p Start of the screen on.
std::string expanded(StringRef Text, unsigned Start) {
  std::string Result;
  for (char C : Text)
    if (C == '\t')
      Result.append(TabWidth - (Start + Result.size()) % TabWidth, ' ');
    else
      Result += C;
  return Result;
}

unsigned width(StringRef Text) {
  int Columns = llvm::sys::unicode::columnWidthUTF8(Text);
  return Columns < 0 ? Text.size() : Columns;
}

class Printer {
public:
  Printer(const Report &R, raw_ostream &Out) : R(R), Out(Out) {
    Out.enable_colors(R.Colour);
  }

  void print(const Reported &F) {
    place(F.At);
    coloured(F.Level == Severity::Note    ? raw_ostream::CYAN
             : F.Level == Severity::Error ? raw_ostream::RED
                                          : raw_ostream::MAGENTA,
             spelling(F.Level).str() + ": ");
    coloured(raw_ostream::SAVEDCOLOR, F.Message);
    Out << " [" << F.Rule << "]\n";
    source(F.At);
    for (const Note &N : F.Notes) {
      Out << "  ";
      place(N.At);
      coloured(raw_ostream::CYAN, "note: ");
      Out << N.Message << '\n';
      source(N.At);
    }
    for (const Fix &Each : F.Fixes)
      fix(Each);
    Out << '\n';
  }

  void print(const Incomplete &I) {
    if (I.At.isValid())
      place(I.At);
    else
      Out << relativeTo(R.Folder, I.File) << ": ";
    coloured(raw_ostream::RED, "not analysed completely: ");
    Out << I.Reason << '\n';
    if (I.At.isValid() && I.At.File != I.File)
      Out << "  while reading " << relativeTo(R.Folder, I.File) << '\n';
  }

  void summary() {
    unsigned Errors = R.count(Severity::Error), Warnings = R.count(Severity::Warning),
             Notes = R.count(Severity::Note);
    std::vector<std::string> Parts;
    auto Count = [&](unsigned N, StringRef What) {
      if (N)
        Parts.push_back((llvm::Twine(N) + " " + What + (N == 1 ? "" : "s")).str());
    };
    Count(Errors, "error");
    Count(Warnings, "warning");
    Count(Notes, "note");
    if (Parts.empty())
      Parts.push_back("nothing found");
    coloured(raw_ostream::SAVEDCOLOR, llvm::join(Parts, ", "));
    Out << " in " << R.Stats.Units << (R.Stats.Units == 1 ? " file" : " files");
    if (!R.Incompletes.empty())
      Out << ", " << R.Incompletes.size() << " not analysed completely";
    if (R.Stats.Suppressed)
      Out << ", " << R.Stats.Suppressed << " suppressed";
    Out << '\n';
    unsigned Safe = R.fixes(true), Ask = R.fixes(false);
    if (Safe)
      Out << "`weir fix` repairs " << Safe;
    if (Ask)
      Out << (Safe ? "; with --unsafe-fixes " : "`weir fix --unsafe-fixes` repairs ")
          << Ask << (Safe ? " more" : "");
    if (Safe || Ask)
      Out << '\n';
  }

private:
  void coloured(raw_ostream::Colors Colour, const llvm::Twine &Text) {
    Out.changeColor(Colour, /*Bold=*/true) << Text;
    Out.resetColor();
  }

  void place(const Place &P) {
    if (!P.isValid())
      return;
    coloured(raw_ostream::SAVEDCOLOR, relativeTo(R.Folder, P.File) + ":" +
                                          llvm::Twine(P.Line) + ":" +
                                          llvm::Twine(P.Column) + ": ");
  }

  void source(const Place &P) {
    if (!P.isValid() || P.Line > R.Texts->lineCount(P.File))
      return;
    StringRef Line = R.Texts->line(P.File, P.Line);
    StringRef Before = Line.take_front(P.Column - 1);
    StringRef Marked = Line.drop_front(Before.size());
    if (P.EndLine == P.Line && P.EndColumn > P.Column)
      Marked = Marked.take_front(P.EndColumn - P.Column);
    std::string Indent = expanded(Before, 0);
    Out << llvm::format("%6u | ", P.Line) << expanded(Line, 0) << '\n'
        << "       | " << std::string(width(Indent), ' ');
    unsigned Length = std::max(1u, width(expanded(Marked.rtrim(), Indent.size())));
    coloured(raw_ostream::GREEN, "^" + std::string(Length - 1, '~'));
    Out << '\n';
  }

  void fix(const Fix &F) {
    if (F.isEmpty())
      return;
    Out << "  ";
    coloured(raw_ostream::GREEN, F.Safe ? "fix: " : "fix (with --unsafe-fixes): ");
    Out << F.Title << '\n';
    std::map<StringRef, Patch> Patches;
    for (const Edit &E : F.Edits)
      if (Replacement One{E.Begin, E.End, E.Text}; Patches[E.File].accepts(One))
        Patches[E.File].add(One);
    for (const auto &[File, Change] : Patches) {
      StringRef Text = R.Texts->text(File);
      std::vector<StringRef> Old = linesOf(Text);
      if (Patches.size() > 1)
        Out << "       " << relativeTo(R.Folder, File) << '\n';
      for (const Patch::Block &B : Change.blocks(Text)) {
        for (size_t I = B.First; I < B.Last; ++I)
          line(raw_ostream::RED, I + 1, '-', Old[I]);
        for (size_t I = B.First; StringRef New : linesOf(B.New))
          line(raw_ostream::GREEN, ++I, '+', New);
      }
    }
  }

  void line(raw_ostream::Colors Colour, unsigned Line, char Sign, StringRef Text) {
    Out << llvm::format("%6u ", Line);
    Out.changeColor(Colour) << Sign << ' ' << expanded(Text.rtrim("\r\n"), 0);
    Out.resetColor();
    Out << '\n';
  }

  const Report &R;
  raw_ostream &Out;
};

} // namespace

void writeText(const Report &R, raw_ostream &Out) {
  Printer Print(R, Out);
  for (const Reported &F : R.Findings)
    Print.print(F);
  for (const Incomplete &I : R.Incompletes)
    Print.print(I);
  if (!R.Incompletes.empty())
    Out << '\n';
  Print.summary();
}

} // namespace weir::driver
