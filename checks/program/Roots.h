// What an expression refers to, and what a function reads and writes of it.
//
// Two awaits may run at the same time only if neither can change what the
// other looks at. To prove it, each lvalue is traced to its root: a local, a
// parameter, the object, a global, or something we cannot tell.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Body.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace weir {
struct Callee;
class Unit;
}

namespace weir::program {

class Roots {
public:
  Roots(const Body &B, Unit &U) : B(B), U(U) {}

  /// The root of what \p E names or points to.
  Root of(const clang::Expr *E);

  /// Adds to \p E what \p S itself (not its children) reads and writes.
  void note(const clang::Stmt *S, Path Parents, Effects &E);
  /// Adds the effects of a call that changes nothing but what it is given.
  void noteArguments(const Callee &C, Effects &E);
  /// What an operation of a library touches, the locals included, if it changes
  /// nothing but what \p Made names.
  Effects named(const clang::Expr *Made);

private:
  Root ofVariable(const clang::VarDecl *V);
  const Body &B;
  Unit &U;
  llvm::DenseMap<const clang::VarDecl *, unsigned> Locals;
  llvm::DenseSet<const clang::VarDecl *> Followed; ///< just now
};

/// Adds \p R, if it is any, to a set.
void addRoot(Few<Root> &Set, Root R);

/// Whether \p R is something others can see.
inline bool isShared(Root R) { return !R.empty() && !R.starts_with("l:"); }

} // namespace weir::program
