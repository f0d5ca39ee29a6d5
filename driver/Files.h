// Files that are there as a whole or not at all.

#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace weir::driver {

/// Puts \p Text into \p Path: beside it first, then in its place. Devices and
/// pipes are written to.
llvm::Error writeFile(llvm::StringRef Path, llvm::StringRef Text);

} // namespace weir::driver
