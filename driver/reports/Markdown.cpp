// A summary for a pull request or the page of a CI run.

#include "driver/Defaults.h"
#include "driver/Report.h"
#include "driver/Sources.h"
#include <map>

using llvm::StringRef;

namespace weir::driver {
namespace {

constexpr unsigned MostRows = 200; ///< GitHub shows a summary up to 1 MiB

std::string cell(StringRef Text) {
  std::string Result;
  for (char C : Text)
    if (C == '|')
      Result += "\\|";
    else if (C == '<')
      Result += "&lt;";
    else
      Result += C == '\n' ? ' ' : C;
  return Result;
}

} // namespace

void writeMarkdown(const Report &R, llvm::raw_ostream &Out) {
  Out << "## weir\n\n";
  if (R.Findings.empty())
    Out << "Nothing found in " << R.Stats.Units << " files.\n";
  else
    Out << "| | Place | Finding | Rule |\n| --- | --- | --- | --- |\n";
  unsigned Rows = 0;
  for (Severity Level : {Severity::Error, Severity::Warning, Severity::Note})
    for (const Reported &F : R.Findings) {
      if (F.Level != Level || ++Rows > MostRows)
        continue;
      StringRef Name = F.Rule;
      Name.consume_front("weir-");
      Out << "| " << spelling(Level) << " | `" << relativeTo(R.Root, F.At.File) << ':'
          << F.At.Line << "` | " << cell(F.Message) << " | [" << F.Rule << "](" << RulePages
          << Name << ".md) |\n";
    }
  if (Rows > MostRows)
    Out << "\n… and " << Rows - MostRows << " more.\n";
  if (!R.Incompletes.empty()) {
    Out << "\n### Not analysed completely\n\n";
    for (const Incomplete &I : R.Incompletes)
      Out << "- `" << relativeTo(R.Root, I.File) << "`: " << cell(I.Reason) << '\n';
  }
}

} // namespace weir::driver
