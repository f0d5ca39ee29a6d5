// Leaves the index for the plugin and the editor; see checks/program/Index.h.

#pragma once

#include "driver/Check.h"
#include "driver/Whole.h"
#include "llvm/Support/Chrono.h"

namespace weir::driver {

/// Leaves in the build folder what \p Of, a run over all of its project that
/// was begun at \p Begun, has found. \p Program is that of its analyses. Writes
/// nothing if there is nothing new.
llvm::Error leaveIndex(const Outcome &Of, Whole &Program, Snapshot &Now,
                       llvm::sys::TimePoint<> Begun);

} // namespace weir::driver
