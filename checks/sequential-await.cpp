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
#include "llvm/ADT/StringExtras.h"

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
    llvm::StringRef Before = F.Calls[First.Call].Name,
                    Behind = F.Calls[Second.Call].Name;
    Result.Message = Second.Name.empty()
                         ? ("'" + Behind + "' waits for '" + Before +
                            "' without need: they could run at the same time")
                               .str()
                         : ("'" + Second.Name + "' waits for '" + First.Name +
                            "' without need: '" + Before + "' and '" + Behind +
                            "' could run at the same time")
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
    auto Has = [&](auto Holds) { return llvm::all_of(Steps, Holds); };
    if (S.Gather.empty() ||
        !Has([](auto &Each) { return !Each.Operand.empty(); }))
      return;
    std::string Text = gather(S.Gather, Steps);
    if (Has([](auto &Each) {
          return !Each.Name.empty() && Each.Name.front() != '[';
        }))
      Text = "auto [" +
             llvm::join(
                 llvm::map_range(Steps, [](auto &Each) { return Each.Name; }),
                 ", ") +
             "] = " + Text;
    std::string Advice = "write '" + Text + "'";
    if (!S.Needs.empty())
      Advice += ", which needs '" + S.Needs + "'";
    if (!S.Result.empty())
      Advice += ", and take each result by '" + S.Result + "'";
    bool IsUsing = llvm::StringRef(S.Needs).starts_with("using ");
    if (!S.Result.empty() || (!S.Needs.empty() && !IsUsing) ||
        !Has([](auto &Each) { return Each.CanRewrite; })) {
      Into.Notes.push_back({Steps.front().Await, Advice});
      return;
    }
    if (IsUsing)
      Text = S.Needs + "; " + Text;
    Fix Offer{intern(Advice), S.Include};
    Offer.Edits.push_back(
        {Into.At.File, Steps.front().Extent.Begin, Steps.back().Extent.End, Text});
    Into.Fixes.push_back(std::move(Offer));
  }

  /// \p Template with the operands: `gather({args})`, or `({0} && {1})`.
  static std::string gather(std::string Template,
                            llvm::ArrayRef<Sequence::Step> Steps) {
    size_t Begin = Template.find("{args}"), End = Begin + 6;
    std::string Between = ", ";
    if (Begin == std::string::npos) {
      Begin = Template.find("{0}");
      size_t Next = Template.find("{1}");
      if (Begin == std::string::npos || Next == std::string::npos)
        return Template;
      Between = Template.substr(Begin + 3, Next - Begin - 3);
      End = Next + 3;
    }
    auto Operands =
        llvm::map_range(Steps, [](auto &Each) { return Each.Operand; });
    return Template.replace(Begin, End - Begin, llvm::join(Operands, Between));
  }

  /// The end of the longest run from \p Begin of which any two may overlap.
  static size_t endOfRun(const Function &F, const Sequence &S, size_t Begin,
                         const Program &P) {
    std::vector<Effects> All;
    for (size_t I = Begin; I < S.Steps.size(); ++I) {
      const Call &C = F.Calls[S.Steps[I].Call];
      std::optional<Effects> Next = whileSuspended(C, P);
      auto Disturbs = [&](const Effects &One) {
        return llvm::any_of(All, [&](const Effects &Other) {
          return conflict(One, Other) || conflict(Other, One);
        });
      };
      if (!Next || Disturbs(*Next))
        return I;
      // What stands before it must be able to stand before the first as well.
      if (I != Begin && llvm::any_of(S.Steps[I].Before, [&](unsigned Index) {
            std::optional<Effects> Between = effectsOf(F.Calls[Index], P);
            return !Between || Disturbs(*Between);
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
