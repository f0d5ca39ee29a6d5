// In which order a body locks, calls and is suspended; see LockSteps.h.

#include "checks/program/LockSteps.h"
#include "checks/support/Awaits.h"
#include "checks/support/Flow.h"
#include "checks/support/Locks.h"
#include "checks/support/Source.h"
#include "checks/support/Storage.h"
#include "checks/support/Unit.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallString.h"

using namespace clang;

namespace weir::program {
namespace {

/// Whether \p E is an object itself, or leads to one, and is not a part of it.
bool isWhole(const Expr *E) {
  const auto *Address = dyn_cast_or_null<UnaryOperator>(bare(E));
  std::optional<Storage> S = storageOf(
      Address && Address->getOpcode() == UO_AddrOf ? Address->getSubExpr() : E);
  return S &&
         llvm::none_of(S->Way, [](const ValueDecl *Member) { return Member; });
}

bool givesWhole(const Callee &C) {
  return (C.Object && isWhole(C.Object)) || llvm::any_of(C.Args, isWhole);
}

using Blocks = llvm::MapVector<unsigned, LockOrder::Block>;

/// \p All, numbered anew, without those in which nothing happens.
std::vector<LockOrder::Block> withoutEmpty(const Blocks &All, unsigned End) {
  auto Target = [&](unsigned Number) {
    for (size_t Left = All.size(); Left != 0 && Number != End; --Left) {
      const LockOrder::Block &Here = All.find(Number)->second;
      if (!Here.Steps.empty() || Here.Next.size() != 1)
        break;
      Number = Here.Next.front();
    }
    return Number;
  };
  std::vector<LockOrder::Block> Result;
  if (All.empty())
    return Result;
  llvm::SetVector<unsigned> Kept;
  Kept.insert(Target(All.begin()->first));
  for (size_t I = 0; I < Kept.size(); ++I)
    if (unsigned Number = Kept[I]; Number != End)
      for (unsigned Each : All.find(Number)->second.Next)
        Kept.insert(Target(Each));
  Kept.remove(End);
  llvm::DenseMap<unsigned, unsigned> Numbers;
  for (unsigned Each : Kept)
    Numbers.try_emplace(Each, Numbers.size());
  Numbers[End] = Kept.size();
  for (unsigned Each : Kept) {
    Result.push_back(All.find(Each)->second);
    for (unsigned &Next : Result.back().Next)
      Next = Numbers.at(Target(Next));
  }
  return Result;
}

} // namespace

/// Writes down the steps of one block after the other.
class StepFacts : public Facts {
public:
  StepFacts(LockSteps &Of,
            const llvm::DenseMap<const Expr *, unsigned> &IndexOf,
            const Function &F)
      : Of(Of), IndexOf(IndexOf), F(F) {
    walk(Of.B.stmt(), [&](const Stmt *S, Path) {
      if (isSuspension(S) && isa<Expr>(S) && maySuspend(cast<Expr>(S), Of.U))
        number(cast<Expr>(S));
      return true;
    });
  }

  std::vector<LockOrder::Step> take() { return std::exchange(Now, {}); }

private:
  using Step = LockOrder::Step;

  States begin() override { return {}; }

  void number(const Expr *At) {
    LockOrder::Suspension Each;
    Each.At = placeOf(At->getBeginLoc(), Of.U);
    if (const Expr *Call = awaitedCall(bare(operandOf(At)), Of.U)) {
      Each.IsWhole = givesWhole(calleeOf(Call));
      if (auto Found = IndexOf.find(Call); Found != IndexOf.end())
        Each.Call = Found->second + 1;
    }
    Numbers[At] = Of.Order.Suspensions.size();
    Of.Order.Suspensions.push_back(std::move(Each));
  }

  void evaluate(const Stmt *S, States &) override {
    const auto *E = dyn_cast<Expr>(S);
    if (!E)
      return;
    if (const auto *Call = dyn_cast<CallExpr>(E))
      if (auto Found = Of.ActsOf.find(Call); Found != Of.ActsOf.end()) {
        llvm::append_range(Now, Found->second);
        return;
      }
    auto Found = IndexOf.find(E);
    // What makes a guard is the guard's business.
    if (Found != IndexOf.end() && F.Calls[Found->second].Mode == Mode::Plain &&
        holdsLock(E->getType(), Of.U) == Holds::Never)
      Now.push_back({Step::Calls, Found->second, givesWhole(calleeOf(E))});
  }

  void suspend(const Expr *At, States &) override {
    if (auto Found = Numbers.find(At); At && Found != Numbers.end())
      Now.push_back({Step::Suspends, Found->second});
  }

  void end(const VarDecl *V, States &) override {
    auto Found = Of.Destroyed.find(V);
    // The end of a life comes twice, once as the destructor.
    if (Found != Of.Destroyed.end() &&
        (Now.empty() || Now.back().What != Step::Ends ||
         Now.back().Index != Found->second))
      Now.push_back({Step::Ends, Found->second, /*IsWhole=*/true});
  }

