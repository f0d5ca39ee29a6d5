// Which destructors do their work where an object ends.
//
// Its own, or those of its members and bases, and of what a pointer owns. A
// handle's destructor asks first: `if (!detached) wait();`. Where the body has
// changed the answer, by `handle.detach()` or by moving the handle away, nobody
// can tell from the destructor alone that it waits.

#pragma once

#include "checks/support/Body.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace weir {
class Unit;

namespace program {

class Ends {
public:
  Ends(const Body &B, Unit &U) : B(B), U(U) {}

  /// Called with a destructor, and whether it is that of the whole object.
  using Visitor =
      llvm::function_ref<void(const clang::CXXDestructorDecl *, bool)>;
  /// Visits those that surely run to their work at the end of \p V, a local of
  /// the body, or by \p Delete: they are in the catalogue, or somebody wrote
  /// them, here or in another file.
  void forEach(const clang::VarDecl *V, Visitor Visit);
  void forEach(const clang::CXXDeleteExpr *Delete, Visitor Visit);

  /// Whether \p V is moved from, in part perhaps, leaves the body, or a method
  /// of it that is not const is called.
  bool isTouched(const clang::VarDecl *V);

private:
  void look();
  bool isMoved(const clang::VarDecl *V);
  bool has(const clang::VarDecl *V, const clang::CXXDestructorDecl *End);
  bool owns(const clang::VarDecl *V);
  void visit(const clang::CXXRecordDecl *Record, const clang::VarDecl *V,
             unsigned Depth, Visitor Visit);

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
