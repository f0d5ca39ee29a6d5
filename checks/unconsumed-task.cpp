// Tasks that are kept and then forgotten.
//
// `auto t = work();` looks like a use, so neither [[nodiscard]] nor
// weir-unawaited-task says anything; but a lazy task that nobody awaits never
// runs. What becomes of each such variable is followed along the body: asking
// whether it is done is no use of it, handing it to anybody is.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/Macros.h"
#include "checks/support/Statements.h"
#include "checks/support/Tests.h"
#include "checks/support/Uses.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/MapVector.h"

using namespace clang;

namespace weir {
namespace {

/// A variable that holds a task, or several.
struct Kept {
  const VarDecl *Var;
  bool IsSeveral;
};

class KeptTasks : public Facts {
public:
  /// Nothing waits to be run; something does.
  enum : uint8_t { IsEmpty = 1, IsFresh = 2 };
  struct Fate {
    uint8_t Ends = 0;             ///< the states it is destroyed in
    const Stmt *LeftAt = nullptr; ///< the last thing before it is destroyed fresh
    const Stmt *Overwritten = nullptr;
    uint8_t Before = 0;           ///< the states it is overwritten in
    bool IsUsedElsewhere = false; ///< where only an exception leads
    bool IsUsed = false;          ///< somewhere, whatever path leads there
    bool IsFilled = false;        ///< somewhere that control reaches
    bool IsNamed = false;
    bool IsAskedAbout = false;
    bool IsInBlock = false; ///< that is there only to end it
  };

  KeptTasks(const Body &B, Unit &U) {
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D))
            declare(Var, Parents, U);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        name(Ref, Parents, U);
      }
      return true;
    });
  }

  std::vector<Kept> All;
  std::vector<Fate> Fates;
  /// What is no task, waits to be awaited, and is not mentioned again.
  std::vector<const VarDecl *> Forgotten;

