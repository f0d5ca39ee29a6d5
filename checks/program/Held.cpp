// Locks that a coroutine itself takes, and has when it is suspended; see
// Held.h.
//
// What is held is followed along the body, so that a lock given back in time,
// or never taken, is none.

#include "checks/program/Held.h"
#include "checks/program/Ends.h"
#include "checks/support/Flow.h"
#include "checks/support/Locks.h"
#include "checks/support/Source.h"
#include "checks/support/Storage.h"
#include "checks/support/Unit.h"
#include "checks/support/Uses.h"

using namespace clang;

namespace weir::program {
namespace {

/// One place where a lock is taken. Each is a fact of its own, so that a
/// suspension knows which of them it is crossed by.
struct Taken {
  SourceLocation At;
  std::string What;
  const VarDecl *Guard = nullptr;
  const CXXBindTemporaryExpr *Temporary = nullptr;
  std::optional<Storage> Mutex = {}; ///< taken by hand
};

/// What a statement does to the facts.
struct Effect {
  enum Kind { Take, MayTake, Free, TakeOver } What;
  unsigned Fact = 0;                 ///< Take, MayTake
  const VarDecl *Guard = nullptr;    ///< Free: of this guard
  std::optional<Storage> Mutex = {}; ///< Free, TakeOver: of this mutex
};

class Taking : public Facts {
public:
  enum : uint8_t { IsFree = 1, IsHeld = 2 };

  Taking(const Body &B, Unit &U) : B(B), U(U) { collect(); }
  bool isEmpty() const { return All.empty(); }

  /// The mutex a guard is made of; null if it has no name.
  const ValueDecl *mutexOf(const VarDecl *Guard) const {
    auto Found = MutexOf.find(Guard);
    return Found == MutexOf.end() ? nullptr : Found->second.last();
  }

  std::vector<Taken> All;
  /// For each fact, the suspensions it crosses, null for the first of a lazy
  /// coroutine.
  std::vector<llvm::SetVector<const Expr *>> Crossed;

private:
  States begin() override {
    States Now(All.size(), IsFree);
    for (size_t I = 0; I != All.size(); ++I)
      if (All[I].Guard && isa<ParmVarDecl>(All[I].Guard) &&
          All[I].At == All[I].Guard->getLocation())
        Now[I] = IsHeld;
    Crossed.resize(All.size());
    return Now;
  }

  void evaluate(const Stmt *S, States &Now) override {
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        if (auto Found = AtDecl.find(D); Found != AtDecl.end())
          apply(Found->second, Now);
      return;
    }
    if (auto Found = AtStmt.find(S); Found != AtStmt.end())
      for (const Effect &E : Found->second)
        apply(E, Now);
  }

  void suspend(const Expr *At, States &Now) override {
    if (!isReporting())
      return;
    if (At && unlocks(At))
      return;
    for (size_t I = 0; I != All.size(); ++I)
      if ((Now[I] & IsHeld) && !isGivenTo(At, All[I]))
        Crossed[I].insert(At);
  }

  /// Whether what is awaited unlocks, when it suspends, a mutex that it has not
  /// locked itself, as a condition variable does.
  static bool unlocks(const Expr *At) {
    const auto *Await = dyn_cast<CoroutineSuspendExpr>(At);
    const auto *Suspend =
        Await ? dyn_cast_or_null<CallExpr>(bare(Await->getSuspendExpr()))
              : nullptr;
    const FunctionDecl *F = nullptr;
    bool Unlocks = false, Locks = false;
    if (Suspend && Suspend->getDirectCallee() &&
        Suspend->getDirectCallee()->hasBody(F))
      walk(F->getBody(), [&](const Stmt *S, Path) {
        const auto *Call = dyn_cast<CXXMemberCallExpr>(S);
        const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
        if (!Method)
          return true;
        Locks |=
            lastName(Method) == "lock" || lastName(Method) == "lock_shared";
        // A guard of its own.
        bool IsLocal =
            isa<DeclRefExpr>(bare(Call->getImplicitObjectArgument()));
        Unlocks |= !IsLocal && (lastName(Method) == "unlock" ||
                                lastName(Method) == "unlock_shared");
        return true;
      });
    return Unlocks && !Locks;
  }

