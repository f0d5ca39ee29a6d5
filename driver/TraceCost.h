// What findings cost in one run of the program, from its trace.

#pragma once

#include "driver/Report.h"
#include "driver/TraceFile.h"

namespace weir::driver {

/// Puts the findings of \p R that cost time in the run of \p T first, the
/// dearest in front, each with a note that says how much.
void rankByCost(Report &R, const Trace &T);

} // namespace weir::driver
