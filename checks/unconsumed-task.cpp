// Tasks that are kept and then forgotten.
//
// `auto t = work();` looks like a use, so neither [[nodiscard]] nor
// weir-unawaited-task says anything; but a lazy task that nobody awaits never
// runs. What becomes of each such variable is followed along the body: asking
// whether it is done is no use of it, handing it to anybody is.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Flow.h"
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
    uint8_t Ends = 0;                ///< the states it is destroyed in
    const Stmt *LeftAt = nullptr;    ///< the last thing before it is destroyed fresh
    const Stmt *Overwritten = nullptr;
    uint8_t Before = 0;              ///< the states it is overwritten in
    bool IsUsedElsewhere = false;    ///< where only an exception leads
    bool IsNamed = false;
  };

  KeptTasks(const Body &B, Unit &U) {
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D))
            declare(Var, U);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        name(Ref, Parents, U);
      }
      return true;
    });
  }

  std::vector<Kept> All;
  std::vector<Fate> Fates;

private:
  struct Effect {
    unsigned Fact;
    enum { Fill, Empty, Overwrite } What;
    bool IsFull; ///< Overwrite: by another task
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
    const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(T));
    if (!Spec || !Spec->isInStdNamespace())
      return std::nullopt;
    StringRef Name = Spec->getName();
    if (Name != "vector" && Name != "array" && Name != "tuple" && Name != "pair" &&
        Name != "deque" && Name != "list" && Name != "optional")
      return std::nullopt;
    auto Is = [&](const TemplateArgument &A) {
      return A.getKind() == TemplateArgument::Type && IsLazy(A.getAsType());
    };
    for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
      if (Is(A) || (A.getKind() == TemplateArgument::Pack && llvm::any_of(A.pack_elements(), Is)))
        return true;
    return std::nullopt;
  }

  /// Whether \p Init makes a task, or takes one over.
  static bool makes(const Expr *Init, bool IsSeveral) {
    const Expr *E = bare(Init);
    if (const auto *Choice = dyn_cast_or_null<ConditionalOperator>(E))
      return makes(Choice->getTrueExpr(), IsSeveral) && makes(Choice->getFalseExpr(), IsSeveral);
    if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E))
      return Construct->getNumArgs() == 1 &&
             Construct->getConstructor()->isCopyOrMoveConstructor() &&
             makes(Construct->getArg(0), IsSeveral);
    return isa_and_nonnull<CallExpr>(E) && (E->isPRValue() || isMove(E));
  }

  void declare(const VarDecl *Var, Unit &U) {
    if (!Var->hasLocalStorage() || Var->getType()->isReferenceType() || Var->isInvalidDecl())
      return;
    std::optional<bool> IsSeveral = holdsSeveral(Var->getType(), U);
    // A lock that was not awaited is weir-task-as-value's.
    if (!IsSeveral || (!*IsSeveral && holdsLock(Var, U)))
      return;
    unsigned Fact = All.size();
    All.push_back({Var, *IsSeveral});
    Fates.emplace_back();
    FactOf[Var] = Fact;
    if (const auto *Several = dyn_cast<DecompositionDecl>(Var))
      for (const BindingDecl *Binding : Several->bindings())
        FactOf[Binding] = Fact;
    if (makes(Var->getInit(), *IsSeveral))
      Filled.insert(Var);
  }

  static bool holdsLock(const VarDecl *Var, Unit &U) {
    const auto *Call = dyn_cast_or_null<CallExpr>(bare(Var->getInit()));
    if (!Call)
      return false;
    if (const models::Function *Model = U.function(calleeOf(Call)))
      if (Model->Role == models::Role::AsyncLock)
        return true;
    QualType Result = resultOf(*U.task(Var->getType()));
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
    Effect E{Fact, Effect::Empty, false};
    if (Done.What == Use::Looked)
      return;
    if (Done.What == Use::Called && All[Fact].IsSeveral) {
      StringRef Name = lastName(Done.Call->getDirectCallee());
      if (Name == "reserve")
        return;
      if (Name == "push_back" || Name == "emplace_back")
        E.What = Effect::Fill;
    } else if (Done.What == Use::Assigned && isa<DeclRefExpr>(Ref) && !isa<BindingDecl>(Ref->getDecl())) {
      E.What = Effect::Overwrite;
      const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Done.At);
      E.IsFull = Operator && makes(Operator->getArg(1), All[Fact].IsSeveral);
    }
    (E.What == Effect::Empty ? Consumers : Effects)[Done.At].push_back(E);
  }

  States begin() override { return States(All.size(), IsEmpty); }

  void evaluate(const Stmt *S, States &Now) override {
    Last = S;
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        if (auto Found = FactOf.find(D); Found != FactOf.end())
          Now[Found->second] = Filled.contains(D) ? IsFresh : IsEmpty;
    }
    if (auto Found = Consumers.find(S); Found != Consumers.end())
      for (const Effect &E : Found->second)
        Now[E.Fact] = IsEmpty;
    if (auto Found = Effects.find(S); Found != Effects.end())
      for (const Effect &E : Found->second) {
        Fate &Of = Fates[E.Fact];
        if (E.What == Effect::Overwrite && isReporting() && (Now[E.Fact] & IsFresh)) {
          Of.Overwritten = S;
          Of.Before |= Now[E.Fact];
        }
        Now[E.Fact] = E.What == Effect::Fill || E.IsFull ? IsFresh : IsEmpty;
      }
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
  llvm::DenseMap<const Stmt *, SmallVector<Effect, 1>> Consumers, Effects;
  const Stmt *Last = nullptr;
};

class UnconsumedTaskCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    KeptTasks Tasks(B, U);
    if (Tasks.All.empty() || !Flow(B, U).run(Tasks))
      return;
    for (auto [Each, Fate] : llvm::zip(Tasks.All, Tasks.Fates)) {
      // Named for its type alone, in a decltype: it is not there to be run.
      if (!Fate.IsNamed && Each.Var->isReferenced() && !isa<DecompositionDecl>(Each.Var))
        continue;
      if (Fate.Overwritten)
        overwritten(Each, Fate);
      if (Fate.Ends & KeptTasks::IsFresh)
        left(Each, Fate);
    }
  }

  void overwritten(const Kept &Each, const KeptTasks::Fate &Fate) {
    if (Fate.Before != KeptTasks::IsFresh && !SomePath.isOn())
      return;
    {
      auto Report = report(Fate.Overwritten->getBeginLoc(),
                           "the task in '%0' is overwritten before it was awaited; it never runs");
      if (!Report)
        return;
      *Report << Each.Var->getName();
    }
    note(Each.Var->getLocation(), "'%0' is declared here") << Each.Var->getName();
  }

  void left(const Kept &Each, const KeptTasks::Fate &Fate) {
    bool Always = Fate.Ends == KeptTasks::IsFresh && !Fate.IsUsedElsewhere;
    if (!Always && !SomePath.isOn())
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
    return Several && !Several->bindings().empty()
               ? Several->bindings().front()->getNameAsString()
               : Var->getNameAsString();
  }

  Option SomePath{this, "SomePath", "false"};
};

WEIR_CHECK(UnconsumedTaskCheck, "unconsumed-task", Warning,
           "Finds tasks that are kept in a variable and never awaited or handed on.")

} // namespace
} // namespace weir
