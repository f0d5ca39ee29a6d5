// JUnit's XML: a finding that fails the run is a failed test, and so is a file
// that was not analysed. Another is a test that passed and has something to
// say.

#include "driver/Report.h"
#include "driver/Sources.h"
#include "driver/reports/Escape.h"
#include "llvm/ADT/STLExtras.h"

namespace weir::driver {

void writeJunit(const Report &R, llvm::raw_ostream &Out) {
  auto Fails = [&](const Reported &F) { return F.Level >= R.FailOn; };
  size_t Failures = llvm::count_if(R.Findings, Fails) + R.Incompletes.size();
  size_t Said = R.Findings.size() + R.Incompletes.size();
  // Some readers fail on a suite without tests.
  size_t Tests = std::max<size_t>(Said, 1);
  Out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      << "  <testsuite name=\"weir\" tests=\"" << Tests << "\" failures=\"" << Failures
      << "\" errors=\"0\">\n";
  for (const Reported &F : R.Findings) {
    std::string File = escape(relativeTo(R.Root, F.At.File));
    Out << "    <testcase name=\"" << escape(F.Rule) << "\" classname=\""
        << File << "\" file=\"" << File << "\" line=\"" << F.At.Line
        << "\">\n      ";
    if (Fails(F))
      Out << "<failure message=\"" << escape(F.Message) << "\" type=\""
          << spelling(F.Level) << "\">" << File << ':' << F.At.Line << ':'
          << F.At.Column;
    else
      Out << "<system-out>" << File << ':' << F.At.Line << ':' << F.At.Column
          << ": " << spelling(F.Level) << ": " << escape(F.Message);
    for (const Note &N : F.Notes) {
      Out << "\n";
      if (N.At.isValid())
        Out << escape(relativeTo(R.Root, N.At.File)) << ':' << N.At.Line << ": ";
      Out << escape(N.Message);
    }
    Out << (Fails(F) ? "</failure>" : "</system-out>") << "\n    </testcase>\n";
  }
  for (const Incomplete &I : R.Incompletes)
    Out << "    <testcase name=\"not analysed completely\" classname=\""
        << escape(relativeTo(R.Root, I.File)) << "\">\n      <failure message=\""
        << escape(I.Reason) << "\"/>\n    </testcase>\n";
  if (Said == 0)
    Out << "    <testcase name=\"nothing found\" classname=\"weir\"/>\n";
  Out << "  </testsuite>\n</testsuites>\n";
}

} // namespace weir::driver
