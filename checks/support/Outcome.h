// How control leaves an exception handler.

#pragma once

#include "clang/AST/StmtCXX.h"

namespace weir {

/// The ways out of a handler that some path may take.
struct Outcome {
  bool Next = false;     ///< falls out of its end
  bool Again = false;    ///< `continue` or `break` of a loop around it
  bool Returns = false;  ///< leaves the function with a result
  bool Replaced = false; ///< throws something else
  bool Rethrows = false; ///< throws what was caught

  /// Whether what was caught goes on, on every path that goes on at all.
  bool alwaysRethrows() const { return !Next && !Again && !Returns && !Replaced; }
};

/// The ways out of \p Handler. A loop is taken to end unless it cannot.
Outcome outcomeOf(const clang::CXXCatchStmt *Handler);

} // namespace weir
