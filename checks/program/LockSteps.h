// In which order a body locks, calls and is suspended: what it takes to know
// whether a mutex that one function locks and another unlocks is held when the
// coroutine that calls them waits.

#pragma once

#include "checks/program/Roots.h"
#include "checks/program/Summary.h"
#include "checks/support/Body.h"
#include "checks/support/Names.h"
#include "llvm/ADT/DenseMap.h"

namespace weir::program {

/// Is shown a body while its calls are recorded, in source order.
class LockSteps {
public:
  LockSteps(const Body &B, Unit &U, Roots &Where) : B(B), U(U), Where(Where) {}

  void note(const clang::CallExpr *Call);
  /// Call \p Index is one of \p C: it may be given a mutex.
  void give(const Callee &C, unsigned Index);
  /// Call \p Index is one of the destructor of \p V.
  void destroy(const clang::VarDecl *V, unsigned Index) {
    Destroyed[V] = Index;
  }

  /// The order of all that. \p IndexOf has the index of each call in the Calls
  /// of \p F.
  LockOrder take(const Function &F,
                 const llvm::DenseMap<const clang::Expr *, unsigned> &IndexOf);

private:
  friend class StepFacts;
  std::optional<Mutex> mutexOf(const clang::Expr *E,
                               const clang::ValueDecl *&Last);

  const Body &B;
  Unit &U;
  Roots &Where;
  LockOrder Order;
  /// The acts of a call, and what each is.
  llvm::DenseMap<const clang::CallExpr *, llvm::SmallVector<LockOrder::Step, 1>>
      ActsOf;
  llvm::DenseMap<const clang::VarDecl *, unsigned> Destroyed;
};

} // namespace weir::program