  LockSteps &Of;
  const llvm::DenseMap<const Expr *, unsigned> &IndexOf;
  const Function &F;
  llvm::DenseMap<const Expr *, unsigned> Numbers;
  std::vector<Step> Now;
};

std::optional<Mutex> LockSteps::mutexOf(const Expr *E, const ValueDecl *&Last) {
  E = bare(E);
  // A local name for it is another name; half typed, of itself perhaps.
  for (unsigned Steps = 0; Steps < 16; ++Steps) {
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E);
    if (!Ref)
      break;
    const auto *Alias = dyn_cast<VarDecl>(Ref->getDecl());
    if (!Alias || isa<ParmVarDecl>(Alias) || !Alias->hasLocalStorage() ||
        !Alias->getInit() || !Alias->getType()->isReferenceType())
      break;
    E = bare(Alias->getInit());
  }
  std::optional<Storage> S = E ? storageOf(E) : std::nullopt;
  Last = S ? S->last() : nullptr;
  Root Of = Last ? Where.of(E) : "";
  if (Of.empty() || Of == "?")
    return std::nullopt;
  Mutex Result;
  Result.Of = Of;
  if (Last != S->Base) {
    SmallString<64> Usr;
    index::generateUSRForDecl(Last, Usr);
    Result.Member = intern(Usr);
  }
  return Result;
}

void LockSteps::note(const CallExpr *Call) {
  LockCall Done = LockCall::None;
  for (const Expr *Object : lockedByHand(Call, Done, U)) {
    QualType T = Object->getType();
    if (T->isPointerType())
      T = T->getPointeeType();
    if (holdsLock(T, U) != Holds::Never)
      continue;
    const ValueDecl *Last = nullptr;
    std::optional<Mutex> What = mutexOf(Object, Last);
    if (!What)
      continue;
    LockOrder::Step Each;
    Each.What = Done == LockCall::Release ? LockOrder::Step::Unlocks
                : Done == LockCall::Try   ? LockOrder::Step::MayLock
                                          : LockOrder::Step::Locks;
    Each.Index = Order.Acts.size();
    ActsOf[Call].push_back(Each);
    LockAct Act;
    Act.What = *What;
    Act.Name = intern(Last->getNameAsString());
    Act.Names.push_back(intern(modelName(Last)));
    if (const CXXRecordDecl *Type = recordOf(Last->getType()))
      Act.Names.push_back(intern(modelName(Type)));
    Act.At = placeOfName(Call, U);
    Order.Acts.push_back(std::move(Act));
  }
}

void LockSteps::give(const Callee &C, unsigned Index) {
  for (size_t I = 0; I < C.Args.size() && I < C.Function->getNumParams(); ++I) {
    QualType T = C.Function->getParamDecl(I)->getType();
    if (!(T->isLValueReferenceType() || T->isPointerType()) ||
        T->getPointeeType().isConstQualified() ||
        !recordOf(T->getPointeeType()) ||
        !isThreadMutex(T->getPointeeType(), U))
      continue;
    const auto *Address = dyn_cast<UnaryOperator>(bare(C.Args[I]));
    const ValueDecl *Last = nullptr;
    if (std::optional<Mutex> What = mutexOf(
            Address && Address->getOpcode() == UO_AddrOf ? Address->getSubExpr()
                                                         : C.Args[I],
            Last))
      Order.Arguments.push_back({Index, static_cast<unsigned>(I), *What});
  }
}

LockOrder
LockSteps::take(const Function &F,
                const llvm::DenseMap<const Expr *, unsigned> &IndexOf) {
  size_t Interesting = Order.Acts.size() + Destroyed.size();
  if (B.isCoroutine())
    Interesting += llvm::count_if(F.Calls, [](const Call &C) {
      return C.Mode == Mode::Plain && !C.IsDescribed;
    });
  // It takes one step to lock, and another to unlock.
  if (B.isCoroutine() ? Interesting < 2 : Order.Acts.empty())
    return std::move(Order);
  StepFacts Steps(*this, IndexOf, F);
  if (B.isCoroutine() && Order.Suspensions.empty())
    return std::move(Order);
  Flow Graph(B, U);
  llvm::MapVector<unsigned, LockOrder::Block> Blocks;
  Graph.blocks(Steps, [&](unsigned Number, ArrayRef<unsigned> Next) {
    Blocks[Number] = {Steps.take(), {Next.begin(), Next.end()}};
  });
  Order.Blocks = withoutEmpty(Blocks, Graph.end());
  std::vector<Mutex> Unlocked;
  for (const auto &[Call, Acts] : ActsOf)
    for (const LockOrder::Step &Each : Acts)
      if (Each.What == LockOrder::Step::Unlocks)
        Unlocked.push_back(Order.Acts[Each.Index].What);
  for (LockAct &Each : Order.Acts)
    Each.IsPaired = llvm::is_contained(Unlocked, Each.What);
  return std::move(Order);
}

} // namespace weir::program
