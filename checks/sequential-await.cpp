// Awaits that could run together.
//
// Two operations that wait for nothing of each other take the sum of their
// times when they are awaited in turn and the longer one's when they are
// gathered. That they wait for nothing of each other is proved, not guessed:
// no result of one goes into the other, nothing stands between them, both may
// really suspend, and what either callee changes the other does not look at.

#include "checks/program/Overlap.h"
#include "checks/program/Rule.h"
#include "llvm/ADT/STLExtras.h"

namespace weir {
namespace {

using namespace program;

class SequentialAwaitCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void check(const Function &F, const Program &P) override {
    if (F.IsTest)
      return; // which may want them in order
    for (const Sequence &S : F.Sequences)
      for (size_t Begin = 0; Begin + 1 < S.Steps.size();) {
        size_t End = endOfRun(F, S, Begin, P);
        if (End - Begin > 1)
          report(describe(F, S, Begin, End));
        Begin = std::max(End, Begin + 1);
      }
  }

  Finding describe(const Function &F, const Sequence &S, size_t Begin,
                   size_t End) {
    const Sequence::Step &First = S.Steps[Begin], &Second = S.Steps[Begin + 1];
    Finding Result;
    Result.Rule = "weir-sequential-await";
    Result.At = Second.Await;
    Result.Message =
        ("'" + Second.Name + "' waits for '" + First.Name +
         "' without need: '" + F.Calls[First.Call].Name + "' and '" +
         F.Calls[Second.Call].Name + "' could run at the same time")
            .str();
    Result.Notes.push_back({First.Await, "the first await is here"});
    for (size_t I = Begin + 2; I < End; ++I)
      Result.Notes.push_back(
          {S.Steps[I].Await,
           "so could '" + F.Calls[S.Steps[I].Call].Name.str() + "'"});
    suggest(Result, S, llvm::ArrayRef(S.Steps).slice(Begin, End - Begin));
    return Result;
  }

  static void suggest(Finding &Into, const Sequence &S,
                      llvm::ArrayRef<Sequence::Step> Steps) {
    if (S.Gather.empty())
      return;
    std::string Names, Args, Text = S.Gather;
    for (const Sequence::Step &Each : Steps) {
      Names += (Names.empty() ? "" : ", ") + Each.Name;
      Args += (Args.empty() ? "" : ", ") + Each.Operand;
    }
    if (size_t At = Text.find("{args}"); At != std::string::npos)
      Text.replace(At, 6, Args);
    Text = "auto [" + Names + "] = " + Text;
    if (!llvm::all_of(Steps, [](auto &Each) { return Each.CanRewrite; })) {
      Into.Notes.push_back({Steps.front().Await, "write '" + Text + "'"});
      return;
    }
    Fix Offer{"write '" + Text + "'", S.Include};
    Offer.Edits.push_back(
        {Into.At.File, Steps.front().Extent.Begin, Steps.back().Extent.End, Text});
    Into.Fixes.push_back(std::move(Offer));
  }

  /// The end of the longest run from \p Begin of which any two may overlap.
  static size_t endOfRun(const Function &F, const Sequence &S, size_t Begin,
                         const Program &P) {
    std::vector<Effects> All;
    for (size_t I = Begin; I < S.Steps.size(); ++I) {
      const Call &C = F.Calls[S.Steps[I].Call];
      std::optional<Effects> Next = whileSuspended(C, P);
      if (!Next || llvm::any_of(All, [&](const Effects &Other) {
            return conflict(*Next, Other) || conflict(Other, *Next);
          }))
        return I;
      All.push_back(std::move(*Next));
    }
    return S.Steps.size();
  }
};

WEIR_CHECK(SequentialAwaitCheck, "sequential-await", Warning,
           "Finds consecutive awaits that are proved independent and could run "
           "at the same time.")

} // namespace
} // namespace weir
