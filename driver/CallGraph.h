// The calls below a function as a picture.

#pragma once

#include "llvm/Support/Error.h"

namespace weir::program {
struct Function;
class Program;
} // namespace weir::program

namespace weir::driver {

/// What \p Root calls, directly or not, and who calls it, in Graphviz's language:
/// coroutines, what blocks and what is not known look different.
std::string callGraph(const program::Function &Root, const program::Program &P);

/// \p Dot as an SVG picture, by Graphviz's `dot`.
llvm::Expected<std::string> drawn(llvm::StringRef Dot);

} // namespace weir::driver
