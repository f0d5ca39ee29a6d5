// Task groups that are left without being joined.
//
// A scope that starts tasks must outlive them. Some libraries abort, some
// corrupt memory, when one is destroyed while its tasks run, and none can wait
// in a destructor. An early return between the start and the join is enough, so
// each path is followed.

#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/Macros.h"
#include "checks/support/Tests.h"
#include "checks/support/Uses.h"

using namespace clang;

namespace weir {
namespace {

class Scopes : public Facts {
public:
  enum : uint8_t { IsUnused = 1, IsUsed = 2, IsJoined = 4, IsUnknown = 8, IsLent = 16 };
  struct Scope {
    const VarDecl *Var;
    const models::Type *Model;
    const Stmt *Start = nullptr; ///< something that starts a task
    bool HasJoin = false;        ///< somewhere in the body
    uint8_t Ends = 0;
    const Stmt *LeftAt = nullptr;
  };

  Scopes(const Body &B, Unit &U) : U(U) {
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D))
            declare(Var);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        name(Ref, Parents);
      }
      return true;
    });
    // Whoever is lent a scope may start something in it. Who joins it is known
    // only where this body does.
    for (auto &[At, Index] : Lent)
      Effects[At].push_back({Index, All[Index].HasJoin ? IsLent : IsUnknown});
  }

  std::vector<Scope> All;

private:
  void declare(const VarDecl *Var) {
    std::optional<TaskType> Type = U.task(Var->getType());
    if (!Var->hasLocalStorage() || Var->getType()->isReferenceType() || !Type || !Type->Model ||
        Type->Kind != models::TypeKind::Scope || !Type->Model->MustJoin)
      return;
    FactOf[Var] = All.size();
    All.push_back({Var, Type->Model});
  }

  void name(const DeclRefExpr *Ref, Path Parents) {
    auto Found = FactOf.find(Ref->getDecl());
    if (Found == FactOf.end() || Ref->refersToEnclosingVariableOrCapture())
      return;
    unsigned Index = Found->second;
    Use Done = useOf(Ref, Parents, U);
    const models::Function *Model = Done.Call ? U.function(calleeOf(Done.Call)) : nullptr;
    if (Done.What == Use::Awaited || (Model && Model->Role == models::Role::ScopeJoin)) {
      All[Index].HasJoin = true;
      Effects[Done.At].push_back({Index, IsJoined});
      return;
    }
    bool Starts = Model && (Model->Role == models::Role::ScopeAdd ||
                            Model->Role == models::Role::Spawn ||
                            Model->Role == models::Role::SpawnJoinable);
    if (Starts) {
      if (!All[Index].Start)
        All[Index].Start = Done.At;
      Effects[Done.At].push_back({Index, IsUsed});
      return;
    }
    switch (Done.What) {
    case Use::Looked:
    case Use::Discarded:
    case Use::Called: // cancelling it, or asking it
      break;
    case Use::Passed:
    case Use::Captured:
    case Use::Lent:
      Lent.push_back({Done.At, Index});
      break;
    default:
      Effects[Done.At].push_back({Index, IsUnknown});
    }
  }

  States begin() override { return States(All.size(), IsUnused); }

  void evaluate(const Stmt *S, States &Now) override {
    Last = S;
    if (const auto *Decls = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Decls->decls())
        if (auto Found = FactOf.find(D); Found != FactOf.end())
          Now[Found->second] = IsUnused;
    if (auto Found = Effects.find(S); Found != Effects.end())
      for (auto [Index, State] : Found->second) {
        if (State != IsLent) {
          if (!(Now[Index] & IsUnknown))
            Now[Index] = State;
        } else if (Now[Index] & IsUnused) { // once it is joined, most only look at it
          Now[Index] = (Now[Index] & ~IsUnused) | IsUsed;
        }
      }
  }

  void end(const VarDecl *Var, States &Now) override {
    auto Found = FactOf.find(Var);
    if (Found == FactOf.end() || !isReporting())
      return;
    // A failed assertion leaves a test that is lost anyway.
    if (Last && isInMacro(Last->getBeginLoc(), U, isAssertion))
      return;
    uint8_t State = Now[Found->second];
    Scope &Of = All[Found->second];
    Of.Ends |= State;
    if ((State & IsUsed) && !Of.LeftAt)
      Of.LeftAt = Last;
  }

  Unit &U;
  llvm::DenseMap<const Decl *, unsigned> FactOf;
  llvm::DenseMap<const Stmt *, SmallVector<std::pair<unsigned, uint8_t>, 1>> Effects;
  std::vector<std::pair<const Stmt *, unsigned>> Lent;
  const Stmt *Last = nullptr;
};

class UnjoinedScopeCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    Scopes Facts(B, U);
    if (Facts.All.empty() || !Flow(B, U).run(Facts))
      return;
    for (const Scopes::Scope &Each : Facts.All)
      if ((Each.Ends & Scopes::IsUsed) && !(Each.Ends & Scopes::IsUnknown))
        tell(Each, U);
  }

  void tell(const Scopes::Scope &Each, Unit &U) {
    bool Never = !(Each.Ends & Scopes::IsJoined);
    {
      auto Report = report(Each.Var->getLocation(),
                           Never ? "'%0' is destroyed without being joined"
                                 : "some path destroys '%0' without joining it");
      if (!Report)
        return;
      *Report << Each.Var->getName();
    }
    if (Each.Start)
      note(Each.Start->getBeginLoc(), "a task is started in it here");
    if (Each.LeftAt && !Never)
      note(Each.LeftAt->getBeginLoc(), "the path ends here");
    if (std::string Join = joinOf(Each, U); !Join.empty())
      note(Each.Var->getLocation(), "write 'co_await %0.%1()' before it is destroyed")
          << Each.Var->getName() << Join;
  }

  static std::string joinOf(const Scopes::Scope &Each, Unit &U) {
    for (const models::Function &F : U.models().functions()) {
      StringRef Name = F.Name;
      if (F.Role == models::Role::ScopeJoin && Name.consume_front(Each.Model->Name) &&
          Name.consume_front("::") && !Name.contains(' '))
        return Name.str();
    }
    return "";
  }
};

WEIR_CHECK(UnjoinedScopeCheck, "unjoined-scope", Warning,
           "Finds task groups and scopes that some path leaves without the join they need.")

} // namespace
} // namespace weir
