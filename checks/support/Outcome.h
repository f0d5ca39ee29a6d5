// How control leaves an exception handler.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Models.h"
#include "clang/AST/StmtCXX.h"

namespace weir {

/// The ways out of a handler that some path may take.
struct Outcome {
  bool Next = false;     ///< falls out of its end
  bool Breaks = false;   ///< `break` of a loop or switch around it
  bool Again = false;    ///< `continue` of a loop around it, or `goto`
  bool Returns = false;  ///< leaves the function with a result
  bool Replaced = false; ///< throws something else
  bool Rethrows = false; ///< throws what was caught
  /// One of these is `throw e;`, which throws a copy of what the handler names:
  /// of a base only that part is left.
  bool Copies = false;

  /// Whether what was caught goes on, on every path that goes on at all.
  bool alwaysRethrows() const {
    return !Next && !Breaks && !Again && !Returns && !Replaced;
  }
};

class Unit;

/// Whether \p Lib cancels what awaits by exceptions, and coroutine \p B has to
/// do with one of the tokens, if it needs one.
bool mayBeCancelled(const Body &B, const models::Library &Lib);

/// The ways out of \p Handler. A loop is taken to end unless it cannot.
Outcome outcomeOf(const clang::CXXCatchStmt *Handler);

/// Whether coroutine \p B, in which \p Try has \p Parents, waits again once a
/// handler is done, for more than the end of what it closes. What \p Sticks is
/// thrown by each later await, too: only a loop around this one may go on.
bool goesOnWaiting(const clang::CXXTryStmt *Try, const Outcome &Out,
                   Path Parents, const Body &B, bool Sticks, Unit &U);

} // namespace weir
