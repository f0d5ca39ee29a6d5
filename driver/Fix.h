// `weir fix`: writes the fixes into the files.

#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace weir::driver {

/// `weir fix ARGS…`; returns the exit code.
int fixCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
