// The files that the option `Models` names.
//
// They are written relative to the .clang-tidy that names them, and clang-tidy
// does not say which one that was. So a relative name is looked for beside
// each .clang-tidy above the file that is analysed, the nearest first.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace weir {

/// The paths that \p Option names, separated by `;`, for the analysis of
/// \p File. A relative one that is nowhere is left as it is.
std::vector<std::string> modelFiles(llvm::StringRef Option, llvm::StringRef File);

} // namespace weir
