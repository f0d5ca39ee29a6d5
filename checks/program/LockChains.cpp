// Mutexes that a coroutine has others lock and unlock for it; see LockChains.h.

#include "checks/program/LockChains.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using llvm::StringRef;

namespace weir::program {
namespace {

/// What a function has done to a mutex; a set of them where ways differ.
enum State : uint8_t { Untouched = 1, Locked = 2, Unlocked = 4, Unclear = 8 };

/// Whether both may be one mutex. Which object it is in, aliases hide.
bool mayBeSame(const Mutex &L, const Mutex &R) {
  return L.Member.empty() || R.Member.empty() ? L == R : L.Member == R.Member;
}

/// `cache` of `cache::enter`.
StringRef classOf(const Call &C) { return C.Name.rsplit("::").first; }

} // namespace

LockChains::LockChains(const Program &P)
    : P(P),
      ToLocks(P, {[](const Function &F) { return !F.locks().Acts.empty(); },
                  [](const Function &F) { return F.Kind == Kind::Plain; },
                  [](Mode How, bool, const Function *Callee) {
                    return How == Mode::Plain &&
                           (!Callee || Callee->Kind == Kind::Plain);
                  }}) {}

bool LockChains::comesToLocks(const Call &C) const {
  return C.Mode == Mode::Plain &&
         llvm::any_of(P.runBy(C), [&](const Function *F) {
           return F->Kind == Kind::Plain && ToLocks.from(*F) != Reach::Never;
         });
}

const LockChains::Effects &LockChains::of(const Function &F) {
  static const Effects None, Circle{/*IsUnknown=*/true, {}};
  auto Matters = [&](const Function &G) {
    return G.Kind == Kind::Plain && ToLocks.from(G) != Reach::Never;
  };
  if (!Matters(F))
    return None;
  if (auto It = Known.find(&F); It != Known.end())
    return It->second ? *It->second : Circle;
  // What is called first, however deep: what is still open then calls itself.
  llvm::SmallVector<std::pair<const Function *, size_t>> Open;
  auto Begin = [&](const Function &G) {
    if (Matters(G) && Known.try_emplace(&G).second)
      Open.emplace_back(&G, 0);
  };
  Begin(F);
  while (!Open.empty()) {
    auto &[At, Next] = Open.back();
    if (Next == At->Calls.size()) {
      Known[At] = std::make_unique<Effects>(find(*At));
      Open.pop_back();
    } else if (const Call &C = At->Calls[Next++]; comesToLocks(C)) {
      if (const Function *Callee = P.callee(C))
        Begin(*Callee);
    }
  }
  return *Known[&F];
}

LockChains::Effects LockChains::ofCall(const Function &F, unsigned Index) {
  Effects Result;
  const Call &C = F.Calls[Index];
  if (!comesToLocks(C))
    return Result;
  const Function *Callee = P.callee(C);
  if (!Callee) {
    Result.IsUnknown = true;
    return Result;
  }
  const Effects &Theirs = of(*Callee);
  Result.IsUnknown = Theirs.IsUnknown;
  for (const Effect &Each : Theirs.All) {
    Effect Here = Each;
    Here.Of.Of = translate(Each.Of.Of, C);
    unsigned Argument;
    if (Each.Of.Member.empty() && Each.Of.Of.starts_with("p") &&
        !Each.Of.Of.drop_front().getAsInteger(10, Argument)) {
      auto Given =
          llvm::find_if(F.locks().Arguments, [&](const LockOrder::Argument &A) {
            return A.Call == Index && A.Index == Argument;
          });
      Here.Of =
          Given != F.locks().Arguments.end() ? Given->What : Mutex{"?", ""};
    }
    // A lock of nobody knows what is not taken for one.
    bool IsNamed = !Here.Of.Of.empty() && Here.Of.Of != "?" &&
                   !Each.Of.Of.starts_with("l:");
    if (!IsNamed && (Here.What == Effect::Locks || Here.Of.Member.empty()))
      continue;
    if (!IsNamed)
      Here.Of.Of = "?";
    Here.Way.insert(Here.Way.begin(), {Callee, nullptr});
    Result.All.push_back(std::move(Here));
  }
  return Result;
}

LockChains::Effects LockChains::ofStep(const Function &F,
                                       const LockOrder::Step &Step) {
  using Kind = LockOrder::Step;
  switch (Step.What) {
  case Kind::Calls:
  case Kind::Ends:
    return ofCall(F, Step.Index);
  case Kind::Suspends:
    return {};
  case Kind::Locks:
  case Kind::MayLock:
  case Kind::Unlocks:
    break;
  }
  const LockAct &Act = F.locks().Acts[Step.Index];
  Effect::Kind Does = Step.What == Kind::Locks     ? Effect::Locks
                      : Step.What == Kind::Unlocks ? Effect::Unlocks
                                                   : Effect::Maybe;
  return {false, {{Does, Act.What, &Act, {}}}};
}

/// What \p F, an ordinary function, leaves behind at its end.
LockChains::Effects LockChains::find(const Function &F) {
  // All that happens, block by block; without an order of its own, what is
  // called stands in one.
  std::vector<LockOrder::Block> Straight;
  if (F.locks().Blocks.empty()) {
    Straight.push_back({{}, {1}});
    for (unsigned I = 0; I != F.Calls.size(); ++I)
      if (comesToLocks(F.Calls[I]))
        Straight.front().Steps.push_back({LockOrder::Step::Calls, I});
  }
  llvm::ArrayRef<LockOrder::Block> Blocks =
      Straight.empty() ? F.locks().Blocks : Straight;
  struct Change {
    size_t Of; ///< which of Result
    Effect::Kind What;
  };
  Effects Result;
  std::vector<std::vector<Change>> Changes(Blocks.size());
  for (auto [Block, Into] : llvm::zip_equal(Blocks, Changes))
    for (const LockOrder::Step &Step : Block.Steps) {
      Effects Done = ofStep(F, Step);
      if (Done.IsUnknown)
        return Done;
      for (Effect &Each : Done.All) {
        if (!Straight.empty() && !F.Calls[Step.Index].IsSure)
          Each.What = Effect::Maybe;
        if (!Each.Way.empty())
          Each.Way.front().second = &F.Calls[Step.Index];
        auto Same = llvm::find_if(
            Result.All, [&](const Effect &E) { return E.Of == Each.Of; });
        Into.push_back(
            {static_cast<size_t>(Same - Result.All.begin()), Each.What});
        if (Same == Result.All.end())
          Result.All.push_back(std::move(Each));
        else if (Same->What != Effect::Locks && Each.What == Effect::Locks)
          *Same = std::move(Each); // whose way is told
      }
    }

  size_t Count = Result.All.size();
  std::vector<std::vector<uint8_t>> At(Blocks.size() + 1,
                                       std::vector<uint8_t>(Count, 0));
  std::fill(At.front().begin(), At.front().end(), Untouched);
  std::vector<unsigned> Open{0};
  while (!Open.empty()) {
    unsigned Here = Open.back();
    Open.pop_back();
    std::vector<uint8_t> Now = At[Here];
    for (const Change &Each : Changes[Here]) {
      uint8_t Before = std::exchange(Now[Each.Of], 0);
      uint8_t &After = Now[Each.Of];
      // What gives back what it took, or takes again what it gave, has done
      // nothing.
      if (Each.What == Effect::Maybe)
        After = Unclear;
      else if (Each.What == Effect::Locks)
        After |= (Before & (Untouched | Locked) ? Locked : 0) |
                 (Before & Unlocked ? Untouched : 0);
      else
        After |= (Before & (Untouched | Unlocked) ? Unlocked : 0) |
                 (Before & Locked ? Untouched : 0);
      After |= Before & Unclear;
    }
    for (unsigned Next : Blocks[Here].Next) {
      bool Changed = false;
      for (size_t I = 0; I != Count; ++I) {
        Changed |= (Now[I] & ~At[Next][I]) != 0;
        At[Next][I] |= Now[I];
      }
      if (Changed && Next < Blocks.size())
        Open.push_back(Next);
    }
  }
  Effects Left;
  for (auto [Each, End] : llvm::zip_equal(Result.All, At.back())) {
    if (End == Untouched || End == 0) // 0: it never returns
      continue;
    Each.What = End == Locked     ? Effect::Locks
                : End == Unlocked ? Effect::Unlocks
                                  : Effect::Maybe;
    Left.All.push_back(std::move(Each));
  }
  return Left;
}

/// Whether \p F, or what it calls or awaits, does anything to a mutex that is
/// that member.
bool LockChains::touches(const Function &F, StringRef Member) const {
  llvm::SmallVector<const Function *> Open{&F};
  llvm::DenseSet<const Function *> Seen{&F};
  while (!Open.empty()) {
    const Function *Here = Open.pop_back_val();
    if (llvm::any_of(Here->locks().Acts,
                     [&](const LockAct &A) { return A.What.Member == Member; }))
      return true;
    for (const Call &C : Here->Calls)
      if (C.Mode == Mode::Plain || C.Mode == Mode::Awaited)
        for (const Function *Callee : P.runBy(C))
          if (Seen.insert(Callee).second)
            Open.push_back(Callee);
  }
  return false;
}

/// Follows one lock through a coroutine, from where it is taken to wherever it
/// may be given back.
struct LockChains::Search {
  LockChains &Chains;
  const Function &F;
  const Effect &Taken;
  const Call *By;
  std::vector<unsigned> Crossed = {};
  Place Released = {};

