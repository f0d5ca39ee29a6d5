// How long a callable lives that is given to a function; see Callables.h.

#include "checks/support/Callables.h"
#include "checks/support/Outlives.h"
#include "checks/support/Unit.h"
#include "checks/support/Uses.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

using models::Role;

/// Whether \p E is \p Parameter, moved or forwarded perhaps.
bool isParameter(const Expr *E, const ParmVarDecl *Parameter) {
  E = bare(E);
  if (const auto *Made = dyn_cast<CXXConstructExpr>(E);
      Made && Made->getNumArgs() == 1 &&
      Made->getConstructor()->isCopyOrMoveConstructor())
    return isParameter(Made->getArg(0), Parameter);
  if (isMove(E))
    return isParameter(cast<CallExpr>(E)->getArg(0), Parameter);
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref && Ref->getDecl() == Parameter;
}

std::optional<CallableEnd> endOf(const Callee &C, unsigned Index, Unit &U,
                                 unsigned Depth);

/// What \p Call, in the function \p B with the callable \p Parameter, does with
/// it.
std::optional<CallableEnd> endIn(const CallExpr *Call, Path Parents,
                                 const ParmVarDecl *Parameter, const Body &B,
                                 Unit &U, unsigned Depth) {
  Callee C = calleeOf(Call);
  if (!C.Function)
    return std::nullopt;
  std::optional<CallableEnd> End;
  if (C.Object && C.Function->getOverloadedOperator() == OO_Call &&
      isParameter(C.Object, Parameter))
    End = CallableEnd{Call, /*IsWithResult=*/true};
  for (unsigned I = 0; !End && I < C.Args.size(); ++I)
    if (isParameter(C.Args[I], Parameter))
      End = endOf(C, I, U, Depth + 1);
  if (!End)
    return std::nullopt;
  End->By = Call;
  if (!End->IsWithResult)
    return End;
  std::optional<Escape> Way =
      escapeOf(Call, Parents, {nullptr, Parameter}, B, U);
  if (!Way)
    return std::nullopt;
  // A copy is gone with the function that has it. What is the caller's own may
  // be waited for in the rest of the statement, unless nothing comes back.
  bool IsReturned = Way->How.Where == Fate::Returned;
  bool IsCallers = Parameter->getType()->isReferenceType();
  if (IsCallers && !IsReturned &&
      (Way->How.Where == Fate::Stored ||
       !B.decl()->getReturnType()->isVoidType()))
    return std::nullopt;
  End->IsWithResult = IsCallers && IsReturned;
  return End;
}

/// The variable by which \p Lambda has a copy of \p Parameter.
const ValueDecl *copyIn(const LambdaExpr &Lambda,
                        const ParmVarDecl *Parameter) {
  auto Init = Lambda.capture_init_begin();
  for (const LambdaCapture &Each : Lambda.captures()) {
    const Expr *From = *Init++;
    if (Each.capturesVariable() && Each.getCaptureKind() == LCK_ByCopy &&
        isParameter(From, Parameter))
      return Each.getCapturedVar();
  }
  return nullptr;
}

/// What becomes of it in \p Lambda, which has a copy and is itself given to a
/// function that does not keep it.
std::optional<CallableEnd> endIn(const LambdaExpr *Lambda, Path Parents,
                                 const ParmVarDecl *Parameter, Unit &U,
                                 unsigned Depth) {
  const ValueDecl *Copy = copyIn(*Lambda, Parameter);
  const auto *Given = dyn_cast_or_null<CallExpr>(significantParent(Parents));
  Callee To = Copy && Given ? calleeOf(Given) : Callee();
  const auto *At = llvm::find_if(
      To.Args, [&](const Expr *Arg) { return bare(Arg) == Lambda; });
  if (!To.Function || At == To.Args.end())
    return std::nullopt;
  auto End = endOf(To, At - To.Args.begin(), U, Depth + 1);
  if (!End || End->IsWithResult)
    return std::nullopt;
  std::optional<CallableEnd> Found;
  walk(Lambda->getBody(), [&](const Stmt *S, Path Around) {
    const auto *Call = dyn_cast<CXXOperatorCallExpr>(S);
    const auto *Ref = Call && Call->getOperator() == OO_Call
                          ? dyn_cast<DeclRefExpr>(bare(Call->getArg(0)))
                          : nullptr;
    if (Ref && Ref->getDecl() == Copy &&
        fateOf(Call, Around, U).Where == Fate::Returned)
      Found = CallableEnd{Given};
    return !Found;
  });
  return Found;
}

std::optional<CallableEnd> endOf(const Callee &C, unsigned Index, Unit &U,
                                 unsigned Depth) {
  if (const models::Function *Model = U.function(C)) {
    if (Model->KeepsCallable)
      return std::nullopt;
    bool IsNamed = Model->Callable == static_cast<int>(Index);
    if (Model->BorrowsCallable && (IsNamed || Model->Callable < 0))
      return CallableEnd{nullptr, /*IsWithResult=*/true};
    if (Model->Role == Role::Continuation && IsNamed)
      return CallableEnd{};
    return std::nullopt;
  }
  const FunctionDecl *Defined = nullptr;
  if (Depth > 3 || Index >= C.Function->getNumParams() ||
      !C.Function->hasBody(Defined) || Index >= Defined->getNumParams())
    return std::nullopt;
  const Body *B = U.bodyOf(Defined);
  if (!B || B->isCoroutine() || B->isDependent())
    return std::nullopt;
  const ParmVarDecl *Parameter = Defined->getParamDecl(Index);
  std::optional<CallableEnd> Found;
  walk(Defined->getBody(), [&](const Stmt *S, Path Parents) {
    if (const auto *Call = dyn_cast<CallExpr>(S))
      Found = endIn(Call, Parents, Parameter, *B, U, Depth);
    else if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      Found = endIn(Lambda, Parents, Parameter, U, Depth);
    return !Found;
  });
  return Found;
}

} // namespace

std::optional<CallableEnd> endOfCallable(const Callee &C, unsigned Index,
                                         Unit &U) {
  return endOf(C, Index, U, 0);
}

} // namespace weir
