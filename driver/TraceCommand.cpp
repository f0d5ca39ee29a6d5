// `weir trace`; see TraceCommand.h.

#include "driver/TraceCommand.h"
#include "driver/Files.h"
#include "driver/Options.h"
#include "driver/Sources.h"
#include "driver/Timeline.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

std::string count(size_t N, StringRef Noun) {
  return (llvm::Twine(N) + " " + Noun + (N == 1 ? "" : "s")).str();
}

std::string shown(StringRef File, StringRef Folder) {
  return relativeTo(Folder, File);
}

/// What a terminal, or a log, wants to know of the picture.
void summarise(const Trace &T, StringRef Page) {
  llvm::SmallString<256> Here;
  llvm::sys::fs::current_path(Here);
  size_t Tasks = llvm::count_if(
      T.Tasks, [](const Trace::Task &Each) { return !Each.IsCallbacks; });
  double Stood = 0;
  for (const Trace::Stop &S : T.Stops)
    Stood += T.Spans[S.Span].Length;
  llvm::raw_ostream &Out = llvm::outs();
  Out << Page << ": " << count(Tasks, "task") << " in " << duration(T.End);
  if (T.Loops > 1)
    Out << " on " << count(T.Loops, "loop");
  if (T.Stops.empty())
    Out << "; no loop stood still\n";
  else
    Out << "; " << (T.Loops > 1 ? "loops" : "the loop") << " stood still "
        << count(T.Stops.size(), "time") << ", for " << duration(Stood) << '\n';
  constexpr size_t Shown = 10;
  for (const Trace::Stop &S : llvm::ArrayRef(T.Stops).take_front(Shown)) {
    const Trace::Span &Span = T.Spans[S.Span];
    Out << llvm::formatv("  {0,8}  ", duration(Span.Length))
        << shortName(Span.Name);
    if (const Trace::Call *C = T.culprit(S))
      Out << ": " << shown(C->File, Here) << ':' << C->Line << ", in "
          << shortName(C->Function);
    else if (Span.At >= 0)
      Out << ": after " << shown(T.Places[Span.At].File, Here) << ':'
          << T.Places[Span.At].Line;
    if (Span.IsCut)
      Out << " (not over)";
    Out << '\n';
  }
  if (T.Stops.size() > Shown)
    Out << "  and " << T.Stops.size() - Shown << " more\n";
  if (T.IsCut)
    llvm::errs() << "weir: the program did not end by itself, or is still "
                    "running: the trace "
                    "ends where it was written to\n";
  if (T.IsRebuilt && !T.Samples.empty())
    llvm::errs() << "weir: '" << T.Program
                 << "' was built again since: stacks are without lines\n";
}

} // namespace

int traceCommand(llvm::ArrayRef<const char *> Args) {
  CommandLine Line("trace", "FILE [-o PAGE]",
                   "Draws what a program did on a timeline, one HTML file: who "
                   "ran, who waited\n"
                   "for what, where the loop stood still. FILE is what a "
                   "program writes that\n"
                   "runs with WEIR_TRACE=FILE.");
  std::string To;
  Line.flag({"-o", "--output"}, "PAGE",
            "where to write it (FILE.html; - for standard output)", To);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (Line.Words.size() != 1)
    return usageError(llvm::createStringError(
        Line.Words.empty()
            ? "which trace? A program that runs with WEIR_TRACE=FILE writes one"
            : "one trace at a time"));
  StringRef From = Line.Words[0];
  llvm::Expected<Trace> Read = readTrace(From);
  if (!Read)
    return usageError(Read.takeError());
  std::string Page = timeline(*Read, path::filename(From));
  if (To == "-") {
    llvm::outs() << Page;
    return 0;
  }
  if (To.empty()) {
    llvm::SmallString<256> Name(From);
    path::replace_extension(Name, "html");
    To = Name.str().str();
  }
  if (llvm::Error Error = writeFile(To, Page))
    return usageError(std::move(Error));
  summarise(*Read, To);
  return 0;
}

} // namespace weir::driver
