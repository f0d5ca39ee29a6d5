// How long a callable lives that is given to a function.
//
// A coroutine lambda's captures are in the closure, so whoever calls it must
// keep it until the coroutine is done. A model says whether a library's
// function does. Of a function in sight its body says it: what the parameter is
// given to, and what becomes of the task that calling it makes.

#pragma once

#include "checks/support/Names.h"
#include <optional>

namespace weir {
class Unit;

struct CallableEnd {
  /// The call that does not keep it, and what it is a call of.
  const clang::CallExpr *By = nullptr;
  /// The caller still has it, and the task that was begun is the result: late
  /// enough where that is awaited in one statement.
  bool IsWithResult = false;
};

/// Whether the callable that is argument \p Index of \p C may be gone while a
/// coroutine that it began goes on; nothing where that is not shown.
std::optional<CallableEnd> endOfCallable(const Callee &C, unsigned Index,
                                         Unit &U);

} // namespace weir
