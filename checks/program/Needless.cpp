// Coroutines that never wait for anything; see Needless.h.
//
// Silent where the absence of an await is no accident: an empty body, a stub
// that only throws, an override, an await that another configuration of the
// preprocessor has, the member of a template that a concept may ask for, a call
// operator (the visitor of a variant has one return type for all).

#include "checks/program/Needless.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace weir::program {
namespace {

bool awaits(const Stmt *S) {
  if (isa<CoawaitExpr, CoyieldExpr, DependentCoawaitExpr>(S))
    return true;
  const auto *For = dyn_cast<CXXForRangeStmt>(S);
  return For && For->getCoawaitLoc().isValid();
}

bool isStub(const CompoundStmt *Body) {
  const Stmt *First = Body->body_empty() ? nullptr : *Body->body_begin();
  if (const auto *E = dyn_cast_or_null<Expr>(First))
    First = bare(E);
  if (!First || isa<CXXThrowExpr>(First))
    return true;
  // `co_return;` and nothing else, or one that throws by a function.
  if (const auto *Return = dyn_cast<CoreturnStmt>(First))
    return !Return->getOperand();
  const auto *Call = dyn_cast<CallExpr>(First);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && Callee->isNoReturn();
}

/// Whether the preprocessor decides about part of the body.
bool isConditional(SourceRange R, Unit &U) {
  StringRef Text = textOf(R, U);
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Line = Line.ltrim();
    if (Line.consume_front("#") && (Line.ltrim().starts_with("if") ||
                                    Line.ltrim().starts_with("el")))
      return true;
    Text = Rest;
  }
  return false;
}

/// An await that stands in a lambda of the body, where it does not count.
SourceLocation hiddenAwait(const Stmt *S) {
  SourceLocation Found;
  if (const auto *Await = dyn_cast_or_null<CoawaitExpr>(S))
    return Await->getKeywordLoc();
  if (const auto *Lambda = dyn_cast_or_null<LambdaExpr>(S)) {
    const Stmt *Inner = Lambda->getCallOperator()->getBody();
    if (const auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(Inner))
      Inner = Coroutine->getBody();
    return Inner && Inner != S ? hiddenAwait(Inner) : Found;
  }
  if (S)
    for (const Stmt *Child : S->children())
      if (Found.isInvalid())
        Found = hiddenAwait(Child);
  return Found;
}

} // namespace

void describeNeedless(const Body &B, Unit &U, Function &F) {
  const FunctionDecl *D = B.decl();
  const auto *Outer = dyn_cast<CompoundStmt>(B.stmt());
  if (!F.IsTask || F.IsVirtual || F.IsTest || B.lambda() || !Outer ||
      D->isOverloadedOperator() || D->isTemplated() || D->isTemplateInstantiation() || D->isMain() ||
      D->getLocation().isMacroID() || isStub(Outer) ||
      isConditional(Outer->getSourceRange(), U))
    return;
  bool Awaits = false;
  std::vector<const CoreturnStmt *> Returns;
  walk(Outer, [&](const Stmt *S, Path) {
    Awaits |= awaits(S);
    if (const auto *Return = dyn_cast<CoreturnStmt>(S))
      Returns.push_back(Return);
    return !Awaits;
  });
  if (Awaits)
    return;
  F.IsNeedless = true;
  if (SourceLocation Hidden = hiddenAwait(Outer); Hidden.isValid())
    F.HiddenAwait = placeOf(Hidden, U);

  // task<T> f() { co_return x; }  ->  T f() { return x; }
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      recordOf(D->getReturnType()));
  SourceRange Type = D->getReturnTypeSourceRange();
  StringRef Spelled = textOf(Type, U);
  size_t Open = Spelled.find('<');
  if (!Spec || D->getPreviousDecl() || Open == StringRef::npos ||
      !Spelled.ends_with(">"))
    return;
  StringRef Inner = Spelled.drop_back().drop_front(Open + 1).trim();
  // With more than one argument, which of them is the result is not ours to say.
  if (Inner.contains(','))
    return;
  std::optional<Edit> Plain = replace(Type, Inner.empty() ? "void" : Inner, U);
  if (!Plain)
    return;
  F.Uncoroutine.Edits.push_back(*Plain);
  for (const CoreturnStmt *Return : Returns) {
    auto Change = replace(Return->getKeywordLoc(), "return", U);
    if (!Change) {
      F.Uncoroutine.Edits.clear();
      return;
    }
    F.Uncoroutine.Edits.push_back(*Change);
  }
}

} // namespace weir::program
