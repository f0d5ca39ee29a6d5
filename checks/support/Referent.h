// What an expression refers to, and when that dies.
//
// An argument, a view, a pointer or an iterator leads back to a temporary or a
// variable of the function in sight, or to nothing that is known. Who uses it
// later, and whether it is too late, is Outlives' and the rules' to say.

#pragma once

#include "checks/support/Body.h"
#include "clang/AST/Decl.h"
#include <optional>
#include <string>

namespace weir {

/// What an expression refers to, as far as it is known to die soon.
struct Referent {
  /// The temporary; null for a variable.
  const clang::Expr *Temporary = nullptr;
  /// Null with no temporary either: something that may die when the function
  /// has returned.
  const clang::VarDecl *Local = nullptr;
};
/// Looks through members, elements, conversions to views and addresses.
std::optional<Referent> referentOf(const clang::Expr *E, clang::QualType As);

/// Like bare(), and what stands in `T(x)`.
const clang::Expr *written(const clang::Expr *E);

/// The object a method is called on, with the temporary it may be.
const clang::Expr *objectOf(const clang::CallExpr *Call);

/// Whether something else may be put into \p Local, a local variable of which
/// all is in sight; of any other variable, nobody knows.
bool isReassigned(const clang::VarDecl *Local);

/// Whether an object of \p T owns what its elements and views refer to.
bool isOwner(clang::QualType T);

/// Whether objects of \p Class can make shared pointers to themselves.
bool isSharedItself(const clang::CXXRecordDecl *Class);

/// What is happening to something when it dies: "dies at the end of the
/// statement", "dies when 'f' returns".
std::string deathOf(const Referent &What, const Body &B);

} // namespace weir
