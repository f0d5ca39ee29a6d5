// Where clang's own headers are.

#pragma once

#include "llvm/Support/Error.h"
#include <string>

namespace weir::driver {

/// The folder whose `include` holds stddef.h and its kin: as compiled in, else
/// beside this program, else what a clang of our version says. \p Program is
/// argv[0]. An error names the folders that were tried.
llvm::Expected<std::string> findResourceDir(const char *Program);

} // namespace weir::driver
