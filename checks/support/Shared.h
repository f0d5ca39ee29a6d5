// What other code may do to shared objects while a coroutine is suspended.

#pragma once

#include "checks/support/Storage.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace weir {
class Unit;

/// How an expression that names an object uses it.
enum class Access { None, Read, Write, Change };

/// Read: its value, or something it is asked. Write: it is assigned a new
/// value, or an element of it is. Change: anything else that may alter it.
Access accessOf(const clang::Expr *E, Path Parents);

/// The container that \p E names, and of which it is an element or a part of
/// one: `users` of `users[name]`, of `i->second` where `i` is
/// `users.find(name)`. Null if there is none.
const clang::Expr *containerAround(const clang::Expr *E);

/// Which variables and members are altered in a unit, and where.
class Changes {
public:
  explicit Changes(Unit &U);
  /// Whether some body other than \p B, and no constructor, alters \p D; a
  /// coroutine that awaits \p B, or both of them, has the other done before or
  /// after.
  /// One that a loop starts, again and again, alters it for the others.
  bool isChangedOutside(const clang::ValueDecl *D, const Body &B) const {
    return isIn(By, D, B) || isChangedByItsLike(By, D, B);
  }
  /// The same of alterations that do more than add elements.
  bool isDiminishedOutside(const clang::ValueDecl *D, const Body &B) const {
    return isIn(Diminished, D, B);
  }
  /// The same of some container that is an element of \p D.
  bool isElementChangedOutside(const clang::ValueDecl *D, const Body &B) const {
    return isIn(ElementBy, D, B) || isChangedByItsLike(ElementBy, D, B);
  }
  bool isElementDiminishedOutside(const clang::ValueDecl *D,
                                  const Body &B) const {
    return isIn(ElementDiminished, D, B);
  }

  /// Whether some body other than \p B sets a variable of the environment.
  bool isEnvironmentChangedOutside(const Body &B) const;

private:
  using Bodies = llvm::SmallPtrSet<const clang::FunctionDecl *, 2>;
  using Places = llvm::DenseMap<const clang::ValueDecl *, Bodies>;
  bool isIn(const Places &Where, const clang::ValueDecl *D,
            const Body &B) const;
  bool isApart(const clang::FunctionDecl *F, const Body &B) const;
  const clang::FunctionDecl *rootOf(const clang::FunctionDecl *F,
                                    Bodies &On) const;
  bool isChangedByItsLike(const Places &Where, const clang::ValueDecl *D,
                          const Body &B) const;
  void element(const clang::Expr *E, Path Parents, const Body &B);
  Places By, Diminished, ElementBy, ElementDiminished;
  Places Awaiting, Starting; ///< who awaits a coroutine, and who does otherwise
  Bodies ByEnvironment;
  /// Coroutines that are started in a loop, on one object.
  llvm::SmallPtrSet<const clang::ValueDecl *, 2> Repeated;
};

/// Whether \p B takes a lock made for coroutines: what it does is ordered.
bool takesAsyncLock(const Body &B, Unit &U);

} // namespace weir
