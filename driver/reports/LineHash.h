// The fingerprint GitHub knows a line by.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace weir::driver {

/// GitHub's `primaryLocationLineHash` of each line of \p Text, the first line
/// first. It must be theirs to the bit: their upload action computes it too,
/// and warns where ours differs.
std::vector<std::string> lineHashes(llvm::StringRef Text);

} // namespace weir::driver
