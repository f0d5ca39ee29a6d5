// Which expressions are statements.

#pragma once

#include "checks/support/Body.h"

namespace weir {

/// Whether \p E, with the given parents, is a statement of its own: its value
/// goes nowhere. A cast to void is a statement that says so, and is none here.
bool isStatement(const clang::Expr *E, Path Parents);

} // namespace weir
