// GitHub's workflow commands: annotations on the lines of a pull request.

#include "driver/Report.h"
#include "driver/Sources.h"

using llvm::StringRef;

namespace weir::driver {
namespace {

std::string escaped(StringRef Text, bool IsProperty) {
  std::string Result;
  for (char C : Text)
    switch (C) {
    case '%': Result += "%25"; break;
    case '\r': Result += "%0D"; break;
    case '\n': Result += "%0A"; break;
    case ':': Result += IsProperty ? "%3A" : ":"; break;
    case ',': Result += IsProperty ? "%2C" : ","; break;
    default: Result += C;
    }
  return Result;
}

} // namespace

void writeGithub(const Report &R, llvm::raw_ostream &Out) {
  // About ten of a kind are shown: the worst first.
  for (Severity Level : {Severity::Error, Severity::Warning, Severity::Note})
    for (const Reported &F : R.Findings) {
      if (F.Level != Level)
        continue;
      std::string Message = F.Message;
      for (const Note &N : F.Notes) {
        Message += "\n";
        if (N.At.isValid())
          Message += relativeTo(R.Root, N.At.File) + ":" + std::to_string(N.At.Line) + ": ";
        Message += N.Message;
      }
      Out << "::" << (Level == Severity::Note ? "notice" : spelling(Level))
          << " title=" << escaped(F.Rule, true)
          << ",file=" << escaped(relativeTo(R.Root, F.At.File), true)
          << ",line=" << F.At.Line << ",endLine=" << F.At.EndLine << ",col=" << F.At.Column
          << ",endColumn=" << F.At.EndColumn << "::" << escaped(Message, false) << '\n';
    }
  for (const Incomplete &I : R.Incompletes) {
    Out << "::error title=not analysed completely,file="
        << escaped(relativeTo(R.Root, I.At.isValid() ? I.At.File : StringRef(I.File)), true);
    if (I.At.isValid())
      Out << ",line=" << I.At.Line;
    Out << "::" << escaped(I.Reason, false) << '\n';
  }
}

} // namespace weir::driver