  void end(const VarDecl *Var, States &Now) override { free(Var, Now); }
  void end(const CXXBindTemporaryExpr *Temporary, States &Now) override {
    for (size_t I = 0; I != All.size(); ++I)
      if (All[I].Temporary == Temporary)
        Now[I] = IsFree;
  }

  void branch(const Expr *Condition, bool Is, States &Now) override {
    const Expr *E = withoutNot(Condition, Is);
    // `if (m.try_lock())`
    if (auto Found = Tried.find(E); Found != Tried.end()) {
      Now[Found->second] = Is ? IsHeld : IsFree;
      return;
    }
    // `if (lock)`, `if (lock.owns_lock())`
    const auto *Asked = dyn_cast<CXXMemberCallExpr>(E);
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
        bare(Asked ? Asked->getImplicitObjectArgument() : nullptr));
    if (Ref && !Is)
      free(dyn_cast<VarDecl>(Ref->getDecl()), Now);
  }

  void apply(const Effect &E, States &Now) {
    switch (E.What) {
    case Effect::TakeOver:
      free(*E.Mutex, Now);
      [[fallthrough]];
    case Effect::Take:
      Now[E.Fact] = IsHeld;
      break;
    case Effect::MayTake:
      Now[E.Fact] = IsHeld | IsFree;
      break;
    case Effect::Free:
      E.Guard ? free(E.Guard, Now) : free(*E.Mutex, Now);
      break;
    }
  }

  void free(const VarDecl *Guard, States &Now) {
    if (auto Found = FactsOf.find(Guard); Found != FactsOf.end())
      for (unsigned I : Found->second)
        Now[I] = IsFree;
  }
  void free(const Storage &Mutex, States &Now) {
    for (size_t I = 0; I != All.size(); ++I)
      if (All[I].Mutex && *All[I].Mutex == Mutex)
        Now[I] = IsFree;
  }

