// `weir trace`: what a program that ran with WEIR_TRACE did.

#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace weir::driver {

int traceCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
