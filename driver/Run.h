// All files, several at a time.

#pragma once

#include "driver/Analysis.h"
#include "driver/Options.h"

namespace weir::driver {

/// Analyses \p Commands, \p Jobs at a time, or with 0 as many as there are
/// processors; the results stand in their order. A file that crashes the
/// analysis is reported as incomplete.
std::vector<Analysis> run(llvm::ArrayRef<Command> Commands, const Shared &Common,
                          unsigned Jobs, Options::Show Progress);

/// Has what joins the files use \p Jobs processors, or with 0 all that this
/// process may.
void useProcessors(unsigned Jobs);

} // namespace weir::driver
