// Whether a variable has let go of what its destructor would wait for.
//
// A handle's destructor asks first: `if (!detached) wait();`. Where the body
// has changed the answer, by `handle.detach()` or by moving the handle away,
// nobody can tell from the destructor alone that it waits.

#pragma once

#include "checks/support/Body.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace weir {
class Unit;

namespace program {

class LetGo {
public:
  LetGo(const Body &B, Unit &U) : B(B), U(U) {}

  /// \p V is a local of the body, destroyed by \p Destructor.
  bool has(const clang::VarDecl *V, const clang::CXXDestructorDecl *Destructor);

  /// Whether \p Destructor asks the object whether there is anything to do.
  static bool asks(const clang::CXXDestructorDecl *Destructor);

  /// Whether \p V, or a part of it, is moved from or leaves the body.
  bool isMoved(const clang::VarDecl *V);
  /// Whether \p V is moved from, or a method of it that is not const is called.
  bool isTouched(const clang::VarDecl *V);

private:
  void look();

  const Body &B;
  Unit &U;
  bool HasLooked = false;
  llvm::DenseSet<const clang::ValueDecl *> Moved;
  /// The methods called on each local that are not const.
  llvm::DenseMap<const clang::ValueDecl *,
                 llvm::SmallVector<const clang::CXXMethodDecl *, 2>>
      Called;
};

} // namespace program
} // namespace weir
