// "did you mean": the nearest of several names.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace weir::driver {

/// `; did you mean 'x'?` for the name of \p Names nearest to \p Wrong, or
/// nothing if none is near.
template <class Range> std::string didYouMean(llvm::StringRef Wrong, const Range &Names) {
  unsigned Best = Wrong.size() / 3 + 2;
  std::string Result;
  for (const auto &Each : Names) {
    llvm::StringRef Name = Each;
    unsigned Distance = Wrong.edit_distance(Name, /*AllowReplacements=*/true, Best);
    if (Distance < Best) {
      Best = Distance;
      Result = ("; did you mean '" + Name + "'?").str();
    }
  }
  return Result;
}

} // namespace weir::driver
