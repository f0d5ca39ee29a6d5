// Tasks that are handed to a library: spawned, detached, limited in time.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Body.h"

namespace weir {
class Unit;
}

namespace weir::program {

/// What becomes of the task, or the callable, that \p E makes; nothing if it
/// is neither, or if nobody knows.
std::optional<Handed> handed(const clang::Expr *E, Path Parents, Unit &U);

} // namespace weir::program
