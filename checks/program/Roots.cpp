// What an expression refers to, and what is read and written of it.

#include "checks/program/Roots.h"
#include "checks/support/Names.h"
#include "checks/support/Unit.h"
#include "checks/support/Uses.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"

using namespace clang;

namespace weir::program {
namespace {

bool isConstant(const VarDecl *V) {
  return V->isConstexpr() || (V->getType().isConstQualified() &&
                              !recordOf(V->getType()));
}

/// `std::cout` and its like: what people read, no code looks at.
bool isOutput(const VarDecl *V) {
  const CXXRecordDecl *Record = recordOf(V->getType());
  return V->isInStdNamespace() && Record && isStd(Record, "basic_ostream");
}

/// Whether \p S, or the member or element \p Parents make of it, is assigned.
bool isWritten(const Stmt *S, Path Parents) {
  for (size_t I = Parents.size(); I-- > 0; S = Parents[I]) {
    const Stmt *Parent = Parents[I];
    if (const auto *Binary = dyn_cast<BinaryOperator>(Parent))
      return Binary->isAssignmentOp() && Binary->getLHS() == S;
    if (const auto *Unary = dyn_cast<UnaryOperator>(Parent)) {
      if (Unary->isIncrementDecrementOp())
        return true;
      if (Unary->getOpcode() != UO_Deref)
        return false;
    } else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Parent)) {
      if (Cast->getCastKind() == CK_LValueToRValue &&
          !Cast->getType()->isPointerType())
        return false;
    } else if (!isa<MemberExpr, ArraySubscriptExpr, ParenExpr>(Parent)) {
      return false;
    }
  }
  return false;
}

bool canWriteThrough(QualType Parameter) {
  if (Parameter->isReferenceType() || Parameter->isPointerType())
    return !Parameter->getPointeeType().isConstQualified();
  // A by-value iterator, span or handle of unknown kind: it may.
  return false;
}

} // namespace

void addRoot(Few<Root> &Set, Root R) {
  if (!R.empty() && !llvm::is_contained(Set, R))
    Set.push_back(R);
}

Root Roots::ofVariable(const VarDecl *V) {
  if (V->hasGlobalStorage()) {
    if (isConstant(V) || isOutput(V))
      return "";
    SmallString<64> Usr("g:");
    SmallString<64> Id;
    index::generateUSRForDecl(V, Id);
    Usr += Id;
    return intern(Usr);
  }
  if (const auto *Parameter = dyn_cast<ParmVarDecl>(V)) {
    if (Parameter->getDeclContext() == B.decl() &&
        (V->getType()->isReferenceType() || V->getType()->isPointerType()))
      return intern("p" + std::to_string(Parameter->getFunctionScopeIndex()));
  } else if (V->getType()->isReferenceType() || V->getType()->isPointerType()) {
    // A local alias: what it stands for was decided at its initialiser.
    // It may stand for itself, half typed: `T *p = p;`.
    if (!V->getInit() || V->getDeclContext() != B.decl() ||
        !Followed.insert(V).second)
      return "?";
    Root Found = of(V->getInit());
    Followed.erase(V);
    return Found;
  }
  if (V->getDeclContext() != B.decl() && !V->isInitCapture())
    return "?"; // captured from somewhere
  auto [Known, New] = Locals.try_emplace(V, Locals.size());
  return intern("l:" + std::to_string(Known->second));
}

Root Roots::of(const Expr *E) {
  E = bare(E);
  // A list of what could not be made sense of has no type.
  if (!E || E->getType().isNull())
    return "?";
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      return ofVariable(V);
    return isa<BindingDecl>(Ref->getDecl()) ? "?" : "";
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (const auto *Static = dyn_cast<VarDecl>(Member->getMemberDecl()))
      return ofVariable(Static);
    return of(Member->getBase());
  }
  if (isa<CXXThisExpr>(E))
    return "this";
  if (const auto *Index = dyn_cast<ArraySubscriptExpr>(E))
    return of(Index->getBase());
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    if (Unary->getOpcode() == UO_Deref || Unary->getOpcode() == UO_AddrOf)
      return of(Unary->getSubExpr());
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return of(Cast->getSubExpr());
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (isMove(Call))
      return of(Call->getArg(0));
    Callee C = calleeOf(Call);
    // `out << x` is `out`.
    if (Call->isLValue() && C.Function && !C.Args.empty() && !C.Object &&
        C.Function->isOverloadedOperator() &&
        C.Function->getReturnType().getCanonicalType() ==
            C.Function->getParamDecl(0)->getType().getCanonicalType())
      return of(C.Args.front());
    // What a call returns by value is new, unless it hands out pointers.
    if (Call->isLValue() || Call->getType()->isPointerType())
      return C.Object ? of(C.Object) : "?";
    return "";
  }
  if (E->isLValue() || E->getType()->isPointerType())
    return isa<StringLiteral, CXXNullPtrLiteralExpr, PredefinedExpr>(E) ? "" : "?";
  return "";
}

void Roots::note(const Stmt *S, Path Parents, Effects &Into) {
  const auto *E = dyn_cast<Expr>(S);
  if (!E || !isa<DeclRefExpr, CXXThisExpr>(E))
    return;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E);
      Ref && !isa<VarDecl, BindingDecl>(Ref->getDecl()))
    return;
  Root R = of(E);
  if (!isShared(R))
    return;
  // Merely handing on a pointer or a reference is the callee's business, which
  // sees it among its arguments.
  addRoot(Into.Reads, R);
  if (isWritten(S, Parents))
    addRoot(Into.Writes, R);
}

void Roots::noteArguments(const Callee &C, Effects &Into) {
  if (const auto *Method = dyn_cast_or_null<CXXMethodDecl>(C.Function);
      Method && C.Object && !Method->isStatic() && !Method->isConst())
    if (Root R = of(C.Object); isShared(R))
      addRoot(Into.Writes, R);
  for (size_t I = 0; I < C.Args.size(); ++I) {
    QualType Parameter = I < C.Function->getNumParams()
                             ? C.Function->getParamDecl(I)->getType()
                             : C.Args[I]->getType();
    // That an executor or a loop is given more to do shows in nothing it
    // returns.
    if (std::optional<TaskType> Type = U.task(C.Args[I]->getType());
        canWriteThrough(Parameter) && !(Type && Type->runsWork()))
      if (Root R = of(C.Args[I]); isShared(R))
        addRoot(Into.Writes, R);
  }
}

Effects Roots::named(const Expr *Made) {
  Effects Result;
  walk(Made, [&](const Stmt *S, Path Parents) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !isa<DeclRefExpr, CXXThisExpr>(E) ||
        E->getType()->isFunctionType())
      return true;
    const auto *Read =
        Parents.empty() ? nullptr : dyn_cast<ImplicitCastExpr>(Parents.back());
    bool IsCopied = Read && Read->getCastKind() == CK_LValueToRValue &&
                    !Read->getType()->isPointerType();
    addRoot(Result.Reads, of(E));
    if (!IsCopied && !E->getType().isConstQualified())
      addRoot(Result.Writes, of(E));
    return true;
  });
  return Result;
}

} // namespace weir::program
