// Timers that are told how long to wait; see Timers.h.

#include "checks/support/Timers.h"
#include "checks/support/Names.h"

using namespace clang;

namespace weir {
namespace {

/// `time_point::max()`
bool isTheLast(const Expr *E) {
  const auto *Call = dyn_cast<CallExpr>(bare(E));
  return Call && Call->getDirectCallee() &&
         lastName(Call->getDirectCallee()) == "max";
}

} // namespace

const ValueDecl *namedBy(const Expr *E) {
  E = E ? bare(E) : nullptr;
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E))
    return Ref->getDecl();
  const auto *Member = dyn_cast_or_null<MemberExpr>(E);
  return Member ? Member->getMemberDecl() : nullptr;
}

bool setsTimer(const Stmt *S, const ValueDecl *Timer) {
  if (const auto *Decls = dyn_cast<DeclStmt>(S))
    return llvm::any_of(Decls->decls(), [&](const Decl *D) {
      const auto *Var = dyn_cast<VarDecl>(D);
      if (Var != Timer || !Var->getInit())
        return false;
      Callee Made = calleeOf(bare(Var->getInit()));
      return Made.Args.size() > 1 && !isa<CXXDefaultArgExpr>(Made.Args[1]) &&
             !isTheLast(Made.Args[1]);
    });
  const auto *E = dyn_cast<Expr>(S);
  const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(E ? bare(E) : nullptr);
  return Call && Call->getMethodDecl() &&
         namedBy(Call->getImplicitObjectArgument()) == Timer &&
         lastName(Call->getMethodDecl()).starts_with("expires_") &&
         !(Call->getNumArgs() == 1 && isTheLast(Call->getArg(0)));
}

} // namespace weir
