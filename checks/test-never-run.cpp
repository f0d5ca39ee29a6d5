// Tests that make a task and do not run it.
//
// Such a test passes whatever the task would do. A test that asserts something
// besides may be about the task itself (that it is lazy, that it can be
// dropped), so only a test without an assertion of its own is reported.

#include "checks/support/Check.h"
#include "checks/support/Macros.h"
#include "checks/support/Source.h"
#include "checks/support/Statements.h"
#include "checks/support/SyncWaits.h"
#include "checks/support/Tests.h"
#include "checks/support/Usr.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir {
namespace {

class TestNeverRunCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (B.lambda() || !isTest(B.decl(), U) || B.isCoroutine())
      return;
    llvm::SmallPtrSet<const VarDecl *, 8> Used;
    llvm::SmallVector<std::pair<const Expr *, Sections>, 4> Lost;
    llvm::SmallVector<const VarDecl *, 4> Kept;
    llvm::SmallVector<Sections, 4> Asserting;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (isInMacro(S->getBeginLoc(), U, isAssertion))
        Asserting.push_back(sectionsAround(Parents, U));
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
          Used.insert(V);
      } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
        for (const LambdaCapture &C : Lambda->captures())
          if (C.capturesVariable())
            Used.insert(dyn_cast<VarDecl>(C.getCapturedVar()));
      } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
        if (isLazy(Call, U) && isLost(Call, Parents))
          Lost.push_back({Call, sectionsAround(Parents, U)});
      } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *V = dyn_cast<VarDecl>(D); V && keepsTask(V, U))
            Kept.push_back(V);
      }
      return true;
    });
    auto AssertsWith = [&](const Sections &Own) {
      return llvm::any_of(Asserting, [&](const Sections &Each) {
        return runTogether(Each, Own);
      });
    };
    for (auto &[E, Own] : Lost)
      if (!AssertsWith(Own) && !failsIfRun(E, U))
        call(E, U);
    // In a test that asserts something a variable is weir-unconsumed-task's.
    for (const VarDecl *V : Kept)
      if (Asserting.empty() && !Used.contains(V) &&
          !failsIfRun(V->getInit(), U))
        variable(V, U);
  }

  /// The sections of a test that stand around a statement, outermost first:
  /// each is a test of its own, with what stands around it.
  using Sections = llvm::SmallVector<const Stmt *, 2>;

  static Sections sectionsAround(Path Parents, Unit &U) {
    Sections Result;
    for (const Stmt *Parent : Parents)
      if (isa<IfStmt, ForStmt>(Parent) &&
          isInMacro(Parent->getBeginLoc(), U, [](StringRef Macro) {
            return llvm::is_contained({"SECTION", "DYNAMIC_SECTION", "GIVEN",
                                       "WHEN", "AND_WHEN", "THEN", "AND_THEN",
                                       "SUBCASE"},
                                      Macro);
          }))
        Result.push_back(Parent);
    return Result;
  }

  /// Whether one of the two stands around the other.
  static bool runTogether(const Sections &A, const Sections &B) {
    return std::equal(A.begin(), A.begin() + std::min(A.size(), B.size()),
                      B.begin());
  }

  void begin(Unit &U) override {
    // "name"_test = []() -> task<> { … };
    for (const Body &B : U.bodies())
      literals(B.stmt(), U);
  }

  static bool isLazy(const Expr *E, Unit &U) {
    std::optional<TaskType> Type = U.task(E->getType());
    return E->isPRValue() && Type && Type->isTask() && Type->isLazy();
  }

  static bool isLost(const Expr *E, Path Parents) {
    size_t Index = 0;
    const Stmt *Parent = significantParent(Parents, &Index);
    if (const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(Parent))
      return Cast->getType()->isVoidType() &&
             isStatement(Cast, Parents.take_front(Index));
    return isStatement(E, Parents);
  }

  /// A local task, or a coroutine that makes one, with a name.
  static bool keepsTask(const VarDecl *V, Unit &U) {
    const Expr *Init =
        V->getInit() && V->hasLocalStorage() ? bare(V->getInit()) : nullptr;
    if (isa_and_nonnull<CallExpr>(Init))
      return isLazy(Init, U);
    const auto *Lambda = dyn_cast_or_null<LambdaExpr>(Init);
    return Lambda && isLazyLambda(Lambda, U);
  }

  static bool isLazyLambda(const LambdaExpr *Lambda, Unit &U) {
    const FunctionDecl *Operator = Lambda->getCallOperator();
    std::optional<TaskType> Type = U.task(Operator->getReturnType());
    return isa_and_nonnull<CoroutineBodyStmt>(Operator->getBody()) && Type &&
           Type->isTask() && Type->isLazy();
  }

  void call(const Expr *E, Unit &U) {
    Callee C = calleeOf(E);
    if (!C.Function)
      return;
    auto Report =
        report(nameLocation(E),
               "'%0' never runs here: the test passes whatever it does");
    if (!Report)
      return;
    *Report << displayName(C.Function, nullptr);
    Report.reset();
    std::string Text = ranBy(E, *U.task(E->getType()), U);
    if (!Text.empty() && !E->getBeginLoc().isMacroID())
      note(nameLocation(E), "run it: '%0'")
          << Text << FixItHint::CreateReplacement(E->getSourceRange(), Text);
  }

  void variable(const VarDecl *V, Unit &U) {
    if (auto Report = report(V->getLocation(),
                             "%0 never runs: the test passes whatever it does"))
      *Report << V;
  }

  void literals(const Stmt *Root, Unit &U) {
    walk(Root, [&](const Stmt *S, Path) {
      const auto *Assign = dyn_cast<CXXOperatorCallExpr>(S);
      if (!Assign || Assign->getOperator() != OO_Equal ||
          Assign->getNumArgs() != 2)
        return true;
      const auto *Literal =
          dyn_cast<UserDefinedLiteral>(bare(Assign->getArg(0)));
      const Stmt *Given = bare(Assign->getArg(1));
      while (const auto *Construct = dyn_cast<CXXConstructExpr>(Given)) {
        if (Construct->getNumArgs() != 1)
          return true;
        Given = bare(Construct->getArg(0));
      }
      const auto *Lambda = dyn_cast<LambdaExpr>(Given);
      if (Literal && Lambda && Literal->getUDSuffix()->getName() == "_test" &&
          isLazyLambda(Lambda, U))
        report(Lambda->getBeginLoc(),
               "the framework drops the task that this test makes: the "
               "test passes whatever it does");
      return true;
    });
  }
};

WEIR_CHECK(TestNeverRunCheck, "test-never-run", Warning,
           "Finds tests that make a task and do not run it.")

} // namespace
} // namespace weir
