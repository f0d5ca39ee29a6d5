// What leaves a function by being thrown.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Body.h"
#include "checks/support/Models.h"
#include "checks/support/Names.h"

namespace weir {
class Unit;
}

namespace weir::program {

/// \p E as a throw that leaves \p B; nothing where a handler ends it, where it
/// passes an exception on, where it cancels, or where the type is not known.
std::optional<Throw> escaping(const clang::CXXThrowExpr *E, Path Parents, const Body &B, Unit &U);

/// What call \p E of a function with a \p Model throws at bad text that others
/// wrote, and nothing in the body handles.
std::optional<Throw> escaping(const clang::Expr *E, const Callee &C,
                              const models::Function &Model, Path Parents,
                              const Body &B, Unit &U);

/// Whether what is thrown here may end in a handler of the same function.
bool isGuarded(Path Parents);

} // namespace weir::program
