// See TraceCost.h.
//
// Who stops the loop is found in the stacks that the runtime took meanwhile:
// the finding is in the line of one of their calls. Who waits for one thing
// after the other is found by the waits below the line of its await.

#include "driver/TraceCost.h"
#include "driver/Sources.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <set>

using llvm::StringRef;

namespace weir::driver {
namespace {

struct Cost {
  double Microseconds = 0;
  std::set<int> Spans; ///< the steps or waits it was paid in
};

/// A file as a compiler names it may be relative to a folder nobody knows.
bool isSame(StringRef Real, StringRef Named, Sources &Texts) {
  if (llvm::sys::path::is_absolute(Named))
    return Real == Named || Real == Texts.realPath(Named);
  while (Named.consume_front("../") || Named.consume_front("./"))
    ;
  return Real.consume_back(Named) && (Real.empty() || Real.ends_with("/"));
}

class Bill {
public:
  Bill(const Report &R, const Trace &T) : R(R), T(T) {}

  Cost of(const Reported &F) const {
    if (is(F, {"weir-blocking-call", "weir-sync-wait"}))
      return stood(F.At);
    if (is(F, {"weir-sequential-await", "weir-await-in-loop",
               "weir-await-inside-gather"}))
      return waited(F.At);
    return {};
  }

private:
  static bool is(const Reported &F, std::initializer_list<StringRef> Rules) {
    return llvm::is_contained(Rules, F.Rule);
  }
  bool isAt(const Place &P, StringRef File, unsigned Line) const {
    return Line >= P.Line && Line <= std::max(P.Line, P.EndLine) &&
           isSame(R.Texts->realPath(P.File), File, *R.Texts);
  }

  Cost stood(const Place &P) const {
    Cost Result;
    for (const Trace::Sample &S : T.Samples)
      if (llvm::any_of(S.Stack, [&](const Trace::Call &C) {
            return !C.File.empty() && isAt(P, C.File, C.Line);
          })) {
        Result.Microseconds += S.Length;
        Result.Spans.insert(S.Span);
      }
    return Result;
  }
  Cost waited(const Place &P) const {
    // Places are few, waits are many.
    std::vector<bool> IsBelow;
    for (const Trace::Place &Each : T.Places) // who awaits comes first
      IsBelow.push_back(isAt(P, Each.File, Each.Line) ||
                        (Each.AwaitedBy >= 0 && IsBelow[Each.AwaitedBy]));
    Cost Result;
    for (auto [I, S] : llvm::enumerate(T.Spans))
      if (S.What == Trace::Kind::Wait && S.At >= 0 && IsBelow[S.At]) {
        Result.Microseconds += S.Length;
        Result.Spans.insert(static_cast<int>(I));
      }
    return Result;
  }

  const Report &R;
  const Trace &T;
};

std::string times(size_t N) {
  return N == 1 ? "once" : std::to_string(N) + " times";
}

} // namespace

void rankByCost(Report &R, const Trace &T) {
  Bill Each(R, T);
  std::set<int> Explained;
  std::vector<std::pair<double, Reported>> Ranked;
  for (Reported &F : R.Findings) {
    Cost C = Each.of(F);
    if (!C.Spans.empty()) {
      bool IsWait = T.Spans[*C.Spans.begin()].What == Trace::Kind::Wait;
      F.Notes.push_back(
          {F.At,
           (IsWait ? "in the run that was traced, tasks waited here "
                   : "in the run that was traced, the loop stood still here ") +
               times(C.Spans.size()) + ", for " + duration(C.Microseconds)});
      if (!IsWait)
        Explained.insert(C.Spans.begin(), C.Spans.end());
    }
    Ranked.emplace_back(C.Microseconds, std::move(F));
  }
  llvm::stable_sort(Ranked, [](auto &L, auto &R) { return L.first > R.first; });
  for (auto [F, Costly] : llvm::zip_equal(R.Findings, Ranked))
    F = std::move(Costly.second);

  double Rest = 0;
  size_t Stops = 0;
  for (const Trace::Stop &S : T.Stops)
    if (!Explained.contains(S.Span)) {
      Rest += T.Spans[S.Span].Length;
      ++Stops;
    }
  bool HasLines = llvm::any_of(T.Samples, [](const Trace::Sample &S) {
    return llvm::any_of(S.Stack,
                        [](const Trace::Call &C) { return !C.File.empty(); });
  });
  if (Stops) {
    llvm::errs() << "weir: no finding explains why the loop stood still "
                 << times(Stops) << ", for " << duration(Rest)
                 << "; `weir trace` shows where\n";
    if (!T.Samples.empty() && !HasLines)
      llvm::errs()
          << (T.IsRebuilt
                  ? "weir: the program was built again since: run it once "
                    "more\n"
                  : "weir: the program has no lines: build it with -g\n");
  }
}

} // namespace weir::driver
