// When a call of the catalogue does not block after all.
//
// A zero timeout, a flag, a lock that is only tried: the conditions are data
// of the model; here is how they are read off a call.

#pragma once

#include "checks/support/Models.h"
#include "checks/support/Names.h"

namespace weir {

class Unit;

/// Whether one of \p Row's conditions holds for this call.
bool isExcused(const models::Blocking &Row, const Callee &C, Unit &U);

} // namespace weir
