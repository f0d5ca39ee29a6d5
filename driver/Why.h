// `weir why FUNCTION`: what is known of a function, and from which calls.

#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace weir::driver {

int whyCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
