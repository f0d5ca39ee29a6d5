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

/// As many as there are processors this process may use.
unsigned defaultJobs();

} // namespace weir::driver
