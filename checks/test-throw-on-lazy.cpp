// Assertions about exceptions of tasks that never ran.
//
// `EXPECT_THROW(parse(x), error)` calls parse, gets a task, and drops it: the
// body did not begin, so nothing was thrown. EXPECT_NO_THROW holds for the same
// reason. A callee that is seen to be no coroutine may well throw at once.

#include "checks/support/Check.h"
#include "checks/support/Macros.h"
#include "checks/support/Source.h"
#include "checks/support/Statements.h"
#include "checks/support/SyncWaits.h"
#include "checks/support/Tests.h"
#include "checks/support/Usr.h"

using namespace clang;

namespace weir {
namespace {

class TestThrowOnLazyCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *Call = dyn_cast<CallExpr>(S);
      if (Call && Call->getBeginLoc().isMacroID() && Call->isPRValue() && isLost(Call, Parents) &&
          isInMacroArgument(Call->getBeginLoc(), U, isThrowAssertion))
        judge(Call, U);
      return true;
    });
  }

  /// A statement, or a cast to void, as some frameworks write around theirs.
  static bool isLost(const Expr *E, Path Parents) {
    size_t Index = 0;
    const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(significantParent(Parents, &Index));
    if (Cast && Cast->getType()->isVoidType())
      return isStatement(Cast, Parents.take_front(Index));
    return isStatement(E, Parents);
  }

  void judge(const CallExpr *Call, Unit &U) {
    std::optional<TaskType> Type = U.task(Call->getType());
    Callee C = calleeOf(Call);
    if (!Type || !Type->isTask() || !Type->isLazy() || !C.Function)
      return;
    const FunctionDecl *Defined = nullptr;
    if (C.Function->hasBody(Defined) && !isa<CoroutineBodyStmt>(Defined->getBody()))
      return;
    auto Report = report(nameLocation(Call), "'%0' only makes a task here: its body does not run, "
                                             "so it cannot throw");
    if (!Report)
      return;
    *Report << displayName(C.Function, nullptr);
    Report.reset();
    std::string Text = ranBy(Call, *Type, U);
    if (Text.empty())
      return;
    SourceRange Written(U.sources().getFileLoc(Call->getBeginLoc()),
                        U.sources().getFileLoc(Call->getEndLoc()));
    note(nameLocation(Call), "run it: '%0'")
        << Text << FixItHint::CreateReplacement(Written, Text);
  }
};

WEIR_CHECK(TestThrowOnLazyCheck, "test-throw-on-lazy", Warning,
           "Finds assertions about the exceptions of a task that never runs.")

} // namespace
} // namespace weir
