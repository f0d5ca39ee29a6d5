// The words of the model files, and how far a wrong one is from them.

#pragma once

#include "checks/support/Models.h"

namespace weir::models {

/// The spellings of an enum's values, in their order.
template <typename E> llvm::ArrayRef<llvm::StringLiteral> words();

/// What may be replaced besides blocking kinds.
llvm::ArrayRef<llvm::StringLiteral> replacementWords();

/// " (did you mean 'x'?)", or nothing if no word is near.
template <typename Range>
std::string didYouMean(llvm::StringRef Wrong, const Range &Words) {
  llvm::StringRef Nearest;
  unsigned Best = Wrong.size() / 3 + 2;
  for (llvm::StringRef Word : Words)
    if (unsigned Distance = Wrong.edit_distance(Word, true, Best);
        Distance < Best) {
      Best = Distance;
      Nearest = Word;
    }
  return Nearest.empty() ? "" : (" (did you mean '" + Nearest + "'?)").str();
}

} // namespace weir::models
