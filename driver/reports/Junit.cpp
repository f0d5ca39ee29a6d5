// JUnit's XML: a finding is a failed test, and so is a file that was not
// analysed.

#include "driver/Report.h"
#include "driver/Sources.h"
#include "driver/reports/Escape.h"

namespace weir::driver {

void writeJunit(const Report &R, llvm::raw_ostream &Out) {
  size_t Failures = R.Findings.size() + R.Incompletes.size();
  // Some readers fail on a suite without tests.
  size_t Tests = std::max<size_t>(Failures, 1);
  Out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      << "  <testsuite name=\"weir\" tests=\"" << Tests << "\" failures=\"" << Failures
      << "\" errors=\"0\">\n";
  for (const Reported &F : R.Findings) {
    std::string File = escape(relativeTo(R.Root, F.At.File));
    Out << "    <testcase name=\"" << escape(F.Rule) << "\" classname=\"" << File
        << "\" file=\"" << File << "\" line=\"" << F.At.Line << "\">\n"
        << "      <failure message=\"" << escape(F.Message) << "\" type=\""
        << spelling(F.Level) << "\">" << File << ':' << F.At.Line << ':' << F.At.Column;
    for (const Note &N : F.Notes) {
      Out << "\n";
      if (N.At.isValid())
        Out << escape(relativeTo(R.Root, N.At.File)) << ':' << N.At.Line << ": ";
      Out << escape(N.Message);
    }
    Out << "</failure>\n    </testcase>\n";
  }
  for (const Incomplete &I : R.Incompletes)
    Out << "    <testcase name=\"not analysed completely\" classname=\""
        << escape(relativeTo(R.Root, I.File)) << "\">\n      <failure message=\""
        << escape(I.Reason) << "\"/>\n    </testcase>\n";
  if (Failures == 0)
    Out << "    <testcase name=\"nothing found\" classname=\"weir\"/>\n";
  Out << "  </testsuite>\n</testsuites>\n";
}

} // namespace weir::driver
