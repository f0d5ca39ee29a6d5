// Whether two awaited calls may run at the same time.
//
// They may if both really suspend, all they do is known, and neither changes
// what the other looks at.

#pragma once

#include "checks/program/Program.h"

namespace weir::program {

/// What \p C does, in the words of the function that awaits it; nothing if that
/// is not known, or if it never suspends, so that nothing could run meanwhile.
std::optional<Effects> whileSuspended(const Call &C, const Program &P);

/// The same of a call that need not suspend.
std::optional<Effects> effectsOf(const Call &C, const Program &P);

/// Whether \p L changes what \p R may look at or change.
bool conflict(const Effects &L, const Effects &R);

} // namespace weir::program