private:
  struct Effect {
    unsigned Fact;
    enum { Fill, Empty, Overwrite } What;
    bool IsFull = false;               ///< Overwrite: by another task
    std::optional<unsigned> From = {}; ///< Overwrite: by what this one holds
  };

  /// The tasks in \p T: one, or those of a container. Nothing if dropping them
  /// is no loss.
  static std::optional<bool> holdsSeveral(QualType T, Unit &U) {
    auto IsLazy = [&](QualType Each) {
      std::optional<TaskType> Type = U.task(Each);
      return Type && Type->isTask() && Type->isLazy() && !Each->isReferenceType() &&
             Type->Discard != models::Discard::KeepsRunning;
    };
    if (IsLazy(T))
      return false;
    const CXXRecordDecl *Record = recordOf(T);
    if (!Record || isStd(Record, "shared_ptr") || !owns(T, IsLazy))
      return std::nullopt;
    return true;
  }

  /// Whether \p Init makes a task, or takes one over.
  static bool makes(const Expr *Init, bool IsSeveral) {
    const Expr *E = bare(Init);
    if (const auto *Choice = dyn_cast_or_null<ConditionalOperator>(E))
      return makes(Choice->getTrueExpr(), IsSeveral) && makes(Choice->getFalseExpr(), IsSeveral);
    auto Is = [&](const Expr *Part) { return makes(Part, IsSeveral); };
    if (const auto *List = dyn_cast_or_null<InitListExpr>(E))
      return IsSeveral ? llvm::any_of(List->inits(), Is)
                       : List->getNumInits() == 1 && Is(List->getInit(0));
    if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E)) {
      // A pair or an array of some.
      if (IsSeveral && !Construct->getConstructor()->isCopyOrMoveConstructor() &&
          Construct->getNumArgs() > 0)
        return llvm::any_of(Construct->arguments(), Is);
      return Construct->getNumArgs() == 1 &&
             Construct->getConstructor()->isCopyOrMoveConstructor() && Is(Construct->getArg(0));
    }
    return isa_and_nonnull<CallExpr, CoawaitExpr>(E) &&
           (E->isPRValue() || isMove(E));
  }

  /// The variable whose value `std::move` takes here, if it is one of these.
  std::optional<unsigned> movedFrom(const Expr *E) const {
    E = bare(E);
    while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E)) {
      if (Construct->getNumArgs() != 1)
        return std::nullopt;
      E = bare(Construct->getArg(0));
    }
    const auto *Ref =
        isMove(E) ? dyn_cast<DeclRefExpr>(bare(cast<CallExpr>(E)->getArg(0))) : nullptr;
    auto Found = Ref ? FactOf.find(Ref->getDecl()) : FactOf.end();
    return Found == FactOf.end() ? std::nullopt : std::optional(Found->second);
  }

  void declare(const VarDecl *Var, Path Parents, Unit &U) {
    // A reference keeps the temporary it is bound to.
    const Expr *Init = Var->getInit();
    bool IsKeeper = Var->getType()->isReferenceType() && Init && !Var->isImplicit() &&
                    isa<CallExpr>(bare(Init)) && bare(Init)->isPRValue();
    if (!Var->hasLocalStorage() || (Var->getType()->isReferenceType() && !IsKeeper) ||
        Var->isInvalidDecl())
      return;
    std::optional<bool> IsSeveral = holdsSeveral(Var->getType().getNonReferenceType(), U);
    // A lock that was not awaited is weir-task-as-value's.
    if (IsSeveral ? !*IsSeveral && holdsLock(Var, U) : !isOperation(Init, U))
      return;
    if (!IsSeveral) {
      if (!Var->isReferenced())
        Forgotten.push_back(Var);
      return;
    }
    unsigned Fact = All.size();
    All.push_back({Var, *IsSeveral});
    Fates.emplace_back();
    size_t Depth = Parents.size();
    Fates.back().IsInBlock =
        Depth > 1 && isa<CompoundStmt>(Parents[Depth - 1]) && isa<CompoundStmt>(Parents[Depth - 2]);
    FactOf[Var] = Fact;
    if (const auto *Several = dyn_cast<DecompositionDecl>(Var))
      for (const BindingDecl *Binding : Several->bindings())
        FactOf[Binding] = Fact;
    if (std::optional<unsigned> From = movedFrom(Init))
      TakenFrom[Var] = *From;
    else if (makes(Init, *IsSeveral))
      Filled.insert(Var);
  }

  /// Whether \p Init makes an awaiter or a sender that its model knows to do
  /// nothing unless it is awaited.
  static bool isOperation(const Expr *Init, Unit &U) {
    const auto *Call = dyn_cast_or_null<CallExpr>(bare(Init));
    std::optional<TaskType> Type = Call && Call->isPRValue() ? U.task(Call->getType()) : std::nullopt;
    const models::Function *Model = Type ? U.function(calleeOf(Call)) : nullptr;
    using models::Role;
    return Model && Model->Role != Role::AsyncLock && (Type->Kind == models::TypeKind::Awaiter || Type->Kind == models::TypeKind::Sender) &&
           (Model->Discard == models::Discard::NeverRuns ||
            (Model->Discard == models::Discard::Unknown &&
             llvm::is_contained({Role::All, Role::Race, Role::Timeout, Role::Sleep, Role::Yield,
                                 Role::SwitchContext, Role::AsyncOp, Role::AsyncWait, Role::AsyncQueue},
                                Model->Role)));
  }

  static bool holdsLock(const VarDecl *Var, Unit &U) {
    const auto *Call = dyn_cast_or_null<CallExpr>(bare(Var->getInit()));
    if (!Call)
      return false;
    if (const models::Function *Model = U.function(calleeOf(Call)))
      if (Model->Role == models::Role::AsyncLock)
        return true;
    QualType Result = resultOf(*U.task(Var->getType().getNonReferenceType()));
    std::optional<TaskType> Held = Result.isNull() ? std::nullopt : U.task(Result);
    return Held && Held->Kind == models::TypeKind::Guard;
  }

  void name(const DeclRefExpr *Ref, Path Parents, Unit &U) {
    auto Found = FactOf.find(Ref->getDecl());
    if (Found == FactOf.end())
      return;
    unsigned Fact = Found->second;
    Fates[Fact].IsNamed = true;
    Use Done = useOf(Ref, Parents, U);
    Effect E{Fact, Effect::Empty};
    if (Done.What == Use::Looked) {
      Fates[Fact].IsAskedAbout = true;
      return;
    }
    if (Done.What == Use::Called && All[Fact].IsSeveral) {
      StringRef Name = lastName(Done.Call->getDirectCallee());
      if (Name == "reserve")
        return;
      // An iterator that is kept is a way to what was put there.
      const auto *At = llvm::find(Parents, Done.Call);
      if (llvm::is_contained({"push_back", "emplace_back", "emplace", "insert",
                              "try_emplace", "insert_or_assign"},
                             Name) &&
          (At == Parents.end() ||
           isStatement(Done.Call, Parents.take_front(At - Parents.begin()))))
        E.What = Effect::Fill;
    } else if (Done.What == Use::Assigned && isa<DeclRefExpr>(Ref) &&
               !isa<BindingDecl>(Ref->getDecl())) {
      E.What = Effect::Overwrite;
      const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Done.At);
      if (Operator) {
        E.From = movedFrom(Operator->getArg(1));
        E.IsFull = makes(Operator->getArg(1), All[Fact].IsSeveral);
      }
    }
    Fates[Fact].IsUsed |= E.What == Effect::Empty;
    (E.What == Effect::Empty ? Consumers : Effects)[Done.At].push_back(E);
  }

  States begin() override {
    Held.assign(All.size(), IsEmpty);
    return States(All.size(), IsEmpty);
  }

  void evaluate(const Stmt *S, States &Now) override {
    Last = S;
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        if (auto Found = FactOf.find(D); Found != FactOf.end())
          set(Found->second,
              Filled.contains(D)   ? IsFresh
              : TakenFrom.count(D) ? Held[TakenFrom.lookup(D)]
                                   : IsEmpty,
              Now);
    }
    if (auto Found = Consumers.find(S); Found != Consumers.end())
      for (const Effect &E : Found->second) {
        Held[E.Fact] = Now[E.Fact];
        Now[E.Fact] = IsEmpty;
      }
    if (auto Found = Effects.find(S); Found != Effects.end())
      for (const Effect &E : Found->second) {
        Fate &Of = Fates[E.Fact];
        if (E.What == Effect::Overwrite && isReporting() && (Now[E.Fact] & IsFresh)) {
          Of.Overwritten = S;
          Of.Before |= Now[E.Fact];
        }
        set(E.Fact,
            E.From                               ? Held[*E.From]
            : E.What == Effect::Fill || E.IsFull ? IsFresh
                                                 : IsEmpty,
            Now);
      }
  }

  void set(unsigned Fact, uint8_t State, States &Now) {
    Now[Fact] = State;
    Fates[Fact].IsFilled |= isReporting() && (State & IsFresh);
  }

  void unreached(const Stmt *S) override {
    if (auto Found = Consumers.find(S); Found != Consumers.end())
      for (const Effect &E : Found->second)
        Fates[E.Fact].IsUsedElsewhere = true;
  }

  void end(const VarDecl *Var, States &Now) override {
    auto Found = FactOf.find(Var);
    if (Found == FactOf.end())
      return;
    uint8_t &State = Now[Found->second];
    Fate &Of = Fates[Found->second];
    if (isReporting()) {
      Of.Ends |= State;
      if (State & IsFresh)
        Of.LeftAt = Last;
    }
  }

  llvm::DenseMap<const Decl *, unsigned> FactOf;
  llvm::DenseSet<const Decl *> Filled;
  llvm::DenseMap<const Decl *, unsigned> TakenFrom;
  States Held; ///< the states before the last consumer, for whom it moves to
  llvm::DenseMap<const Stmt *, SmallVector<Effect, 1>> Consumers, Effects;
  const Stmt *Last = nullptr;
};

class UnconsumedTaskCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    KeptTasks Tasks(B, U);
    for (const VarDecl *Var : Tasks.Forgotten)
      forgotten(Var);
    if (Tasks.All.empty() || !Flow(B, U).run(Tasks))
      return;
    bool InTest = isTestCode(B, U), NeverRuns = runsNothing(B, U);
    for (auto [Each, Fate] : llvm::zip(Tasks.All, Tasks.Fates)) {
      // A test of the task itself: what it is like before it runs, or that it
      // is destroyed without having run.
      if (InTest &&
          (Fate.IsAskedAbout || Fate.IsInBlock || isWatched(Each.Var, B, U) ||
           (Each.Var->getInit() && failsIfRun(Each.Var->getInit(), U))))
        continue;
      if (NeverRuns && !Fate.IsNamed && !Each.IsSeveral)
        continue;
      // Named for its type alone, in a decltype: it is not there to be run.
      if (!Fate.IsNamed && Each.Var->isReferenced() && !isa<DecompositionDecl>(Each.Var))
        continue;
      // Where only an assertion leads, the test has failed anyway.
      bool SomePaths = SomePath.isOn() && !InTest;
      if (Fate.Overwritten)
        overwritten(Each, Fate, SomePaths);
      // In an endless coroutine nothing ends.
      if ((Fate.Ends & KeptTasks::IsFresh) || (Fate.IsFilled && !Fate.IsUsed))
        left(Each, Fate, SomePaths);
    }
  }

  /// Whether an assertion asks for what the task would change if it ran, a
  /// variable that its lambda refers to: that it does not run is what is
  /// tested.
  static bool isWatched(const VarDecl *Var, const Body &B, Unit &U) {
    const auto *Call = Var->getInit()
                           ? dyn_cast<CXXOperatorCallExpr>(bare(Var->getInit()))
                           : nullptr;
    const Expr *Closure = Call && Call->getOperator() == OO_Call
                              ? bare(Call->getArg(0))
                              : nullptr;
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Closure))
      if (const auto *Kept = dyn_cast<VarDecl>(Ref->getDecl());
          Kept && Kept->getInit())
        Closure = bare(Kept->getInit());
    const auto *Lambda = dyn_cast_or_null<LambdaExpr>(Closure);
    if (!Lambda)
      return false;
    llvm::DenseSet<const ValueDecl *> Referred;
    for (const LambdaCapture &Each : Lambda->captures())
      if (Each.capturesVariable() && Each.getCaptureKind() == LCK_ByRef)
        Referred.insert(Each.getCapturedVar());
    bool Found = false;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      Found |= Ref && Referred.contains(Ref->getDecl()) &&
               isInMacroArgument(Ref->getLocation(), U, isAssertion);
      return !Found;
    });
    return Found;
  }

  /// Whether \p B is a test whose tasks are weir-test-never-run's.
  static bool runsNothing(const Body &B, Unit &U) {
    if (B.lambda() || B.isCoroutine() || !isTest(B.decl(), U))
      return false;
    bool Asserts = false;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      Asserts |= isInMacro(S->getBeginLoc(), U, isAssertion);
      return !Asserts;
    });
    return !Asserts;
  }

  void forgotten(const VarDecl *Var) {
    if (auto Report = report(Var->getLocation(), "'%0' is never awaited, so it never runs"))
      *Report << Var->getName();
    else
      return;
    note(Var->getLocation(), "await it, return it, or hand it to what will run it");
  }

  void overwritten(const Kept &Each, const KeptTasks::Fate &Fate, bool SomePaths) {
    if (Fate.Before != KeptTasks::IsFresh && !SomePaths)
      return;
    {
      auto Report =
          report(Fate.Overwritten->getBeginLoc(), "the task in '%0' is overwritten before it was "
                                                  "awaited; it never runs");
      if (!Report)
        return;
      *Report << Each.Var->getName();
    }
    note(Each.Var->getLocation(), "'%0' is declared here") << Each.Var->getName();
  }

  void left(const Kept &Each, const KeptTasks::Fate &Fate, bool SomePaths) {
    bool Always = (Fate.Ends == KeptTasks::IsFresh || !Fate.IsUsed) && !Fate.IsUsedElsewhere;
    if (!Always && !SomePaths)
      return;
    {
      auto Report = report(
          Each.Var->getLocation(),
          Always ? "%select{the task '%1' is|the tasks in '%1' are}0 never awaited, so %select{it "
                   "never runs|they never run}0"
                 : "some path leaves %select{the task '%1'|the tasks in '%1'}0 without awaiting "
                   "%select{it|them}0");
      if (!Report)
        return;
      *Report << Each.IsSeveral << nameOf(Each.Var);
    }
    if (!Always && Fate.LeftAt)
      note(Fate.LeftAt->getBeginLoc(), "after this it is destroyed");
    note(Each.Var->getLocation(), "await it, return it, or hand it to what will run it");
  }

  static std::string nameOf(const VarDecl *Var) {
    const auto *Several = dyn_cast<DecompositionDecl>(Var);
    return Several && !Several->bindings().empty() ? Several->bindings().front()->getNameAsString()
                                                   : Var->getNameAsString();
  }

  Flag SomePath{this, "SomePath"};
};

WEIR_CHECK(UnconsumedTaskCheck, "unconsumed-task", Warning,
           "Finds tasks that are kept in a variable and never awaited or handed on.")

} // namespace
} // namespace weir
