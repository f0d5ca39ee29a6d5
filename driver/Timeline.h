// A trace as a picture: one HTML file that needs nothing else.

#pragma once

#include "driver/TraceFile.h"

namespace weir::driver {

/// The page; its look and its program are in timeline/.
std::string timeline(const Trace &T, llvm::StringRef Title);

} // namespace weir::driver
