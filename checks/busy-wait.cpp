// Loops that only wait for somebody to change something.
//
// `while (!done) co_await sleep(10ms);` wakes up a hundred times a second to
// find out that nothing happened, and is late when it did. An event wakes up
// once, at the right time.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/Storage.h"
#include "checks/support/Tests.h"
#include "checks/support/Timers.h"

using namespace clang;

namespace weir {
namespace {

class BusyWaitCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (!B.isCoroutine() || isTestCode(B, U))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (const auto *While = dyn_cast<WhileStmt>(S))
        loop(S, While->getCond(), While->getBody(), B, U);
      else if (const auto *Do = dyn_cast<DoStmt>(S))
        loop(S, Do->getCond(), Do->getBody(), B, U);
      else if (const auto *For = dyn_cast<ForStmt>(S); For && !For->getInc())
        loop(S, For->getCond(), For->getBody(), B, U);
      return true;
    });
  }

  void loop(const Stmt *Loop, const Expr *Condition, const Stmt *Body,
            const weir::Body &B, Unit &U) {
    if (!Condition || firstSuspension(Condition) || !asksOthers(Condition, B))
      return;
    const CoawaitExpr *Await = onlyAwait(Body, U);
    if (!Await)
      return;
    if (!report(Loop->getBeginLoc(),
                "this loop does nothing but wait for its condition to change"))
      return;
    note(Await->getBeginLoc(), "it is woken up here only to look again");
    note(Condition->getBeginLoc(),
         "let whoever changes this set an event, and await the event");
  }

  /// The await by which \p Body lets time pass, if it does nothing else; null
  /// otherwise. A timer may be made and set before.
  static const CoawaitExpr *onlyAwait(const Stmt *Body, Unit &U) {
    llvm::ArrayRef<const Stmt *> All = Body;
    if (const auto *Block = dyn_cast<CompoundStmt>(Body))
      All = {Block->body_begin(), Block->size()};
    const auto *E = All.empty() ? nullptr : dyn_cast<Expr>(All.back());
    const auto *Await =
        dyn_cast_or_null<CoawaitExpr>(E ? withoutVoid(E) : nullptr);
    const Expr *Call = Await ? awaitedCall(Await->getOperand(), U) : nullptr;
    if (!Call || !sleeps(Call, U))
      return nullptr;
    const ValueDecl *Timer = namedBy(calleeOf(Call).Object);
    bool IsSet = !Timer;
    for (const Stmt *S : All.drop_back()) {
      bool Sets = Timer && setsTimer(S, Timer);
      if (!Sets && !makesTimer(S, Timer, U))
        return nullptr;
      IsSet |= Sets;
    }
    return IsSet ? Await : nullptr;
  }

  /// Whether all that \p S declares is \p Timer and what it or its wait needs.
  static bool makesTimer(const Stmt *S, const ValueDecl *Timer, Unit &U) {
    const auto *Decls = dyn_cast<DeclStmt>(S);
    return Decls && llvm::all_of(Decls->decls(), [&](const Decl *D) {
      const auto *Var = dyn_cast<VarDecl>(D);
      const CXXRecordDecl *Record = Var ? recordOf(Var->getType()) : nullptr;
      if (!Record)
        return false;
      return Var == Timer || lastName(Record) == "error_code" ||
             (Var->getInit() && isCurrent(Var->getInit(), U));
    });
  }

  /// `co_await this_coro::executor`
  static bool isCurrent(const Expr *E, Unit &U) {
    const auto *Await = dyn_cast<CoawaitExpr>(bare(E));
    const ValueDecl *What = Await ? namedBy(Await->getOperand()) : nullptr;
    return What && lastName(What).contains("executor");
  }

  /// Whether \p Call only lets time pass, or is a coroutine in sight that does
  /// no more.
  static bool sleeps(const Expr *Call, Unit &U) {
    using models::Role;
    Callee C = calleeOf(Call);
    if (const models::Function *Model = U.function(C))
      return Model->Role == Role::Sleep || Model->Role == Role::Yield;
    const FunctionDecl *Definition =
        C.Function ? C.Function->getDefinition() : nullptr;
    const auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(
        Definition ? Definition->getBody() : nullptr);
    const auto *Block =
        dyn_cast_or_null<CompoundStmt>(Coroutine ? Coroutine->getBody() : nullptr);
    return Block && onlyAwait(Block, U);
  }

  static const Expr *withoutVoid(const Expr *E) {
    E = bare(E);
    const auto *Cast = dyn_cast_or_null<ExplicitCastExpr>(E);
    return Cast ? bare(Cast->getSubExpr()) : E;
  }

  /// Whether the condition is about what somebody else can change, and about
  /// nothing else: not the time, and no count of attempts.
  static bool asksOthers(const Expr *Condition, const Body &B) {
    bool Shared = false, Other = false;
    walk(Condition, [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S)) {
        const FunctionDecl *F = Call->getDirectCallee();
        if (!F || lastName(F) == "now" ||
            lastName(F).contains_insensitive("time") ||
            lastName(F).contains_insensitive("elapsed") ||
            lastName(F).contains_insensitive("expire"))
          Other = true;
      }
      if (const auto *Unary = dyn_cast<UnaryOperator>(S))
        Other |= Unary->isIncrementDecrementOp();
      if (const auto *Binary = dyn_cast<BinaryOperator>(S))
        Other |= Binary->isAssignmentOp();
      const auto *E = dyn_cast<Expr>(S);
      if (!E || !isa<DeclRefExpr, MemberExpr>(E))
        return true;
      std::optional<Storage> Named = storageOf(E);
      Shared |= Named && isShared(*Named, B) &&
                !(Named->last() && Named->last()->getType().isConstQualified());
      return !Named;
    });
    return Shared && !Other;
  }
};

WEIR_CHECK(BusyWaitCheck, "busy-wait", Note,
           "Finds loops that only sleep or yield until somebody changes their "
           "condition.")

} // namespace
} // namespace weir
