// Coroutines that never wait.
//
// A coroutine without an await pays for a frame and makes its callers
// coroutines too, for nothing. It is worth a note only where nobody needs its
// type: an override, a function used as a value or one whose task is handed on
// must stay what it is. Whether somebody outside the file does, one file cannot
// tell; `weir check`, which sees them all, can.

#include "checks/program/Rule.h"

namespace weir {
namespace {

using namespace program;

class NeedlessCoroutineCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void check(const Function &F, const Program &P) override {
    if (!F.IsNeedless || P.isMentioned(F.Usr) || !(P.isWhole() || F.IsLocalToFile))
      return;
    Fix Offer = F.Uncoroutine;
    for (const Program::Use &Use : P.usesOf(F)) {
      if (Use.Call->Mode != Mode::Awaited)
        return; // somebody wants the task itself
      if (Use.Call->Fix.isEmpty())
        Offer.Edits.clear();
      if (!Offer.isEmpty())
        Offer.Edits.insert(Offer.Edits.end(), Use.Call->Fix.Edits.begin(),
                           Use.Call->Fix.Edits.end());
    }
    Finding Result;
    Result.Rule = "weir-needless-coroutine";
    Result.IsNote = true;
    Result.At = F.At;
    Result.Message = ("coroutine '" + F.Name + "' never awaits anything").str();
    if (F.HiddenAwait.isValid())
      Result.Notes.push_back({F.HiddenAwait, "this 'co_await' belongs to the lambda"});
    if (!Offer.isEmpty()) {
      Offer.Title = "make it an ordinary function";
      Result.Fixes.push_back(std::move(Offer));
    } else {
      Result.Notes.push_back({F.At, "make it an ordinary function"});
    }
    report(std::move(Result));
  }
};

WEIR_CHECK(NeedlessCoroutineCheck, "needless-coroutine", Note,
           "Finds coroutines that never await and whose type nothing depends on.")

} // namespace
} // namespace weir
