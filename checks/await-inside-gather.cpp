// Awaits among the arguments of a gather.
//
// `gather(f(co_await a()), g(co_await b()))` waits for a, then for b, and only
// then begins to gather: the arguments of a call are computed before the call.
// One such await may be what the gathered tasks need; two wait for each other
// for nothing. An await that is an argument itself leaves nothing to gather.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Usr.h"

using namespace clang;

namespace weir {
namespace {

class AwaitInsideGatherCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (!B.isCoroutine())
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Call = dyn_cast<CallExpr>(S);
      const models::Function *Model = Call ? U.function(calleeOf(Call)) : nullptr;
      if (Model && (Model->Role == models::Role::All || Model->Role == models::Role::Race))
        judge(Call, U);
      return true;
    });
  }

  void judge(const CallExpr *Gather, Unit &U) {
    Callee C = calleeOf(Gather);
    const CoawaitExpr *First = nullptr;
    for (const Expr *Arg : C.Args) {
      const CoawaitExpr *Await = awaitIn(Arg, U);
      if (!Await)
        continue;
      if (Await == bare(Arg)) {
        direct(C, Await, U);
      } else if (!First) {
        First = Await;
      } else {
        if (auto Report = report(Await->getKeywordLoc(), "this await waits for the one before it, "
                                                         "and '%0' begins only after both"))
          *Report << displayName(C.Function, nullptr);
        else
          continue;
        note(First->getKeywordLoc(), "the first await is here");
        note(Await->getKeywordLoc(), "await both inside the tasks that are gathered");
      }
    }
  }

  /// The await that has to be done before \p Arg exists. A question to the
  /// coroutine itself takes no time.
  static const CoawaitExpr *awaitIn(const Expr *Arg, Unit &U) {
    const CoawaitExpr *Found = nullptr;
    walk(Arg, [&](const Stmt *S, Path) {
      if (const auto *Await = dyn_cast<CoawaitExpr>(S); Await && !Found && waits(Await, U))
        Found = Await;
      return !Found;
    });
    return Found;
  }

  static bool waits(const CoawaitExpr *Await, Unit &U) {
    const Expr *Operand = bare(Await->getOperand());
    const models::Function *Model = nullptr;
    if (const Expr *Call = awaitedCall(Operand, U))
      Model = U.function(calleeOf(Call));
    else if (const auto *Ref = dyn_cast<DeclRefExpr>(Operand))
      Model = U.function(Ref->getDecl());
    return !Model || Model->Role != models::Role::Current;
  }

  void direct(const Callee &C, const CoawaitExpr *Await, Unit &U) {
    // An await may well give what is to be gathered.
    if (mayBeGathered(Await->getType(), U))
      return;
    auto Report = report(Await->getKeywordLoc(),
                         "this await is over before '%0' begins: the argument is no longer a task");
    if (!Report)
      return;
    *Report << displayName(C.Function, nullptr);
    std::optional<TaskType> Type = U.task(Await->getOperand()->getType());
    if (Type && Type->isTask() && !Await->getKeywordLoc().isMacroID())
      *Report << FixItHint::CreateRemoval(CharSourceRange::getCharRange(
          Await->getKeywordLoc(), Await->getOperand()->getBeginLoc()));
  }

  /// Whether \p T is awaitable, or may hold what is, or nobody knows.
  static bool mayBeGathered(QualType T, Unit &U) {
    return T->isDependentType() || (recordOf(T) && !isOfStd(recordOf(T))) || U.task(T) ||
           (recordOf(T) && isa<ClassTemplateSpecializationDecl>(recordOf(T)));
  }
};

WEIR_CHECK(AwaitInsideGatherCheck, "await-inside-gather", Warning,
           "Finds awaits among the arguments of a gather, which wait before it begins.")

} // namespace
} // namespace weir
