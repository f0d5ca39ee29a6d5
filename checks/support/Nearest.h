// The word that somebody who wrote another one may have meant.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace weir {

/// The one of \p Words nearest to \p Wrong; empty if none is near.
template <class Range>
std::string nearest(llvm::StringRef Wrong, const Range &Words) {
  std::string Result;
  unsigned Best = Wrong.size() / 3 + 2;
  for (const auto &Each : Words) {
    llvm::StringRef Word = Each;
    unsigned Distance =
        Wrong.edit_distance(Word, /*AllowReplacements=*/true, Best);
    if (Distance < Best) {
      Best = Distance;
      Result = Word.str();
    }
  }
  return Result;
}

} // namespace weir