  void run(unsigned Block, size_t Step) {
    if (!follow(Block, Step))
      return;
    llvm::BitVector Seen(F.locks().Blocks.size());
    llvm::SmallVector<unsigned> Open(
        llvm::ArrayRef<unsigned>(F.locks().Blocks[Block].Next));
    while (!Open.empty()) {
      unsigned Next = Open.pop_back_val();
      if (Next >= Seen.size() || Seen.test(Next))
        continue;
      Seen.set(Next);
      if (follow(Next, 0))
        Open.append(F.locks().Blocks[Next].Next.begin(),
                    F.locks().Blocks[Next].Next.end());
    }
    llvm::sort(Crossed);
    Crossed.erase(llvm::unique(Crossed), Crossed.end());
  }

  /// Whether it is still held at the end of \p Block.
  bool follow(unsigned Block, size_t Step) {
    for (const LockOrder::Step &Each :
         llvm::ArrayRef(F.locks().Blocks[Block].Steps).drop_front(Step)) {
      if (Each.What == LockOrder::Step::Suspends) {
        if (mayLetGo(F.locks().Suspensions[Each.Index]))
          return false;
        Crossed.push_back(Each.Index);
      } else if (givesBack(Each)) {
        return false;
      }
    }
    return true;
  }

  /// Whether what is awaited may unlock it.
  bool mayLetGo(const LockOrder::Suspension &At) {
    if (!At.Call)
      return false;
    const Call &C = F.Calls[At.Call - 1];
    return isUnknown(C, At.IsWhole) ||
           llvm::any_of(Chains.P.runBy(C), [&](const Function *Callee) {
             return Chains.touches(*Callee, Taken.Of.Member);
           });
  }

