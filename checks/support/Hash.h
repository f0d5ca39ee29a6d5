// What tells the contents of one file from another's.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <array>
#include <string>

namespace weir {

/// A BLAKE3 hash, cut to what tells any two of our texts apart.
using Hash = std::array<uint8_t, 16>;
Hash hashOf(llvm::StringRef Text);
std::string hexOf(const Hash &H);

} // namespace weir
