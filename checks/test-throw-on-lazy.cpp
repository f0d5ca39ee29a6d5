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
#include "checks/support/Uses.h"
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
      if (Call && Call->getBeginLoc().isMacroID() && Call->isPRValue() &&
          isInMacroArgument(Call->getBeginLoc(), U, isThrowAssertion) &&
          (isLost(Call, Parents) || isKeptUnused(Call, Parents)))
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

  /// `EXPECT_ANY_THROW({ auto t = f(); })`
  static bool isKeptUnused(const CallExpr *Call, Path Parents) {
    const auto *Decls = dyn_cast_or_null<DeclStmt>(significantParent(Parents));
    const auto *Var = Decls && Decls->isSingleDecl()
                          ? dyn_cast<VarDecl>(Decls->getSingleDecl())
                          : nullptr;
    return Var && Var->getInit() && bare(Var->getInit()) == Call &&
           !Var->isReferenced();
  }

  /// Whether \p F does no more than to make the task: it is a coroutine, or
  /// returns what one made.
  static bool onlyMakes(const FunctionDecl *F, Unit &U, unsigned Depth = 0) {
    const FunctionDecl *Defined = nullptr;
    if (!F || Depth > 3)
      return false;
    if (!F->hasBody(Defined) || isa<CoroutineBodyStmt>(Defined->getBody()))
      return true;
    const Expr *Returned = soleReturn(Defined->getBody());
    const auto *Made = dyn_cast_or_null<CallExpr>(Returned);
    return Made && U.task(Made->getType()) && !mayThrowBeside(Returned, Made) &&
           onlyMakes(Made->getDirectCallee(), U, Depth + 1);
  }

  /// Whether something else than the call itself may throw in \p Whole: what it
  /// is given or called on is computed first, and may be checked there.
  static bool mayThrowBeside(const Expr *Whole, const CallExpr *Call) {
    bool Found = false;
    walk(Whole, [&](const Stmt *S, Path) {
      const auto *Made = dyn_cast<CXXConstructExpr>(S);
      Found |= isa<CXXThrowExpr, CXXNewExpr, CXXDynamicCastExpr>(S) ||
               (isa<CallExpr>(S) && S != Call && !isMove(cast<Expr>(S))) ||
               (Made && !Made->getConstructor()->isCopyOrMoveConstructor() &&
                !weir::isOfStd(Made->getConstructor()));
      return !Found;
    });
    return Found;
  }

  void judge(const CallExpr *Call, Unit &U) {
    std::optional<TaskType> Type = U.task(Call->getType());
    Callee C = calleeOf(Call);
    if (!Type || !Type->isTask() || !Type->isLazy() || !C.Function)
      return;
    if (!onlyMakes(C.Function, U))
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
    const Expr *Whole =
        Call; // a CallExpr's own begin leaves out what `()` is called on
    SourceRange Written(U.sources().getFileLoc(Whole->getBeginLoc()),
                        U.sources().getFileLoc(Whole->getEndLoc()));
    note(nameLocation(Call), "run it: '%0'")
        << Text << FixItHint::CreateReplacement(Written, Text);
  }
};

WEIR_CHECK(TestThrowOnLazyCheck, "test-throw-on-lazy", Warning,
           "Finds assertions about the exceptions of a task that never runs.")

} // namespace
} // namespace weir
