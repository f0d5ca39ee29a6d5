// `weir cache`: what is kept of earlier runs, and why a file is analysed again.

#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace weir::driver {

/// `weir cache [stats|why FILE…|gc|clear]`; returns the exit code.
int cacheCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
