// Where a task goes once it is made.
//
// Whether a task may refer to something depends on who gets it: awaited in the
// expression that makes it, it is gone before any temporary is; kept, returned
// or started, it is not. What a call does with a task is the models' to say,
// and a call nobody described gives no answer.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Models.h"
#include "llvm/ADT/SmallVector.h"

namespace weir {
class Unit;

struct Fate {
  enum Kind {
    Unknown,
    Awaited,  ///< in the full expression that makes it
    Waited,   ///< the thread waits for it in that expression
    Kept,     ///< in a local variable, or in a container that is one
    Stored,   ///< in a member, a global, or behind a reference
    Returned,
    Started,  ///< spawned, detached or given to a scope
    Dropped,  ///< `At` is the cast if it was cast to void
  };
  Kind Where = Unknown;
  /// What decides: the call, assignment, declaration or return.
  const clang::Stmt *At = nullptr;
  /// Kept: the variable. Started: the scope, if it is one.
  const clang::VarDecl *Variable = nullptr;
  /// Started: by what: a function with a model, or a coroutine of the program's
  /// own that awaits it and that nobody can wait for.
  const models::Function *Model = nullptr;
  const clang::FunctionDecl *Launcher = nullptr;

  bool isOver() const { return Where == Awaited || Where == Waited; }
};

/// The fate of the value of \p E, found in a walk below \p Parents.
Fate fateOf(const clang::Expr *E, Path Parents, Unit &U);

/// The fates of what \p Variable holds, one for each mention of it in \p B.
llvm::SmallVector<Fate, 4> fatesOf(const clang::VarDecl *Variable,
                                   const Body &B, Unit &U);

} // namespace weir
