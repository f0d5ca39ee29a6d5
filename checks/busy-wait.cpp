// Loops that only wait for somebody to change something.
//
// `while (!done) co_await sleep(10ms);` wakes up a hundred times a second to
// find out that nothing happened, and is late when it did. An event wakes up
// once, at the right time.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/Storage.h"
#include "checks/support/Tests.h"
#include "checks/support/Timers.h"

using namespace clang;

namespace weir {
namespace {

class BusyWaitCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (!B.isCoroutine() || isTestCode(B, U))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (const auto *While = dyn_cast<WhileStmt>(S))
        loop(S, While->getCond(), While->getBody(), B, U);
      else if (const auto *Do = dyn_cast<DoStmt>(S))
        loop(S, Do->getCond(), Do->getBody(), B, U);
      else if (const auto *For = dyn_cast<ForStmt>(S); For && !For->getInc())
        loop(S, For->getCond(), For->getBody(), B, U);
      return true;
    });
  }

  void loop(const Stmt *Loop, const Expr *Condition, const Stmt *Body,
            const weir::Body &B, Unit &U) {
    if (!Condition || firstSuspension(Condition) || !asksOthers(Condition, B))
      return;
    const CoawaitExpr *Await = onlySleep(Body, U);
    if (!Await)
      return;
    if (!report(Loop->getBeginLoc(),
                "this loop does nothing but wait for its condition to change"))
      return;
    note(Await->getBeginLoc(), "it is woken up here only to look again");
    note(Condition->getBeginLoc(),
         "let whoever changes this set an event, and await the event");
  }

  /// Whether the condition is about what somebody else can change, and about
  /// nothing else: not the time, and no count of attempts.
  static bool asksOthers(const Expr *Condition, const Body &B) {
    bool Shared = false, Other = false;
    walk(Condition, [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S)) {
        const FunctionDecl *F = Call->getDirectCallee();
        if (!F || lastName(F) == "now" ||
            lastName(F).contains_insensitive("time") ||
            lastName(F).contains_insensitive("elapsed") ||
            lastName(F).contains_insensitive("expire"))
          Other = true;
      }
      if (const auto *Unary = dyn_cast<UnaryOperator>(S))
        Other |= Unary->isIncrementDecrementOp();
      if (const auto *Binary = dyn_cast<BinaryOperator>(S))
        Other |= Binary->isAssignmentOp();
      const auto *E = dyn_cast<Expr>(S);
      if (!E || !isa<DeclRefExpr, MemberExpr>(E))
        return true;
      std::optional<Storage> Named = storageOf(E);
      Shared |= Named && isShared(*Named, B) &&
                !(Named->last() && Named->last()->getType().isConstQualified());
      return !Named;
    });
    return Shared && !Other;
  }
};

WEIR_CHECK(BusyWaitCheck, "busy-wait", Note,
           "Finds loops that only sleep or yield until somebody changes their "
           "condition.")

} // namespace
} // namespace weir
