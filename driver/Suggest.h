// "did you mean": the nearest of several names.

#pragma once

#include "checks/support/Nearest.h"

namespace weir::driver {

/// `; did you mean 'x'?` for the name of \p Names nearest to \p Wrong, or
/// nothing if none is near.
template <class Range> std::string didYouMean(llvm::StringRef Wrong, const Range &Names) {
  std::string Nearest = nearest(Wrong, Names);
  return Nearest.empty() ? "" : "; did you mean '" + Nearest + "'?";
}

} // namespace weir::driver
