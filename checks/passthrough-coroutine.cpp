// Coroutines that only hand on another's result.
//
// `co_return co_await f(x)` with nothing alive across it costs a frame and a
// resumption for nothing: a plain function can return the task. It is a matter
// of taste, for the arguments are then evaluated at the call and not when the
// task is awaited, so the rule is off.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Tests.h"

using namespace clang;

namespace weir {
namespace {

class PassthroughCoroutineCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
    if (!B.isCoroutine() || B.isDependent() || !Type || !Type->isTask() ||
        !Type->isLazy() || keepsAlive(B) || isTestCode(B, U))
      return;
    SmallVector<const Stmt *, 2> Returns;
    if (!isPassing(B.stmt(), B, U, Returns) || Returns.empty())
      return;
    auto Report =
        report(B.lambda() ? B.lambda()->getBeginLoc() : B.decl()->getLocation(),
               "coroutine %select{%1|lambda}0 only hands on the result of "
               "another task");
    if (!Report)
      return;
    *Report << (B.lambda() != nullptr) << B.decl();
    Report.reset();
    auto Advice = note(Returns.front()->getBeginLoc(),
                       "return the task itself: 'return', without 'co_await'");
    for (const Stmt *Each : Returns) {
      const Expr *Await = awaitOf(Each);
      Advice << FixItHint::CreateReplacement(
          CharSourceRange::getCharRange(Each->getBeginLoc(),
                                        operand(Await)->getBeginLoc()),
          "return ");
    }
  }

  /// Whether something lives in the frame for the sake of living.
  static bool keepsAlive(const Body &B) {
    if (B.lambda() && B.lambda()->capture_size() > 0)
      return true;
    return llvm::any_of(B.decl()->parameters(), [](const ParmVarDecl *P) {
      const CXXRecordDecl *Record = P->getType()->getAsCXXRecordDecl();
      return Record && Record->hasDefinition() && !Record->hasTrivialDestructor();
    });
  }

  /// Whether \p S does nothing but choose what to hand on.
  static bool isPassing(const Stmt *S, const Body &B, Unit &U,
                        SmallVectorImpl<const Stmt *> &Returns) {
    if (const auto *Block = dyn_cast<CompoundStmt>(S)) {
      for (const Stmt *Each : Block->body())
        if (!isPassing(Each, B, U, Returns))
          return false;
      return true;
    }
    if (const auto *If = dyn_cast<IfStmt>(S))
      return !If->getInit() && !If->getConditionVariable() &&
             !firstSuspension(If->getCond()) &&
             isPassing(If->getThen(), B, U, Returns) &&
             (!If->getElse() || isPassing(If->getElse(), B, U, Returns));
    const Expr *Await = awaitOf(S);
    if (!Await || S->getBeginLoc().isMacroID() ||
        !canHandOn(operand(Await), B, U))
      return false;
    Returns.push_back(S);
    return true;
  }

  /// The await of `co_return co_await f()`; null for anything else.
  static const Expr *awaitOf(const Stmt *S) {
    const auto *Return = dyn_cast<CoreturnStmt>(S);
    return Return && Return->getOperand()
               ? dyn_cast<CoawaitExpr>(bare(Return->getOperand()))
               : nullptr;
  }
  static const Expr *operand(const Expr *Await) {
    return cast<CoawaitExpr>(Await)->getOperand();
  }

  /// Whether a plain function could return \p Task: it is a call of the same
  /// type, and nothing of this frame is referred to by it.
  static bool canHandOn(const Expr *Task, const Body &B, Unit &U) {
    const auto *Call = dyn_cast<CallExpr>(bare(Task));
    if (!Call || firstSuspension(Call) ||
        Call->getType().getCanonicalType().getUnqualifiedType() !=
            B.decl()->getReturnType().getCanonicalType().getUnqualifiedType())
      return false;
    bool Found = false;
    walk(Call, [&](const Stmt *S, Path Parents) {
      if (S != Call && isa<MaterializeTemporaryExpr, LambdaExpr>(S))
        Found = true;
      // Passed as a value it is copied; in any other way it is referred to.
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
        if (const auto *Variable = dyn_cast<VarDecl>(Ref->getDecl());
            Variable && Variable->hasLocalStorage() &&
            !Variable->getType()->isReferenceType())
          Found |= !isRead(Parents);
      return !Found;
    });
    return !Found;
  }
  static bool isRead(Path Parents) {
    const auto *Cast =
        Parents.empty() ? nullptr : dyn_cast<ImplicitCastExpr>(Parents.back());
    const auto *Construct =
        Parents.empty() ? nullptr : dyn_cast<CXXConstructExpr>(Parents.back());
    if (Cast && Cast->getCastKind() == CK_NoOp && Parents.size() > 1)
      Construct = dyn_cast<CXXConstructExpr>(Parents[Parents.size() - 2]);
    return (Cast && Cast->getCastKind() == CK_LValueToRValue) ||
           (Construct && Construct->getConstructor()->isCopyConstructor());
  }
};

WEIR_CHECK(
    PassthroughCoroutineCheck, "passthrough-coroutine", Off,
    "Finds coroutines that only await another task and return its result.")

} // namespace
} // namespace weir
