// `weir doctor` and `weir init`: is everything there, and how to begin.

#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace weir::driver {

int doctorCommand(llvm::ArrayRef<const char *> Args);
int initCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
