// Whether a task outlives something it refers to.
//
// The two rules about it differ in what is referred to, an argument or the
// closure of a lambda. What they share is here: what an expression refers to,
// and whether the task can be run when that is gone. A local is not gone while
// anything is waited for behind the start of the task, for that may well be
// the task.

#pragma once

#include "checks/support/Fate.h"
#include "clang/AST/Decl.h"
#include <optional>

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

/// How the task gets away.
struct Escape {
  Fate How;
  /// Where it was kept before that, if it was.
  const clang::VarDecl *By = nullptr;
};

/// Whether the task that \p Task, in \p B below \p Parents, makes is run when
/// \p What is gone. Nothing where that is not shown.
std::optional<Escape> escapeOf(const clang::Expr *Task, Path Parents,
                               const Referent &What, const Body &B, Unit &U);

/// What became of it, for a note: "the task is kept in 't'".
std::string describe(const Escape &E, llvm::StringRef Noun = "task");
/// The place to show for it.
clang::SourceLocation placeOf(const Escape &E);

/// Whether \p F is named like something that waits or stops, or wakes what waits:
/// enough to be silent, unless it is known better.
bool soundsLikeWaiting(const clang::FunctionDecl *F);

/// What is happening to something when it dies: "dies at the end of the
/// statement", "dies when 'f' returns".
std::string deathOf(const Referent &What, const Body &B);

} // namespace weir
