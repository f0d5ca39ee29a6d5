// Coroutines that never wait.
//
// A coroutine without an await pays for a frame and makes its callers
// coroutines too, for nothing. It is worth a note only where nobody needs its
// type: an override, a function used as a value or one whose task is handed on
// must stay what it is. Whether somebody outside the file does, one file cannot
// tell; `weir check`, which sees them all, can.

#include "checks/program/Reach.h"
#include "checks/program/Rule.h"

namespace weir {
namespace {

using namespace program;

class NeedlessCoroutineCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void prepare(const Program &P) override {
    Blocking.emplace(P, Reach::Question{[](const Function &F) {
                                          return llvm::any_of(F.Blocks,
                                                              couldAwait);
                                        },
                                        [](const Function &) { return true; },
                                        [](Mode How, bool, const Function *) {
                                          return How == Mode::Plain;
                                        }});
  }

  void check(const Function &F, const Program &P) override {
    if (!F.IsNeedless || P.isMentioned(F.Usr) || !(P.isWhole() || F.IsLocalToFile))
      return;
    // It is a coroutine for a reason, and does not do what it became one for.
    if (Blocking->from(F) != Reach::Never)
      return;
    Fix Offer = F.Uncoroutine;
    for (const Program::Use &Use : P.usesOf(F)) {
      if (Use.Call->Mode != Mode::Awaited)
        return; // somebody wants the task itself
      if (Use.Call->Fix.isEmpty())
        Offer.Edits.clear();
      if (!Offer.isEmpty())
        for (const Edit &Each : Use.Call->Fix.Edits)
          Offer.Edits.push_back(Each);
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

  /// Whether an await would be right instead.
  static bool couldAwait(const Block &Made) {
    return !llvm::is_contained(
        {models::BlockingKind::File, models::BlockingKind::Console,
         models::BlockingKind::Lock, models::BlockingKind::Cpu},
        Made.Kind);
  }

  std::optional<Reach> Blocking;
};

WEIR_CHECK(NeedlessCoroutineCheck, "needless-coroutine", Note,
           "Finds coroutines that never await and whose type nothing depends on.")

} // namespace
} // namespace weir
