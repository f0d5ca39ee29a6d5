// Tasks that come out of a task.
//
// A coroutine that returns a task as its value, or a lambda whose task is the
// value of what runs it, has to be awaited twice. Awaited once, the inner task
// is in nobody's hands: dropped, or returned to somebody who may not expect it.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Fate.h"
#include "checks/support/Tests.h"

using namespace clang;

namespace weir {
namespace {

class NestedTaskCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    bool IsTest = isTestCode(B, U);
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Await = dyn_cast<CoawaitExpr>(S))
        judgeAwait(Await, Parents, B, U);
      else if (const auto *Return = dyn_cast<CoreturnStmt>(S);
               Return && !IsTest && // which may be about just that
               !B.decl()
                    ->isTemplateInstantiation()) // whose caller chose the type
        judgeReturn(Return, U);
      return true;
    });
  }

  static bool isLazyTask(const Expr *E, Unit &U) {
    std::optional<TaskType> Type =
        E && !E->isTypeDependent() &&
                (E->isPRValue() || (E->isXValue() && isa<CoawaitExpr>(E)))
            ? U.task(E->getType())
            : std::nullopt;
    return Type && Type->isTask() && Type->isLazy();
  }

  void judgeAwait(const CoawaitExpr *Await, Path Parents, const Body &B,
                  Unit &U) {
    if (!isLazyTask(Await, U))
      return;
    Fate F = fateOf(Await, Parents, U);
    if (F.Where != Fate::Dropped || isa<CastExpr>(F.At)) // aloud, as void
      return;
    auto Report =
        report(Await->getBeginLoc(),
               "awaiting gives another %0, which is dropped and never runs");
    if (!Report)
      return;
    *Report << typeForMessage(Await->getType(), U.context())
            << Await->getSourceRange();
    Report.reset();
    auto Advice = note(Await->getBeginLoc(), "await that as well");
    if (Await->getBeginLoc().isFileID() &&
        canAwait(*U.task(Await->getType()), B, U))
      Advice << FixItHint::CreateInsertion(Await->getBeginLoc(), "co_await ");
  }

  void judgeReturn(const CoreturnStmt *Return, Unit &U) {
    if (const Expr *Value = Return->getOperand())
      judgeValue(Value, U);
  }

  void judgeValue(const Expr *Value, Unit &U) {
    if (const auto *Either = dyn_cast<ConditionalOperator>(bare(Value))) {
      judgeValue(Either->getTrueExpr(), U);
      judgeValue(Either->getFalseExpr(), U);
      return;
    }
    if (!isLazyTask(bare(Value), U) || !isa<CallExpr, CoawaitExpr>(bare(Value)))
      return;
    auto Report = report(
        Value->getBeginLoc(),
        "the value of this coroutine is itself a %0, which nobody has awaited");
    if (!Report)
      return;
    *Report << typeForMessage(bare(Value)->getType(), U.context())
            << Value->getSourceRange();
    Report.reset();
    note(Value->getBeginLoc(),
         "write 'co_return co_await', and return what that gives");
  }
};

WEIR_CHECK(NestedTaskCheck, "nested-task", Warning,
           "Finds tasks that are the result of a task, and dropped or returned "
           "as a value.")

} // namespace
} // namespace weir
