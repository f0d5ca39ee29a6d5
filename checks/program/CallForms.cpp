// What can be told of a call from how it is written; see CallForms.h.

#include "checks/program/CallForms.h"
#include "checks/support/Awaits.h"
#include "checks/support/Flow.h"
#include "checks/support/Names.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir::program {
namespace {

/// `Base::f()` means that one.
bool isQualified(const Expr *E) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
  const auto *Member =
      Call ? dyn_cast<MemberExpr>(bare(Call->getCallee())) : nullptr;
  return Member && Member->hasQualifier();
}

} // namespace

const Expr *site(const Expr *E, Path Parents) {
  for (size_t I = 1; I < Parents.size(); ++I)
    if (isa<CXXDefaultArgExpr, CXXDefaultInitExpr>(Parents[I]))
      if (const auto *Around = dyn_cast<Expr>(Parents[I - 1]))
        return Around;
  return E;
}

bool isSure(Path Parents) {
  return llvm::none_of(Parents, [](const Stmt *S) {
    const auto *Binary = dyn_cast<BinaryOperator>(S);
    return (Binary && Binary->isLogicalOp()) ||
           isa<AbstractConditionalOperator>(S) ||
           (isa<IfStmt, SwitchStmt, WhileStmt, DoStmt, ForStmt, CXXForRangeStmt,
                CXXTryStmt>(S) &&
            !isLoopOfMacro(S));
  });
}

bool isLast(Path Parents) {
  return llvm::any_of(Parents, [](const Stmt *S) {
    const auto *Block = dyn_cast<CompoundStmt>(S);
    const auto *End = Block && !Block->body_empty()
                          ? dyn_cast<Expr>(Block->body_back())
                          : nullptr;
    const auto *Call = dyn_cast_or_null<CallExpr>(End ? bare(End) : nullptr);
    const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
    return F && F->isNoReturn();
  });
}

bool isDropped(const Expr *E, Path Parents) {
  const Stmt *Parent = significantParent(Parents);
  return E->isPRValue() && (!Parent || isa<CompoundStmt>(Parent));
}

bool isForgotten(const Expr *E, Path Parents) {
  const auto *Decls = dyn_cast_or_null<DeclStmt>(significantParent(Parents));
  const auto *Var = Decls && Decls->isSingleDecl()
                        ? dyn_cast<VarDecl>(Decls->getSingleDecl())
                        : nullptr;
  return Var && Var->hasLocalStorage() && !Var->getType()->isReferenceType() &&
         !Var->isReferenced() && bare(Var->getInit()) == E;
}

Mode modeOf(const Expr *E, Path Parents, Unit &U) {
  if (isAwaited(E, Parents, U))
    return Mode::Awaited;
  std::optional<TaskType> Type = U.task(E->getType());
  if (Type && E->isPRValue() && isa<CallExpr>(E) &&
      (Type->Kind == models::TypeKind::Task ||
       Type->Kind == models::TypeKind::Detached ||
       Type->Kind == models::TypeKind::Awaiter ||
       Type->Kind == models::TypeKind::Sender ||
       Type->Kind == models::TypeKind::AsyncGenerator))
    return Mode::Task;
  return Mode::Plain;
}

bool isTrivial(const FunctionDecl *D) {
  return D->isTrivial() || D->isConsteval() || D->getBuiltinID() ||
         D->isReservedGlobalPlacementOperator();
}

bool isOverloaded(const FunctionDecl *F) {
  return llvm::count_if(
             F->getDeclContext()->getRedeclContext()->lookup(F->getDeclName()),
             [](const NamedDecl *D) { return D->getAsFunction(); }) > 1;
}

bool isErased(const Callee &C) {
  const auto *Method = dyn_cast<CXXMethodDecl>(C.Function);
  const auto *Holder =
      Method ? dyn_cast<ClassTemplateSpecializationDecl>(Method->getParent())
             : nullptr;
  if (!Holder || Method->getOverloadedOperator() != OO_Call)
    return false;
  const TemplateArgumentList &Args = Holder->getTemplateArgs();
  return Args.size() > 0 && Args[0].getKind() == TemplateArgument::Type &&
         Args[0].getAsType()->isFunctionType();
}

bool isDescribed(const Callee &C, const models::Function *Model) {
  if (Model)
    return Model->Effects != models::Effects::Unknown;
  return isOfStd(C.Function) || C.Function->hasAttr<PureAttr>() ||
         C.Function->hasAttr<ConstAttr>();
}

bool isFinal(const Expr *E, const CXXMethodDecl *Method, const Callee &C) {
  if (isQualified(E) || Method->hasAttr<FinalAttr>() ||
      Method->getParent()->isEffectivelyFinal())
    return true;
  // On an object, not through a pointer or reference, the type is the type.
  return C.Object && isa<DeclRefExpr>(C.Object) &&
         !cast<DeclRefExpr>(C.Object)
              ->getDecl()
              ->getType()
              ->isReferenceType() &&
         !C.Object->getType()->isPointerType();
}

bool isSleep(const Expr *Operand) {
  const NamedDecl *Named = nullptr;
  const Expr *Only = nullptr;
  if (Callee C = calleeOf(Operand); C.Function && C.Args.size() == 1) {
    const auto *Ctor = dyn_cast<CXXConstructorDecl>(C.Function);
    Named =
        Ctor ? static_cast<const NamedDecl *>(Ctor->getParent()) : C.Function;
    Only = C.Args.front();
  } else {
    if (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(Operand))
      Operand = bare(Cast->getSubExpr());
    const auto *List = dyn_cast<InitListExpr>(Operand);
    if (!List || List->getNumInits() != 1)
      return false;
    Named = recordOf(List->getType());
    Only = List->getInit(0);
  }
  StringRef Name = Named ? lastName(Named) : "";
  const CXXRecordDecl *Given = recordOf(Only->getType());
  return Given && StringRef(modelName(Given)).starts_with("std::chrono::") &&
         llvm::any_of(
             ArrayRef<StringRef>{"sleep", "delay", "wait", "after", "timer"},
             [&](StringRef Word) { return Name.contains_insensitive(Word); });
}

} // namespace weir::program
