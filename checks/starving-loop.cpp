// Loops that can turn for ever without giving anybody else a turn.
//
// Coroutines share a thread by suspending. A loop that has a way around without
// a suspension keeps the thread for as long as it goes that way; so does a long
// computation, which belongs on a thread of its own.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/RunsOn.h"
#include "checks/support/Tests.h"

using namespace clang;

namespace weir {
namespace {

struct Loop {
  const Stmt *At;
  bool IsLong; ///< by its constant bounds
  const Stmt *Await = nullptr;
  bool Starves = false;
};

/// Whether a turn can end without a suspension.
class Turns : public Facts {
public:
  /// IsElsewhere: on threads of a pool, where a loop is in nobody's way.
  enum : uint8_t { IsUnsuspended = 1, IsSuspended = 2, IsElsewhere = 4 };

  Turns(std::vector<Loop> &All, Unit &U) : All(All), U(U) {}

private:
  States begin() override { return States(All.size(), IsSuspended); }
  void suspend(const Expr *At, States &Now) override {
    const Expr *Call = At ? awaitedCall(operandOf(At), U) : nullptr;
    const models::Function *Model = Call ? U.function(calleeOf(Call)) : nullptr;
    bool Switches = Model && Model->Role == models::Role::SwitchContext;
    bool Leaves = Switches && runsOn(calleeOf(Call), *Model, U) != RunsOn::Loop;
    for (uint8_t &State : Now)
      State = Leaves || (!Switches && State == IsElsewhere) ? IsElsewhere
                                                            : IsSuspended;
  }
  void turn(const Stmt *Loop, States &Now) override {
    for (size_t I = 0; I != All.size(); ++I)
      if (All[I].At == Loop) {
        All[I].Starves |= isReporting() && (Now[I] & IsUnsuspended);
        if (Now[I] != IsElsewhere)
          Now[I] = IsUnsuspended;
      }
  }

  std::vector<Loop> &All;
  Unit &U;
};

class StarvingLoopCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
    if (!B.isCoroutine() || B.isDependent() ||
        (Type && Type->Kind == models::TypeKind::Thread) || isTestCode(B, U))
      return;
    std::vector<Loop> Loops;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (const auto *For = dyn_cast<ForStmt>(S))
        add(Loops, For, For->getCond(), For->getBody(), turns(For, U), U);
      else if (const auto *While = dyn_cast<WhileStmt>(S))
        add(Loops, While, While->getCond(), While->getBody(), 0, U);
      else if (const auto *Do = dyn_cast<DoStmt>(S))
        add(Loops, Do, Do->getCond(), Do->getBody(), 0, U);
      return true;
    });
    if (Loops.empty())
      return;
    Turns Facts(Loops, U);
    if (!Flow(B, U).run(Facts))
      return;
    for (const Loop &Each : Loops)
      if (Each.Starves)
        tell(Each);
  }

  void tell(const Loop &Each) {
    if (!report(Each.At->getBeginLoc(),
                Each.IsLong
                    ? "this loop runs long without ever being suspended"
                    : "this loop can turn for ever without being suspended"))
      return;
    if (Each.Await)
      note(Each.Await->getBeginLoc(),
           "a turn that does not come here keeps the thread");
    note(Each.At->getBeginLoc(),
         Each.IsLong ? "compute on a thread of its own, or yield now and then"
                     : "await something, or yield, in every turn");
  }

  /// Keeps loops that may starve others: those without an end, where it is
  /// nobody's business but theirs when they are left, and very long ones.
  void add(std::vector<Loop> &Loops, const Stmt *At, const Expr *Condition,
           const Stmt *Body, uint64_t Count, Unit &U) {
    const Stmt *Await = firstSuspension(Body);
    bool IsLong = Count >= LongLoop.value() && calls(Body) && !Await;
    if (!IsLong && (!isAlways(Condition, U) || (!Await && isLeft(Body))))
      return;
    // `for (;;) {}` says that control never comes here.
    if (isa<NullStmt>(Body) ||
        (isa<CompoundStmt>(Body) && cast<CompoundStmt>(Body)->body_empty()))
      return;
    Loops.push_back({At, IsLong, Await});
  }

  static bool isAlways(const Expr *Condition, Unit &U) {
    bool Value = false;
    return !Condition ||
           (!Condition->isValueDependent() &&
            Condition->EvaluateAsBooleanCondition(Value, U.context()) && Value);
  }

  /// Whether something in there leaves the loop.
  static bool isLeft(const Stmt *Body) {
    bool Found = false;
    walk(Body, [&](const Stmt *S, Path Parents) {
      bool InInner = llvm::any_of(Parents, [](const Stmt *P) {
        return isa<WhileStmt, ForStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(P);
      });
      Found |= isa<ReturnStmt, CoreturnStmt, GotoStmt, CXXThrowExpr>(S) ||
               (isa<BreakStmt>(S) && !InInner);
      return !Found;
    });
    return Found;
  }

  static bool calls(const Stmt *Body) {
    bool Found = false;
    walk(Body, [&](const Stmt *S, Path) {
      Found |= isa<CallExpr>(S);
      return !Found;
    });
    return Found;
  }

  /// How often `for (i = a; i < b; ++i)` turns, where that is constant.
  static uint64_t turns(const ForStmt *For, Unit &U) {
    const auto *Test = dyn_cast_or_null<BinaryOperator>(
        For->getCond() ? bare(For->getCond()) : nullptr);
    if (!Test || !Test->isRelationalOp())
      return 0;
    for (const Expr *Side : {Test->getLHS(), Test->getRHS()}) {
      Expr::EvalResult Result;
      if (!Side->isValueDependent() && Side->getType()->isIntegerType() &&
          Side->EvaluateAsInt(Result, U.context()) &&
          Result.Val.getInt().isNonNegative())
        return Result.Val.getInt().getLimitedValue();
    }
    return 0;
  }

  Number LongLoop{this, "LongLoop", 1000000};
};

WEIR_CHECK(
    StarvingLoopCheck, "starving-loop", Off,
    "Finds loops of coroutines that can go on without ever being suspended.")

} // namespace
} // namespace weir
