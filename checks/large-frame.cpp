// Large objects that every suspended coroutine carries.
//
// What is alive at a suspension lives in the frame, on the heap, once for each
// coroutine that waits: ten thousand connections with a buffer of 64 kB each
// are 640 MB. Counted is what is alive across a suspension and still needed
// after it, not what is gone by then.

#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/Tests.h"
#include "checks/support/Uses.h"

using namespace clang;

namespace weir {
namespace {

class LargeObjects : public Facts {
public:
  enum : uint8_t { IsDead = 1, IsAlive = 2, IsCarried = 4 };
  struct Object {
    const VarDecl *Var;
    uint64_t Bytes;
    bool IsLent = false;               ///< somebody may use it at any time
    const Expr *Carried = nullptr;     ///< the first suspension it is alive at
    bool IsNeeded = false;
  };

  LargeObjects(const Body &B, uint64_t Least, Unit &U) : U(U) {
    for (const ParmVarDecl *P : B.decl()->parameters())
      declare(P, Least);
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D); Var && Var->hasLocalStorage())
            declare(Var, Least);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        if (auto Found = FactOf.find(Ref->getDecl()); Found != FactOf.end()) {
          Use Done = useOf(Ref, Parents, U);
          All[Found->second].IsLent |= Done.What != Use::Looked && Done.What != Use::Copied &&
                                       Done.What != Use::Discarded && Done.What != Use::Assigned;
        }
      }
      return true;
    });
  }

  std::vector<Object> All;

private:
  void declare(const VarDecl *Var, uint64_t Least) {
    QualType T = Var->getType();
    if (T->isReferenceType() || T->isDependentType() || T->isIncompleteType() || Var->isInvalidDecl())
      return;
    uint64_t Bytes = U.context().getTypeSizeInChars(T).getQuantity();
    if (Bytes < Least)
      return;
    FactOf[Var] = All.size();
    All.push_back({Var, Bytes});
  }

  States begin() override {
    States Now;
    for (const Object &Each : All)
      Now.push_back(isa<ParmVarDecl>(Each.Var) ? IsAlive : IsDead);
    return Now;
  }

  void suspend(const Expr *At, States &Now) override {
    for (size_t I = 0; I != All.size(); ++I) {
      if (Now[I] & (IsAlive | IsCarried)) {
        if (isReporting() && At) {
          if (!All[I].Carried)
            All[I].Carried = At;
          // Whoever was lent it may be what is waited for.
          All[I].IsNeeded |= All[I].IsLent;
        }
        Now[I] = (Now[I] & IsDead) | IsCarried;
      }
    }
  }

  void evaluate(const Stmt *S, States &Now) override {
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        if (auto Found = FactOf.find(D); Found != FactOf.end())
          Now[Found->second] = IsAlive;
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
      if (auto Found = FactOf.find(Ref->getDecl()); Found != FactOf.end() && isReporting())
        All[Found->second].IsNeeded |= (Now[Found->second] & IsCarried) != 0;
    }
  }

  void end(const VarDecl *Var, States &Now) override {
    auto Found = FactOf.find(Var);
    if (Found == FactOf.end())
      return;
    if (isReporting() && (Now[Found->second] & IsCarried) && Var->getType().isDestructedType())
      All[Found->second].IsNeeded = true;
    Now[Found->second] = IsDead;
  }

  Unit &U;
  llvm::DenseMap<const Decl *, unsigned> FactOf;
};

class LargeFrameCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    // There are few frames of a test at a time.
    if (!B.isCoroutine() || B.isDependent() || isTestCode(B, U) ||
        isBenchmark(B, U))
      return;
    LargeObjects Facts(B, MinimumBytes.value(), U);
    if (Facts.All.empty() || !Flow(B, U).run(Facts))
      return;
    for (const LargeObjects::Object &Each : Facts.All) {
      if (!Each.Carried || !Each.IsNeeded)
        continue;
      {
        auto Report = report(Each.Var->getLocation(),
                             "the %0 bytes of '%1' are kept in the coroutine's frame while it is suspended");
        if (!Report)
          continue;
        *Report << unsigned(Each.Bytes) << Each.Var->getName();
      }
      note(Each.Carried->getBeginLoc(), "suspended here");
      note(Each.Var->getLocation(), "let it end before the suspension, or share one between coroutines");
    }
  }

  Number MinimumBytes{this, "MinimumBytes", 4096};
};

WEIR_CHECK(LargeFrameCheck, "large-frame", Off,
           "Finds large objects that are kept in a coroutine's frame across a suspension.")

} // namespace
} // namespace weir
