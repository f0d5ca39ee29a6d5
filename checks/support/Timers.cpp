// Timers that are told how long to wait; see Timers.h.

#include "checks/support/Timers.h"
#include "checks/support/Awaits.h"
#include "checks/support/Names.h"
#include "checks/support/Unit.h"

using namespace clang;

namespace weir {
namespace {

/// `time_point::max()`
bool isTheLast(const Expr *E) {
  const auto *Call = dyn_cast<CallExpr>(bare(E));
  return Call && Call->getDirectCallee() &&
         lastName(Call->getDirectCallee()) == "max";
}

/// `co_await this_coro::executor`
bool isCurrent(const Expr *E) {
  const auto *Await = dyn_cast<CoawaitExpr>(bare(E));
  const ValueDecl *What = Await ? namedBy(Await->getOperand()) : nullptr;
  return What && lastName(What).contains("executor");
}

/// Whether all that \p S declares is \p Timer and what it or its wait needs.
bool makesTimer(const Stmt *S, const ValueDecl *Timer) {
  const auto *Decls = dyn_cast<DeclStmt>(S);
  return Decls && llvm::all_of(Decls->decls(), [&](const Decl *D) {
           const auto *Var = dyn_cast<VarDecl>(D);
           const CXXRecordDecl *Record =
               Var ? recordOf(Var->getType()) : nullptr;
           return Record && (Var == Timer || lastName(Record) == "error_code" ||
                             (Var->getInit() && isCurrent(Var->getInit())));
         });
}

const Expr *withoutVoid(const Expr *E) {
  E = bare(E);
  const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(E);
  return Cast ? bare(Cast->getSubExpr()) : E;
}

} // namespace

const ValueDecl *timerOf(const Expr *Call, Unit &U) {
  Callee C = calleeOf(Call);
  const models::Function *Model = U.function(C);
  return Model && Model->Role == models::Role::Sleep && Model->Duration < 0 &&
                 !C.Variable
             ? namedBy(C.Object)
             : nullptr;
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

bool sleeps(const Expr *Call, Unit &U, unsigned Depth) {
  constexpr unsigned Deepest = 3;
  using models::Role;
  Callee C = calleeOf(Call);
  if (const models::Function *Model = U.function(C))
    return Model->Role == Role::Sleep || Model->Role == Role::Yield;
  const FunctionDecl *Definition =
      C.Function ? C.Function->getDefinition() : nullptr;
  const auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(
      Definition ? Definition->getBody() : nullptr);
  return Coroutine && Depth < Deepest &&
         onlySleep(Coroutine->getBody(), U, Depth + 1);
}

const CoawaitExpr *onlySleep(const Stmt *Body, Unit &U, unsigned Depth) {
  llvm::ArrayRef<const Stmt *> All = Body;
  if (const auto *Block = dyn_cast<CompoundStmt>(Body))
    All = {Block->body_begin(), Block->size()};
  const auto *E = All.empty() ? nullptr : dyn_cast<Expr>(All.back());
  const auto *Await =
      dyn_cast_or_null<CoawaitExpr>(E ? withoutVoid(E) : nullptr);
  const Expr *Call = Await ? awaitedCall(Await->getOperand(), U) : nullptr;
  if (!Call || !sleeps(Call, U, Depth))
    return nullptr;
  const ValueDecl *Timer = timerOf(Call, U);
  bool IsSet = !Timer;
  for (const Stmt *S : All.drop_back()) {
    bool Sets = Timer && setsTimer(S, Timer);
    if (!Sets && !makesTimer(S, Timer))
      return nullptr;
    IsSet |= Sets;
  }
  return IsSet ? Await : nullptr;
}

} // namespace weir