  bool givesBack(const LockOrder::Step &Step) {
    bool IsCall = Step.What == LockOrder::Step::Calls ||
                  Step.What == LockOrder::Step::Ends;
    if (IsCall && isUnknown(F.Calls[Step.Index], Step.IsWhole))
      return true;
    Effects Done = Chains.ofStep(F, Step);
    bool Result = Done.IsUnknown;
    for (const Effect &Each : Done.All) {
      if (Each.What == Effect::Locks || !mayBeSame(Each.Of, Taken.Of))
        continue;
      Result = true;
      // What an object takes as it is made, and gives back in the end, is one.
      bool IsItsOwn = Step.What == LockOrder::Step::Ends && By &&
                      classOf(*By) == classOf(F.Calls[Step.Index]);
      if (Each.What == Effect::Unlocks && (Each.Of == Taken.Of || IsItsOwn) &&
          !Released.isValid())
        Released =
            IsCall ? F.Calls[Step.Index].At : F.locks().Acts[Step.Index].At;
    }
    return Result;
  }

  /// Whether nobody knows what \p C does to the object the mutex is in.
  bool isUnknown(const Call &C, bool IsWhole) const {
    if (C.IsDescribed || !Chains.P.runBy(C).empty())
      return false;
    bool IsGiven =
        C.Receiver == Taken.Of.Of || llvm::is_contained(C.Args, Taken.Of.Of);
    return IsGiven && (IsWhole || (By && classOf(C) == classOf(*By)));
  }
};

std::vector<Note> LockChains::wayTo(const Effect &Taken, const Function *From) {
  std::vector<Note> Result;
  for (auto [Callee, By] : Taken.Way) {
    if (From)
      Result.push_back(
          {By->At,
           ("'" + From->Name + "' calls '" + Callee->Name + "'").str()});
    From = Callee;
  }
  Result.push_back(
      {Taken.Leaf->At, ("'" + From->Name + "' locks '" + Taken.Leaf->Name +
                        "' and leaves it locked")
                           .str()});
  return Result;
}

std::vector<std::vector<Note>> LockChains::leftLockedBy(const Function &F) {
  std::vector<std::vector<Note>> Result;
  for (const Effect &Each : of(F).All)
    if (Each.What == Effect::Locks)
      Result.push_back(wayTo(Each, &F));
  return Result;
}

std::vector<HeldByCall> LockChains::heldBy(const Function &F) {
  std::vector<HeldByCall> Result;
  if (F.Kind != Kind::Coroutine)
    return Result;
  for (auto [Number, Block] : llvm::enumerate(F.locks().Blocks))
    for (auto [I, Step] : llvm::enumerate(Block.Steps)) {
      bool IsCall = Step.What == LockOrder::Step::Calls;
      // What is locked and unlocked by hand, the body alone tells.
      if (!IsCall && (Step.What != LockOrder::Step::Locks ||
                      F.locks().Acts[Step.Index].IsPaired))
        continue;
      for (const Effect &Taken : ofStep(F, Step).All) {
        if (Taken.What != Effect::Locks)
          continue;
        Search Followed{*this, F, Taken,
                        IsCall ? &F.Calls[Step.Index] : nullptr};
        Followed.run(Number, I + 1);
        if (Followed.Crossed.empty() || !Followed.Released.isValid())
          continue;
        HeldByCall &Each = Result.emplace_back();
        Each.By = Followed.By;
        Each.Leaf = Taken.Leaf;
        Each.Released = Followed.Released;
        for (unsigned At : Followed.Crossed)
          Each.Across.push_back(&F.locks().Suspensions[At]);
        if (!Taken.Way.empty())
          Each.Way = wayTo(Taken, nullptr);
      }
    }
  return Result;
}

} // namespace weir::program