  /// Whether what is awaited is given the lock: it can let go of it, as a
  /// condition variable does.
  bool isGivenTo(const Expr *At, const Taken &Lock) const {
    bool Found = false;
    if (!At || Lock.Temporary)
      return false;
    walk(operandOf(At), [&](const Stmt *S, Path Parents) {
      const auto *E = dyn_cast<Expr>(S);
      if (!E || Found)
        return !Found;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(E);
          Ref && Lock.Guard && Ref->getDecl() == Lock.Guard) {
        Use Done = useOf(Ref, Parents, U);
        Found = Done.What == Use::Passed || Done.What == Use::Moved ||
                Done.What == Use::Captured;
      } else if (Lock.Mutex && isa<DeclRefExpr, MemberExpr>(E)) {
        std::optional<Storage> Named = storageOf(E);
        Found = Named && *Named == *Lock.Mutex;
      }
      return !Found;
    });
    return Found;
  }

  unsigned add(Taken Fact) {
    if (Fact.Guard)
      FactsOf[Fact.Guard].push_back(All.size());
    All.push_back(std::move(Fact));
    return All.size() - 1;
  }

  static Effect freeing(const VarDecl *Guard) {
    Effect E{Effect::Free};
    E.Guard = Guard;
    return E;
  }
  static Effect taking(LockCall By, unsigned Fact) {
    return {By == LockCall::Try ? Effect::MayTake : Effect::Take, Fact};
  }

  void collect() {
    for (const ParmVarDecl *P : B.decl()->parameters())
      if (!P->getType()->isReferenceType() &&
          holdsLock(P->getType(), U) != Holds::Never &&
          isThreadGuard(recordOf(P->getType()), U)) {
        Guards[P] = holdsLock(P->getType(), U);
        add({P->getLocation(), P->getNameAsString(), P});
      }
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D))
            declare(Var);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
            Var && Guards.count(Var))
          use(Ref, Var, Parents);
      } else if (const auto *Temporary = dyn_cast<CXXBindTemporaryExpr>(S)) {
        bind(Temporary, Parents);
      }
      if (const auto *Call = dyn_cast<CallExpr>(S))
        byHand(Call);
      return true;
    });
    dropUnpaired();
  }

  void declare(const VarDecl *Var) {
    if (!Var->hasLocalStorage() || Var->getType()->isReferenceType())
      return;
    Holds Kind = holdsLock(Var->getType(), U);
    const Expr *Init = Var->getInit();
    if (Kind == Holds::Never && (!Init || !returnsGuard(bare(Init), U)))
      return;
    Guards[Var] = Kind;
    if (const auto *Made =
            dyn_cast_or_null<CXXConstructExpr>(Init ? bare(Init) : nullptr);
        Made && Made->getNumArgs() > 0 &&
        isThreadMutex(Made->getArg(0)->getType(), U))
      if (std::optional<Storage> Mutex = storageOf(Made->getArg(0)))
        MutexOf.insert({Var, *Mutex});
    LockCall By =
        Kind == Holds::Always && Init ? LockCall::Acquire : lockedBy(Init, U);
    // What methods of a class around a guard do, further down, is not known.
    const CXXRecordDecl *Class = recordOf(Var->getType());
    if (Kind == Holds::Maybe && Class && !Class->isInStdNamespace() &&
        !isThreadGuard(Class, U) && Ending.isTouched(Var))
      By = LockCall::None;
    // Moved here from another guard: held if that one was.
    if (By == LockCall::None && Init && movedFrom(Init))
      By = LockCall::Acquire;
    if (By == LockCall::None)
      return;
    Effect E = taking(By, add({Var->getLocation(), nameOf(Var), Var}));
    if (std::optional<Storage> Mutex = adopted(Init)) {
      E.What = Effect::TakeOver;
      E.Mutex = Mutex;
    }
    AtDecl.insert({Var, E});
  }

  /// Of a structured binding, the name of the part that is the guard.
  std::string nameOf(const VarDecl *Var) {
    if (const auto *Several = dyn_cast<DecompositionDecl>(Var))
      for (const BindingDecl *Part : Several->bindings())
        if (holdsLock(Part->getType(), U) != Holds::Never)
          return Part->getNameAsString();
    return Var->getNameAsString();
  }

  /// Whether a guard is made from another that is tracked and surely locked.
  bool movedFrom(const Expr *Init) {
    const auto *Construct = dyn_cast<CXXConstructExpr>(bare(Init));
    if (!Construct || Construct->getNumArgs() != 1 ||
        !isMove(bare(Construct->getArg(0))))
      return false;
    const auto *Ref = dyn_cast<DeclRefExpr>(
        bare(cast<CallExpr>(bare(Construct->getArg(0)))->getArg(0)));
    return Ref && llvm::any_of(All, [&](const Taken &Lock) {
             return Lock.Guard == Ref->getDecl() &&
                    Lock.At == Lock.Guard->getLocation();
           });
  }

  /// The mutex a guard takes over that was locked by hand.
  std::optional<Storage> adopted(const Expr *Init) {
    const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(bare(Init));
    if (!Construct || Construct->getNumArgs() < 2)
      return std::nullopt;
    for (const Expr *Arg : Construct->arguments())
      if (const CXXRecordDecl *Tag = recordOf(Arg->getType());
          Tag && Tag->getName().contains_insensitive("adopt"))
        return storageOf(Construct->getArg(0) == Arg ? Construct->getArg(1)
                                                     : Construct->getArg(0));
    return std::nullopt;
  }

  void use(const DeclRefExpr *Ref, const VarDecl *Guard, Path Parents) {
    Use Done = useOf(Ref, Parents, U);
    switch (Done.What) {
    case Use::Called: {
      StringRef Name = lastName(Done.Call->getDirectCallee());
      if (Name.contains_insensitive("unlock") || Name.contains("release") ||
          Name.contains("reset") || Name.contains("swap")) {
        AtStmt[Done.At].push_back(freeing(Guard));
        // The guard lets go of the mutex, which stays locked.
        auto Declared = AtDecl.find(Guard);
        if (auto Of = MutexOf.find(Guard);
            Of != MutexOf.end() && Name == "release" &&
            Declared != AtDecl.end() && Declared->second.What == Effect::Take)
          AtStmt[Done.At].push_back(taking(
              LockCall::Acquire, add({Ref->getLocation(), Of->second.text(),
                                      nullptr, nullptr, Of->second})));
      } else if (Name.contains("try") && Name.contains_insensitive("lock"))
        try_(Done.Call, {Ref->getLocation(), Guard->getNameAsString(), Guard});
      else if (Name.contains_insensitive("lock") || Name == "emplace")
        AtStmt[Done.At].push_back(
            taking(LockCall::Acquire,
                   add({Ref->getLocation(), Guard->getNameAsString(), Guard})));
      break;
    }
    case Use::Assigned: {
      AtStmt[Done.At].push_back(freeing(Guard));
      const auto *Call = dyn_cast<CXXOperatorCallExpr>(Done.At);
      if (LockCall By = Call ? lockedBy(Call->getArg(1), U) : LockCall::None;
          By != LockCall::None)
        AtStmt[Done.At].push_back(taking(
            By, add({Ref->getLocation(), Guard->getNameAsString(), Guard})));
      break;
    }
    case Use::Moved:
      AtStmt[Done.At].push_back(freeing(Guard));
      break;
    case Use::Looked:
    case Use::Lent:
    case Use::Discarded:
    case Use::Copied:
    case Use::Awaited:
      break;
    case Use::Passed:
      // What std::lock(first, second) does to deferred guards.
      if (Done.Call && lockCall(calleeOf(Done.Call), U) == LockCall::Acquire) {
        AtStmt[Done.At].push_back(
            taking(LockCall::Acquire,
                   add({Ref->getLocation(), Guard->getNameAsString(), Guard})));
        break;
      }
      [[fallthrough]];
    case Use::Captured:
      // Somebody may unlock it; what is awaited is looked at when it is.
      if (Guards[Guard] != Holds::Always &&
          !llvm::any_of(Parents, [](const Stmt *S) { return isSuspension(S); }))
        AtStmt[Done.At].push_back(freeing(Guard));
      break;
    }
  }

  /// A temporary that lives on to the end of its statement.
  void bind(const CXXBindTemporaryExpr *Temporary, Path Parents) {
    const Expr *Made = bare(Temporary->getSubExpr());
    if (!staysTemporary(Parents))
      return;
    LockCall By = lockedBy(Made, U);
    if (By == LockCall::None)
      return;
    unsigned Fact = add({Temporary->getBeginLoc(), "", nullptr, Temporary});
    AtStmt[Temporary].push_back(taking(By, Fact));
  }

  /// Not what becomes a variable, a parameter, a member or a result.
  static bool staysTemporary(Path Parents) {
    for (const Stmt *Parent : llvm::reverse(Parents)) {
      if (isa<ParenExpr, ImplicitCastExpr, CXXFunctionalCastExpr,
              MaterializeTemporaryExpr>(Parent))
        continue;
      if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Parent))
        return isa_and_nonnull<CXXMethodDecl>(Operator->getDirectCallee());
      if (const auto *Binary = dyn_cast<BinaryOperator>(Parent))
        return Binary->getOpcode() == BO_Comma;
      return isa<MemberExpr>(Parent);
    }
    return false;
  }

  void try_(const Expr *Call, Taken Lock) {
    unsigned Fact = add(std::move(Lock));
    Tried.try_emplace(Call, Fact);
  }

  /// `m.lock()`, `m.unlock()`, `pthread_mutex_lock(&m)`, `std::lock(a, b)`.
  void byHand(const CallExpr *Call) {
    LockCall Done = LockCall::None;
    for (const Expr *Object : lockedByHand(Call, Done, U)) {
      std::optional<Storage> Mutex = storageOf(Object);
      const auto *Var =
          Mutex ? dyn_cast_or_null<VarDecl>(Mutex->Base) : nullptr;
      if (!Mutex || (Var && Mutex->Way.empty() && Guards.count(Var)))
        continue;
      if (Done == LockCall::Release) {
        Effect E{Effect::Free};
        E.Mutex = Mutex;
        AtStmt[Call].push_back(E);
        Released.push_back(*Mutex);
        continue;
      }
      Taken Lock{nameLocation(Call), Mutex->text(), nullptr, nullptr, Mutex};
      if (Done == LockCall::Try)
        try_(Call, Lock);
      else
        AtStmt[Call].push_back(taking(Done, add(Lock)));
    }
  }

  /// A mutex that this body locks but never unlocks is handed to somebody, and
  /// who that is, and when it is unlocked, is not known.
  void dropUnpaired() {
    for (Taken &Lock : All)
      if (Lock.Mutex && !llvm::is_contained(Released, *Lock.Mutex))
        Lock.Mutex->Base = B.decl();
    for (auto &[Call, Fact] : Tried)
      if (All[Fact].Mutex && All[Fact].Mutex->Base == B.decl())
        Fact = unknown();
    for (auto &[At, Effects] : AtStmt)
      llvm::erase_if(Effects, [&](const Effect &E) {
        return (E.What == Effect::Take || E.What == Effect::MayTake) &&
               All[E.Fact].Mutex && All[E.Fact].Mutex->Base == B.decl();
      });
  }

  /// A fact nobody speaks of.
  unsigned unknown() {
    if (!Unknown)
      Unknown = add({});
    return *Unknown;
  }

  const Body &B;
  Unit &U;
  Ends Ending{B, U};
  llvm::DenseMap<const VarDecl *, SmallVector<unsigned, 1>> FactsOf;
  llvm::DenseMap<const VarDecl *, Holds> Guards;
  llvm::DenseMap<const VarDecl *, Storage> MutexOf;
  llvm::DenseMap<const Decl *, Effect> AtDecl;
  llvm::DenseMap<const Stmt *, SmallVector<Effect, 2>> AtStmt;
  llvm::MapVector<const Expr *, unsigned> Tried;
  std::vector<Storage> Released;
  std::optional<unsigned> Unknown;
};

