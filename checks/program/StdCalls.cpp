// What functions of the standard library run of the user's; see StdCalls.h.

#include "checks/program/StdCalls.h"
#include "checks/support/Body.h"
#include "checks/support/Tasks.h"
#include "checks/support/Unit.h"
#include "checks/support/Usr.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace weir::program {
namespace {

/// The class that \p F makes an object of.
const CXXRecordDecl *madeBy(const FunctionDecl *F) {
  if (!F->getDeclName().isIdentifier() || !isOfStd(F))
    return nullptr;
  const TemplateArgumentList *Of = nullptr;
  if (llvm::is_contained({"make_unique", "make_shared"}, F->getName())) {
    Of = F->getTemplateSpecializationArgs();
  } else if (const auto *Method = dyn_cast<CXXMethodDecl>(F)) {
    const auto *Owner = dyn_cast<ClassTemplateSpecializationDecl>(Method->getParent());
    bool Emplaces = F->getName() == "emplace_back" || F->getName() == "emplace_front" ||
                    (F->getName() == "emplace" && isStd(Method->getParent(), "optional"));
    if (Owner && Emplaces)
      Of = &Owner->getTemplateArgs();
  }
  return Of && Of->size() > 0 && Of->get(0).getKind() == TemplateArgument::Type
             ? recordOf(Of->get(0).getAsType())
             : nullptr;
}

bool mayTake(const CXXConstructorDecl *Ctor, unsigned Count) {
  return Ctor->isUserProvided() && !Ctor->isCopyOrMoveConstructor() &&
         Ctor->getMinRequiredArguments() <= Count &&
         (Count <= Ctor->getNumParams() || Ctor->isVariadic());
}

/// Whether \p F, of the standard library, calls what it is given before it
/// returns.
bool callsAtOnce(const FunctionDecl *F) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F)) {
    const CXXRecordDecl *Class = Method->getParent();
    if (Method->getOverloadedOperator() == OO_Call) {
      const auto *Around = dyn_cast<NamespaceDecl>(Class->getDeclContext());
      return Around && Around->getName() == "ranges"; // not its views
    }
    if (isStd(Class, "optional") || isStd(Class, "expected"))
      return llvm::is_contained({"and_then", "or_else", "transform", "transform_error"}, lastName(F));
    return (isStd(Class, "list") || isStd(Class, "forward_list")) &&
           llvm::is_contained({"sort", "remove_if", "unique", "merge"}, lastName(F));
  }
  StringRef Name = lastName(F);
  return !Name.starts_with("make_") && !Name.starts_with("allocate_") && !Name.starts_with("set_") &&
         !Name.starts_with("bind") && !Name.starts_with("forward") && !Name.starts_with("move") &&
         !llvm::is_contained({"async", "not_fn", "mem_fn", "ref", "cref", "tie", "atexit",
                              "at_quick_exit", "swap", "exchange", "addressof", "as_const"},
                             Name);
}

/// A function, or the call operator of a lambda, that \p Argument is.
const FunctionDecl *functionOf(const Expr *Argument) {
  const Expr *E = bare(Argument);
  if (const auto *Copied = dyn_cast<CXXConstructExpr>(E); Copied && Copied->getNumArgs() == 1)
    E = bare(Copied->getArg(0));
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      return F;
    const auto *Variable = dyn_cast<VarDecl>(Ref->getDecl());
    E = Variable && Variable->getInit() ? bare(Variable->getInit()) : E;
  }
  const auto *Lambda = dyn_cast<LambdaExpr>(E);
  if (!Lambda)
    return nullptr;
  const FunctionTemplateDecl *Generic = Lambda->getDependentCallOperator();
  if (!Generic)
    return Lambda->getCallOperator();
  return Generic->spec_begin() == Generic->spec_end() ? nullptr : *Generic->spec_begin();
}

} // namespace

const CXXConstructorDecl *constructedBy(const Callee &C, Unit &U) {
  const CXXRecordDecl *Made = C.Function ? madeBy(C.Function) : nullptr;
  if (!Made || !Made->hasDefinition())
    return nullptr;
  SmallVector<const CXXConstructorDecl *, 4> May;
  for (const CXXConstructorDecl *Ctor : Made->getDefinition()->ctors())
    if (mayTake(Ctor, C.Args.size()))
      May.push_back(Ctor);
  if (May.size() < 2)
    return May.empty() ? nullptr : May.front();
  // The catalogue speaks of all that a class has.
  Callee First;
  First.Function = May.front();
  First.Args = C.Args;
  return U.blocking(First) ? May.front() : nullptr;
}

SmallVector<Given, 1> calledBy(const Callee &C) {
  SmallVector<Given, 1> Found;
  if (isOfStd(C.Function) && !isa<CXXConstructorDecl>(C.Function) && callsAtOnce(C.Function))
    for (const Expr *Arg : C.Args)
      if (const FunctionDecl *F = functionOf(Arg))
        Found.push_back({F, Arg});
  return Found;
}

} // namespace weir::program
