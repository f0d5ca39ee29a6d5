// Awaits that could run together.
//
// Two operations that wait for nothing of each other take the sum of their
// times when they are awaited in turn and the longer one's when they are
// gathered. That they wait for nothing of each other is proved, not guessed:
// no result of one goes into the other, nothing stands between them, both may
// really suspend, and what either callee changes the other does not look at.

#include "checks/program/Roots.h"
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
    for (const Sequence &S : F.Sequences) {
      if (!areIndependent(F, S, P))
        continue;
      Finding Result;
      Result.Rule = "weir-sequential-await";
      Result.At = S.Starts[1];
      Result.Message = ("'" + S.Names[1] + "' waits for '" + S.Names[0] +
                        "' without need: '" + F.Calls[S.Calls[0]].Name +
                        "' and '" + F.Calls[S.Calls[1]].Name +
                        "' could run at the same time").str();
      Result.Notes.push_back({S.Starts[0], "the first await is here"});
      for (size_t I = 2; I < S.Starts.size(); ++I)
        Result.Notes.push_back({S.Starts[I], "so could '" + F.Calls[S.Calls[I]].Name.str() + "'"});
      if (!S.Fix.isEmpty())
        Result.Fixes.push_back(S.Fix);
      else if (!S.Instead.empty())
        Result.Notes.push_back({S.Starts[0], "write '" + S.Instead + "'"});
      report(std::move(Result));
    }
  }

  /// Effects of a call as the calling function sees them: its own locals stay
  /// apart, for two calls may share one.
  static Effects seenBy(const Call &C, const Function &Callee, const Program &P) {
    Effects Theirs = P.effectsOf(Callee), Here;
    Here.Unknown = Theirs.Unknown;
    auto Translate = [&](Root R) -> Root {
      unsigned Index;
      if (R == "this")
        return C.Receiver;
      if (R.starts_with("p") && !R.drop_front().getAsInteger(10, Index))
        return Index < C.Args.size() ? C.Args[Index] : "?";
      return R;
    };
    for (Root R : Theirs.Reads)
      Here.Reads.push_back(Translate(R));
    for (Root R : Theirs.Writes)
      Here.Writes.push_back(Translate(R));
    return Here;
  }

  /// Whether two roots may be the same thing. Locals and globals are what they
  /// are; a parameter or the object may be any shared thing.
  static bool mayAlias(Root L, Root R) {
    if (L.empty() || R.empty())
      return false;
    if (L == R || L == "?" || R == "?")
      return true;
    if (!isShared(L) || !isShared(R))
      return false;
    return !(L.starts_with("g:") && R.starts_with("g:"));
  }

  static bool conflict(const Effects &L, const Effects &R) {
    return llvm::any_of(L.Writes, [&](Root Written) {
      auto Touches = [&](Root Other) { return mayAlias(Written, Other); };
      return llvm::any_of(R.Reads, Touches) || llvm::any_of(R.Writes, Touches);
    });
  }

  static bool areIndependent(const Function &F, const Sequence &S, const Program &P) {
    std::vector<Effects> All;
    for (unsigned Index : S.Calls) {
      const Call &C = F.Calls[Index];
      const Function *Callee = C.IsVirtual ? nullptr : P.function(C.Callee);
      if (!Callee || !P.maySuspend(*Callee))
        return false;
      All.push_back(seenBy(C, *Callee, P));
      if (All.back().Unknown)
        return false;
    }
    for (size_t I = 0; I < All.size(); ++I)
      for (size_t J = I + 1; J < All.size(); ++J)
        if (conflict(All[I], All[J]) || conflict(All[J], All[I]))
          return false;
    return true;
  }
};

WEIR_CHECK(SequentialAwaitCheck, "sequential-await", Warning,
           "Finds consecutive awaits that are proved independent and could run "
           "at the same time.")

} // namespace
} // namespace weir
