// Mutexes that a coroutine has others lock and unlock for it.
//
// `cache.enter(); co_await load(); cache.leave();` holds a lock while it waits,
// and nothing in it says so. What a function leaves locked, and what it
// unlocks, is what it does by hand and what those do that it calls on every
// way to its end; where that is not certain, or calls go in circles, nothing is
// known.

#pragma once

#include "checks/program/Reach.h"
#include "checks/support/Finding.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace weir::program {

/// A mutex that is held while a coroutine is suspended.
struct HeldByCall {
  const Call *By =
      nullptr; ///< the call that locks it; null: the coroutine does
  const LockAct *Leaf = nullptr;
  std::vector<const LockOrder::Suspension *> Across; ///< in source order
  std::vector<Note> Way; ///< from the call to the leaf
  Place Released;        ///< where the coroutine has it unlocked
};

class LockChains {
public:
  explicit LockChains(const Program &P);

  /// What \p F, a coroutine, holds so. Only what it is seen to unlock again:
  /// who does otherwise, and when, is not known.
  std::vector<HeldByCall> heldBy(const Function &F);
  /// The ways to the mutexes that \p F, an ordinary function, leaves locked.
  std::vector<std::vector<Note>> leftLockedBy(const Function &F);

private:
  /// What a function does to a mutex, seen from its caller.
  struct Effect {
    enum Kind { Locks, Unlocks, Maybe } What;
    Mutex Of;
    const LockAct *Leaf; ///< of what it locks
    llvm::SmallVector<std::pair<const Function *, const Call *>, 2> Way;
  };
  struct Effects {
    bool IsUnknown = false;
    std::vector<Effect> All;
  };
  struct Search;

  /// From \p From, or if that is null from what it calls, to the leaf.
  static std::vector<Note> wayTo(const Effect &Taken, const Function *From);
  const Effects &of(const Function &F);
  Effects find(const Function &F);
  /// What call \p Index of \p F does to what \p F can name.
  Effects ofCall(const Function &F, unsigned Index);
  Effects ofStep(const Function &F, const LockOrder::Step &Step);
  bool comesToLocks(const Call &C) const;
  bool touches(const Function &F, llvm::StringRef Member) const;

  const Program &P;
  Reach ToLocks;
  llvm::DenseMap<const Function *, std::unique_ptr<Effects>>
      Known; ///< null: being found
};

} // namespace weir::program
