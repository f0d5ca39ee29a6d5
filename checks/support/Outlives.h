// Whether a task outlives something it refers to.
//
// The two rules about it differ in what is referred to, an argument or the
// closure of a lambda. What they share is here: whether the task can be run
// when that is gone. A local is not gone while
// anything is waited for behind the start of the task, for that may well be
// the task.

#pragma once

#include "checks/support/Fate.h"
#include "checks/support/Referent.h"
#include <optional>

namespace weir {

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

} // namespace weir
