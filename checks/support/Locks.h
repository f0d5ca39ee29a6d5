// Which types and calls lock a thread out.
//
// By the catalogue's rows of kind lock, by clang's thread safety attributes,
// and by shape: a guard may be a member of something, or what a user's class
// does in its destructor. What is a lock for coroutines is none of it.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Names.h"

namespace weir {
class Unit;

/// Whether \p T is a mutex that makes a thread wait.
bool isThreadMutex(clang::QualType T, Unit &U);

/// What holds such a mutex for as long as it lives.
enum class Holds {
  Never,
  Maybe,  ///< may be empty, or let go
  Always, ///< from its construction to its destruction
};
Holds holdsLock(clang::QualType T, Unit &U);
/// Whether \p T is itself a guard, and does not merely contain one.
bool isThreadGuard(const clang::CXXRecordDecl *Record, Unit &U);

enum class LockCall { None, Acquire, Try, Release };
/// What a method does to the guard or mutex it is called on, or a function to
/// the mutexes it is given.
LockCall lockCall(const Callee &C, Unit &U);

/// The mutexes that \p Call locks or unlocks by hand: of `m.lock()`,
/// `pthread_mutex_lock(&m)`, `std::lock(a, b)`. \p Done is what it does to
/// them.
llvm::SmallVector<const clang::Expr *, 2>
lockedByHand(const clang::CallExpr *Call, LockCall &Done, Unit &U);

/// Whether \p E is a call that locks and returns what unlocks, as a
/// synchronized object's pointer does.
bool returnsGuard(const clang::Expr *E, Unit &U);

/// Whether a guard is declared before what stands below \p Parents, and still
/// alive there: an await in that place would have it across a suspension.
bool isUnderGuard(Path Parents, Unit &U);

/// Whether \p Init, what a guard is made from, acquires the mutex.
LockCall lockedBy(const clang::Expr *Init, Unit &U);

} // namespace weir
