// What is awaited, and how.

#pragma once

#include "checks/support/Body.h"

namespace weir {
class Unit;

/// The call that makes what \p Operand awaits: looks through std::move and
/// through adaptors that only wrap it (`co_await as_result(f())`). Null if it
/// is no call.
const clang::Expr *awaitedCall(const clang::Expr *Operand, Unit &U);

/// Whether \p E, with the given parents, is what some `co_await` awaits.
bool isAwaited(const clang::Expr *E, Path Parents, Unit &U);

} // namespace weir
