// What is awaited, and how; see Awaits.h.

#include "checks/support/Awaits.h"
#include "checks/support/Unit.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace weir {
namespace {

/// The part of a call that is awaited in its stead; null if it is itself.
const Expr *adapted(const CallExpr *Call, Unit &U) {
  Callee C = calleeOf(Call);
  if (!C.Function)
    return nullptr;
  if (C.Function->isInStdNamespace() && C.Args.size() == 1 &&
      C.Function->getDeclName().isIdentifier() &&
      (C.Function->getName() == "move" || C.Function->getName() == "forward"))
    return C.Args.front();
  const models::Function *Model = U.function(C);
  if (!Model || (Model->Role != models::Role::AwaitAdaptor &&
                 Model->Role != models::Role::BindExecutor))
    return nullptr;
  if (Model->Task >= 0 && static_cast<size_t>(Model->Task) < C.Args.size())
    return C.Args[Model->Task];
  if (C.Object && U.task(C.Object->getType()))
    return C.Object;
  return C.Args.empty() ? nullptr : C.Args.front();
}

/// The outermost namespace \p D is declared in; null at file scope.
const NamespaceDecl *library(const Decl *D) {
  const NamespaceDecl *Outermost = nullptr;
  for (const DeclContext *C = D->getDeclContext(); C; C = C->getParent())
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(C))
      Outermost = Namespace->getCanonicalDecl();
  return Outermost;
}

} // namespace

const Expr *awaitedCall(const Expr *Operand, Unit &U) {
  const Expr *E = bare(Operand);
  while (const auto *Call = dyn_cast_or_null<CallExpr>(E)) {
    const Expr *Inner = adapted(Call, U);
    if (!Inner)
      return Call;
    E = bare(Inner);
  }
  return nullptr;
}

StringRef carrierOf(const CallExpr *Call, Unit &U) {
  Callee C = calleeOf(Call);
  const models::Function *Model = U.function(C);
  if (Model && Model->Errors == models::Errors::InResults && C.Function)
    return lastName(C.Function);
  for (const Expr *Arg : C.Args) {
    const Expr *Bare = bare(Arg);
    const NamedDecl *Named = nullptr;
    const models::Function *Token = nullptr;
    if (const auto *Made = dyn_cast<CallExpr>(Bare)) {
      Callee Maker = calleeOf(Made);
      Token = U.function(Maker);
      Named = Maker.Variable ? static_cast<const NamedDecl *>(Maker.Variable)
                             : Maker.Function;
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(Bare)) {
      Named = Ref->getDecl();
      if (U.models().mentions(lastName(Named)))
        Token = U.models().function(modelName(Named));
    }
    if (Token && Token->Role == models::Role::Token &&
        Token->Errors == models::Errors::InResults)
      return lastName(Named);
  }
  return {};
}

bool isAwaited(const Expr *E, Path Parents, Unit &U) {
  while (true) {
    size_t Index = 0;
    const Stmt *Parent = significantParent(Parents, &Index);
    if (!Parent)
      return false;
    if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(Parent))
      return isa<CoawaitExpr, DependentCoawaitExpr>(Parent);
    // The object of a member call is two steps down: call, member, object.
    const auto *Call = dyn_cast<CallExpr>(Parent);
    if (!Call && isa<MemberExpr>(Parent)) {
      Parents = Parents.take_front(Index);
      Parent = significantParent(Parents, &Index);
      Call = dyn_cast_or_null<CallExpr>(Parent);
    }
    if (!Call)
      return false;
    const Expr *Inner = adapted(Call, U);
    if (!Inner || bare(Inner) != bare(E))
      return false;
    E = Call;
    Parents = Parents.take_front(Index);
  }
}

bool isSuspension(const Stmt *S) {
  const auto *For = dyn_cast<CXXForRangeStmt>(S);
  return isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S) ||
         (For && For->getCoawaitLoc().isValid());
}

const Stmt *firstSuspension(const Stmt *S) {
  const Stmt *Found = nullptr;
  walk(S, [&](const Stmt *Each, Path) {
    if (!Found && isSuspension(Each))
      Found = Each;
    return !Found;
  });
  return Found;
}

bool forbidsAwait(Path Parents) {
  return llvm::any_of(Parents, [](const Stmt *S) {
    if (isa<CXXCatchStmt>(S))
      return true;
    const auto *Decls = dyn_cast<DeclStmt>(S);
    return Decls && llvm::any_of(Decls->decls(), [](const Decl *D) {
             const auto *V = dyn_cast<VarDecl>(D);
             return V && !V->hasLocalStorage();
           });
  });
}

bool canAwait(const TaskType &Type, const Body &B, Unit &U) {
  if (!B.isCoroutine())
    return false;
  std::optional<TaskType> Own = U.task(B.decl()->getReturnType());
  if (!Own || !Own->Record || !Type.Record)
    return false;
  // The same library's tasks await each other; another promise may refuse.
  if (Own->Model && Type.Model)
    return Own->Model->Lib == Type.Model->Lib && Own->isTask();
  if (!Own->isTask())
    return false;
  if (Type.Kind == models::TypeKind::Awaiter)
    return library(Own->Record) && library(Own->Record) == library(Type.Record);
  return modelName(Own->Record) == modelName(Type.Record);
}

QualType resultOf(const TaskType &Type) {
  if (!Type.Record || !Type.Record->hasDefinition())
    return {};
  const ASTContext &Context = Type.Record->getASTContext();
  for (const NamedDecl *D : Type.Record->lookup(
           DeclarationName(&Context.Idents.get("await_resume"))))
    if (const FunctionDecl *F = D->getAsFunction();
        F && !F->getReturnType()->isUndeducedType())
      return F->getReturnType();
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Type.Record);
  if (Spec && Type.isTask() && Spec->getTemplateArgs().size() != 0 &&
      Spec->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
    return Spec->getTemplateArgs()[0].getAsType();
  return {};
}

} // namespace weir
