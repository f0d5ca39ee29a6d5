// Tasks nobody waits for.
//
// A lazy task does nothing until it is awaited, so to drop one is to drop the
// work. The compiler says so only where the library wrote [[nodiscard]], and
// then not for what an adaptor or a container makes of a task. A cast to void
// is taken at its word, a task that is kept is weir-unconsumed-task's, and a
// type that looks after itself may be dropped.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Locks.h"
#include "checks/support/Macros.h"
#include "checks/support/Source.h"
#include "checks/support/Statements.h"
#include "checks/support/Tests.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir {
namespace {

class UnawaitedTaskCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *E = dyn_cast<Expr>(S))
        if (isDropped(E, Parents) ||
            (ExplicitDiscards.isOn() && isDiscarded(Parents)))
          drop(E, Parents, B, U);
      return true;
    });
  }

  /// Lambdas that are given to a function which expects them to throw.
  void begin(Unit &U) override {
    Throwing.clear();
    for (const Body &B : U.bodies())
      walk(B.stmt(), [&](const Stmt *S, Path) {
        const auto *Call = dyn_cast<CallExpr>(S);
        const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
        if (Callee && lastName(Callee).contains_insensitive("throw"))
          for (const Expr *Arg : Call->arguments())
            if (const auto *Lambda = dyn_cast<LambdaExpr>(bare(Arg)))
              Throwing.insert(Lambda);
        return true;
      });
  }

  /// Whether the value is dropped aloud: cast to void, or assigned to
  /// `std::ignore`.
  static bool isDiscarded(Path Parents) {
    size_t Index = 0;
    const auto *Parent =
        dyn_cast_or_null<Expr>(significantParent(Parents, &Index));
    if (!Parent || !isStatement(Parent, Parents.take_front(Index)))
      return false;
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Parent))
      return Cast->getType()->isVoidType();
    const auto *Assign = dyn_cast<CXXOperatorCallExpr>(Parent);
    const auto *To = Assign && Assign->getOperator() == OO_Equal
                         ? dyn_cast<DeclRefExpr>(bare(Assign->getArg(0)))
                         : nullptr;
    return To && isOfStd(To->getDecl()) && lastName(To->getDecl()) == "ignore";
  }

  /// Whether the call is made to see it throw on the spot. What is dropped in
  /// an assertion about exceptions is weir-test-throw-on-lazy's.
  bool isExpectedToThrow(const Expr *E, const Body &B, Unit &U) const {
    if (isInMacroArgument(E->getBeginLoc(), U, isThrowAssertion))
      return true;
    const FunctionDecl *Callee = calleeOf(E).Function, *Defined = nullptr;
    return B.lambda() && Throwing.contains(B.lambda()) &&
           !(Callee && Callee->hasBody(Defined) &&
             isa<CoroutineBodyStmt>(Defined->getBody()));
  }

  /// Whether the value of \p E goes nowhere: a statement of its own, the left
  /// of a comma, or an operand whose value becomes that.
  static bool isDropped(const Expr *E, Path Parents) {
    if (!isa<CallExpr, CXXConstructExpr, CoawaitExpr>(E) || Parents.empty())
      return Parents.empty() && isa<CallExpr>(E);
    const Expr *Child = E;
    for (size_t I = Parents.size(); I-- > 0;) {
      const Stmt *Parent = Parents[I];
      if (isa<ParenExpr, ImplicitCastExpr, FullExpr, CXXBindTemporaryExpr,
              MaterializeTemporaryExpr>(Parent)) {
        Child = cast<Expr>(Parent);
        continue;
      }
      if (const auto *Condition = dyn_cast<ConditionalOperator>(Parent)) {
        if (Condition->getCond() == Child)
          return false;
        Child = Condition;
        continue;
      }
      if (const auto *Binary = dyn_cast<BinaryOperator>(Parent)) {
        bool IsRight = Binary->getRHS() == Child;
        if (Binary->getOpcode() == BO_Comma) {
          if (!IsRight)
            return true;
          Child = Binary;
          continue;
        }
        if (Binary->isLogicalOp() && IsRight) {
          Child = Binary;
          continue;
        }
        return false;
      }
      return isStatement(Child, Parents.take_front(I + 1));
    }
    return true;
  }

  void drop(const Expr *E, Path Parents, const Body &B, Unit &U) {
    const auto *Call = dyn_cast<CallExpr>(E);
    bool Moves = Call && Call->isCallToStdMove();
    if (isa<CXXConstructExpr>(E) && isElided(E))
      return;
    Callee C = calleeOf(E);
    const models::Function *Model = C.Function ? U.function(C) : nullptr;
    // Some return the very object that they were given.
    if (!E->isPRValue() && !Moves &&
        !(E->isXValue() && Model && Model->Role == models::Role::BindExecutor))
      return;
    std::optional<TaskType> Type = U.task(E->getType());
    if (isa<CoawaitExpr>(E) && Type && Type->isTask() && Type->isLazy())
      return; // weir-nested-task's
    // What dropping means may be the call's more than its type's.
    bool Says = Model && Model->Discard != models::Discard::Unknown;
    if (Says && Type)
      Type->Discard = Model->Discard;
    if (Type ? !isHarmful(*Type, C, U)
             : !holdsTasks(E->getType(), U) &&
                   !(Model && isUnknownAwaitable(E, *Model)))
      return;
    bool IsOne = Type || (Model && isUnknownAwaitable(E, *Model));
    if (Type && Type->Record &&
        llvm::is_contained(IgnoredTypes.names(), modelName(Type->Record)))
      return;
    // Nobody forgets to await an `operator co_await()`; and a test of a type
    // that nobody described may be about what dropping it does.
    if (C.Function && (C.Function->getOverloadedOperator() == OO_Coawait ||
                       (Type && Type->Kind == models::TypeKind::Awaiter &&
                        !Type->Model && !Says && isTestCode(B, U))))
      return;
    // A promise asks its base for the same.
    if (C.Function && llvm::is_contained({"initial_suspend", "final_suspend"},
                                         lastName(C.Function)))
      return;
    // What is named after it, and of which nothing says otherwise, starts
    // something.
    if (Type && !Type->Model && !Says && !Type->isLazy() && isNamedAsStart(C))
      return;
    // What blocks when dropped is weir-blocking-call's.
    if (isDroppable(C, Type, U) || isExpectedToThrow(E, B, U) ||
        (Says && Model->Discard == models::Discard::Blocks))
      return;
    auto Report =
        report(nameLocation(E),
               Moves   ? "%0 is moved nowhere and not awaited; %1"
               : IsOne ? "%0 is dropped, not awaited; %1"
                       : "each task in this %0 is dropped, not awaited; %1");
    if (!Report)
      return;
    const Expr *Made = Moves ? bare(Call->getArg(0)) : E;
    *Report << typeForMessage(Made->getType(), U.context())
            << (Type || Says ? consequence(Type) : "nobody waits for it")
            << E->getSourceRange();
    // A lock that is given must be held, and what an await gave is another
    // task.
    bool Gives = Model && Model->Role == models::Role::AsyncLock && Type &&
                 !resultOf(*Type).isNull() && !resultOf(*Type)->isVoidType();
    if (Type && Type->isTask() && !Gives && !isa<CoawaitExpr>(E) &&
        canAwait(*Type, B, U) && !forbidsAwait(Parents) &&
        !isUnderGuard(Parents, U))
      await(E, *Report, U);
  }

  /// Whether the result, whose class shows nothing, is surely to be awaited: an
  /// operation may have an overload that does its work at once. An annotation
  /// stands on one of them.
  static bool isUnknownAwaitable(const Expr *E, const models::Function &Model) {
    using models::Role;
    bool IsAnnotated =
        !Model.Lib &&
        llvm::is_contained({Role::AsyncOp, Role::AsyncQueue, Role::AsyncWait},
                           Model.Role);
    return recordOf(E->getType()) &&
           (IsAnnotated || (Model.Role != Role::AsyncOp &&
                            Model.Discard == models::Discard::NeverRuns));
  }

  static bool isElided(const Expr *E) {
    return cast<CXXConstructExpr>(E)->isElidable();
  }

  static StringRef consequence(const std::optional<TaskType> &Type) {
    using models::Discard;
    switch (Type ? Type->Discard : Discard::NeverRuns) {
    case Discard::Cancels:
      return "it is cancelled here";
    case Discard::Blocks:
      return "this blocks until it is done";
    case Discard::KeepsRunning:
    case Discard::LogsError:
      return "its result and its exception are lost";
    case Discard::Unknown:
      return "nobody waits for it";
    default:
      return "it never runs";
    }
  }

  static bool isHarmful(const TaskType &Type, const Callee &C, Unit &U) {
    using models::Discard;
    using models::TypeKind;
    // A type that looks after itself.
    if (Type.Discard == Discard::KeepsRunning)
      return false;
    switch (Type.Kind) {
    case TypeKind::Future:
      return Type.Discard == Discard::NeverRuns;
    case TypeKind::Task:
      return (Type.Model || Type.isLazy() || Type.Nodiscard ||
              (Type.Discard == Discard::Cancels && mayBeCutOff(C))) &&
             !(C.Function && takesOne(C, Type) && begins(C));
    case TypeKind::Sender:
      return true;
    case TypeKind::Awaiter:
      // By its shape alone an awaiter may be a handle of something started.
      return Type.Model || Type.Discard == Discard::NeverRuns ||
             (C.Function && !isStdAwaiter(Type) && isOperation(C, U) &&
              !actsWhenDropped(Type.Record) && !givesBack(C, Type) &&
              !begins(C));
    default:
      return false;
    }
  }

  /// Whether an eager coroutine may be suspended when its task is dropped.
  static bool mayBeCutOff(const Callee &C) {
    const FunctionDecl *Defined = nullptr;
    return C.Function && (!C.Function->hasBody(Defined) ||
                          firstSuspension(Defined->getBody()));
  }

  /// `spawn(f())`, `start_reading()`
  static bool isNamedAsStart(const Callee &C) {
    StringRef Name = C.Function ? lastName(C.Function) : "";
    return llvm::any_of(
        std::initializer_list<StringRef>{"spawn", "start", "launch", "detach",
                                         "post", "submit", "schedule", "fork"},
        [&](StringRef Word) { return Name.starts_with_insensitive(Word); });
  }

  /// Whether its destructor does something, to wait perhaps: `f.wait();`.
  static bool actsWhenDropped(const CXXRecordDecl *Class) {
    const CXXDestructorDecl *End = Class->getDestructor();
    if (End && End->isUserProvided()) {
      const FunctionDecl *Defined = nullptr;
      bool Acts = !End->hasBody(Defined);
      if (Defined)
        walk(Defined->getBody(), [&](const Stmt *S, Path) {
          const auto *Call = dyn_cast<CallExpr>(S);
          const auto *Method =
              Call ? dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee())
                   : nullptr;
          // To destroy a frame is not to run it.
          Acts |= Call &&
                  !(Method && isStd(Method->getParent(), "coroutine_handle") &&
                    lastName(Method) != "resume");
          return !Acts;
        });
      return Acts;
    }
    return llvm::any_of(Class->bases(), [](const CXXBaseSpecifier &Base) {
      const CXXRecordDecl *Record = recordOf(Base.getType());
      return Record && Record->hasDefinition() &&
             actsWhenDropped(Record->getDefinition());
    });
  }

  /// Whether a task is given to the call, which hands one back.
  static bool takesOne(const Callee &C, const TaskType &Type) {
    return llvm::any_of(C.Args, [&](const Expr *Arg) {
      const CXXRecordDecl *Class = recordOf(Arg->getType());
      return Class &&
             Class->getCanonicalDecl() == Type.Record->getCanonicalDecl();
    });
  }

  /// Whether the caller has the awaitable already: it was copied for the call.
  static bool givesBack(const Callee &C, const TaskType &Type) {
    return llvm::any_of(C.Args, [&](const Expr *Arg) {
      const CXXRecordDecl *Class = recordOf(Arg->getType());
      return Class &&
             Class->getCanonicalDecl() == Type.Record->getCanonicalDecl() &&
             isa<DeclRefExpr, MemberExpr>(withoutCopy(Arg));
    });
  }

  static const Expr *withoutCopy(const Expr *E) {
    E = bare(E);
    const auto *Copy = dyn_cast<CXXConstructExpr>(E);
    return Copy && Copy->getConstructor()->isCopyConstructor()
               ? bare(Copy->getArg(0))
               : E;
  }

  /// Whether the body in sight begins something before it returns what can be
  /// awaited: it calls or assigns for the sake of that.
  static bool begins(const Callee &C) {
    const FunctionDecl *Definition = C.Function->getDefinition();
    const auto *Block =
        Definition ? dyn_cast_or_null<CompoundStmt>(Definition->getBody())
                   : nullptr;
    return Block && llvm::any_of(Block->body(), [](const Stmt *S) {
             const auto *E = dyn_cast<Expr>(S);
             return E && !E->getBeginLoc().isMacroID() &&
                    (isa<CallExpr>(bare(E)) ||
                     (isa<BinaryOperator>(bare(E)) &&
                      cast<BinaryOperator>(bare(E))->isAssignmentOp()));
           });
  }

  static bool isStdAwaiter(const TaskType &Type) {
    return Type.Record->isInStdNamespace();
  }

  /// Whether a call is known, or marked, as one whose result must be awaited.
  static bool isOperation(const Callee &C, Unit &U) {
    if (const models::Function *Model = U.function(C))
      return Model->Role != models::Role::Spawn &&
             Model->Role != models::Role::SpawnJoinable &&
             Model->Role != models::Role::Droppable;
    return !isa<CXXConstructorDecl>(C.Function);
  }

  /// `vector<task<>>`, `tuple<task<>, task<>>`: a container of lazy tasks.
  static bool holdsTasks(QualType T, Unit &U) {
    return owns(T, [&](QualType Each) {
      std::optional<TaskType> Type = U.task(Each);
      return Type && Type->isTask() && Type->isLazy() &&
             !Each->isReferenceType();
    });
  }

  bool isDroppable(const Callee &C, const std::optional<TaskType> &Type,
                   Unit &U) const {
    if (!C.Function)
      return false;
    // What gives something lazy has spawned nothing yet:
    // `co_spawn(executor, f(), use_awaitable)`.
    bool IsBegun = !Type || !Type->isLazy();
    if (const models::Function *Model = U.function(C))
      if (Model->Role == models::Role::Droppable ||
          (Model->Role == models::Role::Spawn && IsBegun) ||
          Model->Role == models::Role::ScopeAdd)
        return true;
    for (const std::string &Name : namesOf(C))
      if (llvm::is_contained(DroppableCallees.names(), Name))
        return true;
    return false;
  }

  void await(const Expr *E, const DiagnosticBuilder &Report, Unit &U) {
    if (E->getBeginLoc().isMacroID())
      return;
    Report << FixItHint::CreateInsertion(E->getBeginLoc(), "co_await ");
  }

  Option DroppableCallees{this, "DroppableCallees", ""};
  Option IgnoredTypes{this, "IgnoredTypes", ""};
  Flag ExplicitDiscards{this, "ExplicitDiscards"};
  llvm::SmallPtrSet<const LambdaExpr *, 8> Throwing;
};

WEIR_CHECK(
    UnawaitedTaskCheck, "unawaited-task", Warning,
    "Finds tasks and other awaitables that are dropped without being awaited.")

} // namespace
} // namespace weir
