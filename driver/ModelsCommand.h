// weir models: what the models say, and whether a model is right.

#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace weir::driver {

/// `weir models list|show|check ...`; \p Args are the words after "models".
/// Returns the exit code: 0, 1 for a name that is not known or not declared,
/// 2 for wrong usage and for a model that cannot be read.
int modelsCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
