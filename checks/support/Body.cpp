// One function body, and how to walk what runs as part of it; see Body.h.

#include "checks/support/Body.h"

using namespace clang;

namespace weir {
namespace {

bool isUnevaluated(const Stmt *S) {
  if (const auto *Typeid = dyn_cast<CXXTypeidExpr>(S))
    return !Typeid->isPotentiallyEvaluated();
  return isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, RequiresExpr,
             TypeTraitExpr, ConceptSpecializationExpr, ConstantExpr,
             OpaqueValueExpr>(S);
}

/// Whether \p If is an `if constexpr` whose condition is known.
bool isDecided(const IfStmt *If) {
  // `if consteval` has no condition.
  const auto *Cond = dyn_cast_or_null<ConstantExpr>(If->getCond());
  return If->isConstexpr() && Cond && Cond->hasAPValueResult() &&
         Cond->getAPValueResult().isInt();
}

/// Whether only the compiler put \p S there.
bool isInsignificant(const Stmt *S) {
  return isa<ParenExpr, ImplicitCastExpr, ExprWithCleanups,
             MaterializeTemporaryExpr, CXXBindTemporaryExpr, FullExpr,
             SubstNonTypeTemplateParmExpr, CXXDefaultArgExpr,
             CXXDefaultInitExpr>(S);
}

void walkInto(const Stmt *S, SmallVectorImpl<const Stmt *> &Parents,
              llvm::function_ref<bool(const Stmt *, Path)> Visit) {
  if (!S || !Visit(S, Parents))
    return;
  Parents.push_back(S);
  for (const Stmt *Child : evaluatedChildren(S))
    walkInto(Child, Parents, Visit);
  Parents.pop_back();
}

} // namespace

SmallVector<const Stmt *, 4> evaluatedChildren(const Stmt *S) {
  SmallVector<const Stmt *, 4> Children;
  if (isUnevaluated(S))
    return Children;
  if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(S)) {
    Children.push_back(Suspend->getOperand());
  } else if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(S)) {
    Children.push_back(Dependent->getOperand());
  } else if (const auto *Return = dyn_cast<CoreturnStmt>(S)) {
    if (Return->getOperand())
      Children.push_back(Return->getOperand());
  } else if (const auto *Coroutine = dyn_cast<CoroutineBodyStmt>(S)) {
    Children.push_back(Coroutine->getBody());
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    for (const Expr *Capture : Lambda->capture_inits())
      if (Capture)
        Children.push_back(Capture);
  } else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(S)) {
    Children.push_back(Default->getExpr());
  } else if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(S)) {
    if (Default->getExpr())
      Children.push_back(Default->getExpr());
  } else if (const auto *If = dyn_cast<IfStmt>(S); If && isDecided(If)) {
    // Only the branch that is taken exists.
    if (If->getInit())
      Children.push_back(If->getInit());
    bool Taken = cast<ConstantExpr>(If->getCond())->getAPValueResult().getInt().getBoolValue();
    if (const Stmt *Branch = Taken ? If->getThen() : If->getElse())
      Children.push_back(Branch);
  } else {
    for (const Stmt *Child : S->children())
      if (Child)
        Children.push_back(Child);
  }
  return Children;
}

void walk(const Stmt *Root,
          llvm::function_ref<bool(const Stmt *, Path)> Visit) {
  SmallVector<const Stmt *, 32> Parents;
  walkInto(Root, Parents, Visit);
}

bool names(const Stmt *Root, const ValueDecl *D) {
  bool Found = false;
  walk(Root, [&](const Stmt *S, Path) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    Found |= Ref && Ref->getDecl() == D;
    return !Found;
  });
  return Found;
}

const Stmt *significantParent(Path Parents, size_t *Index) {
  for (size_t I = Parents.size(); I-- > 0;)
    if (!isInsignificant(Parents[I])) {
      if (Index)
        *Index = I;
      return Parents[I];
    }
  return nullptr;
}

const Expr *bare(const Expr *E) {
  while (E) {
    E = E->IgnoreParenImpCasts();
    if (const auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temporary->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bind->getSubExpr();
    else
      break;
  }
  return E;
}

const Expr *soleReturn(const Stmt *Body) {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Body);
  const auto *Return = Block && Block->size() == 1
                           ? dyn_cast<ReturnStmt>(Block->body_front())
                           : nullptr;
  return Return && Return->getRetValue() ? bare(Return->getRetValue())
                                         : nullptr;
}

std::optional<bool> alwaysReturns(const FunctionDecl *F) {
  const auto *Value = dyn_cast_or_null<CXXBoolLiteralExpr>(
      soleReturn(F ? F->getBody() : nullptr));
  return Value ? std::optional(Value->getValue()) : std::nullopt;
}

} // namespace weir
