// Coroutines that never wait for anything.

#pragma once

#include "checks/program/Summary.h"

namespace weir {
class Body;
class Unit;
} // namespace weir

namespace weir::program {

/// Decides from the body of coroutine \p B whether it could be an ordinary
/// function, and fills in what Function says about that. Whether somebody
/// needs its type is for the Program to say.
void describeNeedless(const Body &B, Unit &U, Function &F);

} // namespace weir::program