/// The names by which \p D, and what it is, may be allowed.
void addNames(const ValueDecl *D, std::vector<StringRef> &To) {
  if (!D)
    return;
  To.push_back(intern(modelName(D)));
  if (const CXXRecordDecl *Type = recordOf(D->getType()))
    To.push_back(intern(modelName(Type)));
}

Held::Suspension suspension(const Expr *At, const Body &B, Unit &U) {
  Held::Suspension Result;
  if (!At) {
    Result.IsFirst = true;
    Result.At = placeOf(B.decl()->getBody()->getBeginLoc(), U);
    return Result;
  }
  Result.At = placeOf(At->getBeginLoc(), U);
  const Expr *Operand = bare(operandOf(At));
  if (const CXXRecordDecl *Type = recordOf(Operand->getType()))
    Result.Awaits.push_back(intern(modelName(Type)));
  for (const std::string &Name : namesOf(calleeOf(Operand)))
    Result.Awaits.push_back(intern(Name));
  return Result;
}

} // namespace

std::vector<Held> held(const Body &B, Unit &U) {
  std::vector<Held> Result;
  Taking Found(B, U);
  if (Found.isEmpty())
    return Result;
  Flow Order(B, U);
  if (!Order.run(Found))
    return Result;
  llvm::DenseMap<const VarDecl *, unsigned> Guards;
  for (size_t I = 0; I != Found.All.size(); ++I) {
    const Taken &Lock = Found.All[I];
    if (Found.Crossed[I].empty() || Lock.At.isInvalid())
      continue;
    Held &Each = Result.emplace_back();
    Each.At = placeOf(Lock.At, U);
    Each.Name = Lock.What;
    if (Lock.Mutex) {
      Each.What = Held::Mutex;
      addNames(Lock.Mutex->last(), Each.Names);
    } else if (Lock.Guard) {
      Each.What = Held::Guard;
      Each.Number = Guards.try_emplace(Lock.Guard, Guards.size()).first->second;
      addNames(Lock.Guard, Each.Names);
      addNames(Found.mutexOf(Lock.Guard), Each.Names);
    }
    for (const Expr *At : Found.Crossed[I])
      Each.Across.push_back(suspension(At, B, U));
  }
  return Result;
}

} // namespace weir::program
