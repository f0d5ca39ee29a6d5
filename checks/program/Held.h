// Locks that a coroutine itself takes, and has when it is suspended: with a
// guard, with a temporary, or by hand. What it calls to lock is found in
// LockChains.h.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Body.h"

namespace weir {
class Unit;
}

namespace weir::program {

/// Of \p B, a coroutine, in source order.
std::vector<Held> held(const Body &B, Unit &U);

} // namespace weir::program
