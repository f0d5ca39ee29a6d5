// What is done to a variable at a place that names it; see Uses.h.

#include "checks/support/Uses.h"
#include "checks/support/Flow.h"
#include "checks/support/Unit.h"

using namespace clang;

namespace weir {
namespace {

/// Whether a member only tells something about its object.
bool isQuestion(const CXXMethodDecl *Method) {
  if (!Method || Method->getNumParams() || Method->isStatic())
    return false;
  if (isa<CXXConversionDecl>(Method))
    return true;
  return Method->isConst() && !Method->getReturnType()->isVoidType() &&
         Method->getReturnType()->isScalarType() && !Method->getReturnType()->isPointerType();
}

/// Whether awaiting what \p Call makes awaits the argument.
bool isAdaptor(const CallExpr *Call, Unit &U) {
  const models::Function *Model = U.function(calleeOf(Call));
  return Model && (Model->Role == models::Role::AwaitAdaptor ||
                   Model->Role == models::Role::BindExecutor);
}

/// How \p Child is given to \p Call, whose argument it is.
Use::Kind asArgument(const Expr *Child, const CallExpr *Call) {
  const FunctionDecl *F = Call->getDirectCallee();
  unsigned Shift = isa<CXXOperatorCallExpr>(Call) && isa_and_nonnull<CXXMethodDecl>(F);
  for (unsigned I = Shift; I < Call->getNumArgs(); ++I) {
    if (Call->getArg(I) != Child || !F || I - Shift >= F->getNumParams())
      continue;
    QualType T = F->getParamDecl(I - Shift)->getType();
    if (T->isLValueReferenceType() && T->getPointeeType().isConstQualified())
      return Use::Lent;
    if (!T->isReferenceType() && !T->isDependentType())
      return Use::Copied;
  }
  return Use::Passed;
}

Use::Kind asOperand(const CXXOperatorCallExpr *Operator, const Expr *Child) {
  if (Operator->getNumArgs() == 0 || Operator->getArg(0) != Child)
    return asArgument(Child, Operator);
  if (Operator->getOperator() == OO_Equal)
    return Use::Assigned;
  if (Operator->isComparisonOp() || Operator->getOperator() == OO_Exclaim)
    return Use::Looked;
  return isa_and_nonnull<CXXMethodDecl>(Operator->getDirectCallee())
             ? Use::Called
             : asArgument(Child, Operator);
}

/// What happens to an object that \p Construct is given.
Use::Kind asSource(const CXXConstructExpr *Construct, bool IsMove) {
  const CXXConstructorDecl *Ctor = Construct->getConstructor();
  if (Ctor->isMoveConstructor())
    return Use::Moved;
  if (Ctor->isCopyConstructor())
    return Use::Copied;
  return IsMove ? Use::Moved : Use::Passed;
}

} // namespace

bool isReturned(Path Parents) {
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    if (isa<ReturnStmt, CoreturnStmt>(Parent))
      return true;
    if (!isa<CastExpr, CXXConstructExpr, CXXBindTemporaryExpr,
             MaterializeTemporaryExpr, FullExpr, ParenExpr>(Parent))
      return false;
  }
  return false;
}

bool isMove(const Expr *E) {
  const auto *Call = dyn_cast_or_null<CallExpr>(E);
  const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
  if (!F || Call->getNumArgs() != 1 || !F->getDeclName().isIdentifier())
    return false;
  StringRef Name = F->getName();
  return F->isInStdNamespace()
             ? Name == "move" || Name == "forward"
             : (Name == "mv" || Name == "fwd") &&
                   (modelName(F) == "kj::mv" || modelName(F) == "kj::fwd");
}

Use useOf(const Expr *Ref, Path Parents, Unit &U) {
  Use Result;
  const Expr *Child = Ref;
  for (size_t I = Parents.size(); I-- > 0;) {
    const Stmt *Parent = Parents[I];
    Result.At = Parent;
    if (isa<ParenExpr, ImplicitCastExpr, FullExpr, CXXBindTemporaryExpr,
            MaterializeTemporaryExpr>(Parent)) {
      Child = cast<Expr>(Parent);
      continue;
    }
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Parent)) {
      if (Cast->getType()->isVoidType()) {
        Result.What = Use::Discarded;
        return Result;
      }
      Result.IsMove |= Cast->isXValue();
      Child = Cast;
      continue;
    }
    if (isSuspension(Parent)) {
      Result.What = isa<CoyieldExpr>(Parent) ? Use::Passed : Use::Awaited;
      return Result;
    }
    if (const auto *Member = dyn_cast<MemberExpr>(Parent)) {
      const auto *Call = I ? dyn_cast<CXXMemberCallExpr>(Parents[I - 1]) : nullptr;
      if (!Call || Call->getCallee()->IgnoreParens() != Member)
        return Result; // a field, or a bound member
      Result.At = Result.Call = Call;
      if (isAdaptor(Call, U)) {
        Child = Call;
        --I;
        continue;
      }
      Result.What = isQuestion(Call->getMethodDecl()) ? Use::Looked : Use::Called;
      return Result;
    }
    if (const auto *Call = dyn_cast<CallExpr>(Parent)) {
      if (isMove(Call)) {
        Result.IsMove = true;
        Child = Call;
        continue;
      }
      if (isAdaptor(Call, U)) {
        Child = Call;
        continue;
      }
      Result.Call = Call;
      const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
      Result.What = Operator ? asOperand(Operator, Child) : asArgument(Child, Call);
      return Result;
    }
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Parent)) {
      Result.What = asSource(Construct, Result.IsMove);
      return Result;
    }
    if (const auto *Binary = dyn_cast<BinaryOperator>(Parent)) {
      if (Binary->isAssignmentOp() && Binary->getLHS() == Child)
        Result.What = Use::Assigned;
      else if (Binary->isComparisonOp() || Binary->isLogicalOp())
        Result.What = Use::Looked;
      return Result;
    }
    if (const auto *Unary = dyn_cast<UnaryOperator>(Parent)) {
      if (Unary->getOpcode() == UO_LNot)
        Result.What = Use::Looked;
      return Result;
    }
    if (isa<LambdaExpr>(Parent))
      Result.What = Use::Captured;
    else if (isa<ReturnStmt, CoreturnStmt>(Parent))
      Result.What = Use::Moved;
    else if (isa<CompoundStmt, IfStmt, WhileStmt, DoStmt, ForStmt, SwitchStmt, SwitchCase>(Parent))
      Result.What = Use::Looked;
    return Result;
  }
  return Result;
}

} // namespace weir
