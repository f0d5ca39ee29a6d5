// Checkstyle's XML, which Jenkins, reviewdog and many others read.

#include "driver/Report.h"
#include "driver/Sources.h"
#include "driver/reports/Escape.h"

namespace weir::driver {

void writeCheckstyle(const Report &R, llvm::raw_ostream &Out) {
  Out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  llvm::StringRef Open;
  for (const Reported &F : R.Findings) { // By file: merge() has sorted them.
    if (F.At.File != Open) {
      if (!Open.empty())
        Out << "  </file>\n";
      Open = F.At.File;
      Out << "  <file name=\"" << escape(relativeTo(R.Root, Open)) << "\">\n";
    }
    Out << "    <error line=\"" << F.At.Line << "\" column=\"" << F.At.Column
        << "\" severity=\"" << (F.Level == Severity::Note ? "info" : spelling(F.Level))
        << "\" message=\"" << escape(F.Message) << "\" source=\"" << escape(F.Rule)
        << "\"/>\n";
  }
  if (!Open.empty())
    Out << "  </file>\n";
  Out << "</checkstyle>\n";
}

} // namespace weir::driver
