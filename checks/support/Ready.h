// Whether what a call waits for is known to be there already.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Names.h"

namespace weir {

/// Whether the object \p C is called on was awaited, or asked whether it is
/// ready, before \p E in \p B, and has not been given another value since.
bool isKnownReady(const clang::Expr *E, const Callee &C, const Body &B);

/// Whether \p C joins a scope of \p B's own in which nothing was ever started.
bool joinsNothing(const Callee &C, const Body &B);

} // namespace weir
