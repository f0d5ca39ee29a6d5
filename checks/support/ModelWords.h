// The words of the model files, and how far a wrong one is from them.

#pragma once

#include "checks/support/Models.h"
#include "checks/support/Nearest.h"

namespace weir::models {

/// The spellings of an enum's values, in their order.
template <typename E> llvm::ArrayRef<llvm::StringLiteral> words();

/// What may be replaced besides blocking kinds.
llvm::ArrayRef<llvm::StringLiteral> replacementWords();

/// " (did you mean 'x'?)", or nothing if no word is near.
template <typename Range>
std::string didYouMean(llvm::StringRef Wrong, const Range &Words) {
  std::string Nearest = nearest(Wrong, Words);
  return Nearest.empty() ? "" : " (did you mean '" + Nearest + "'?)";
}

} // namespace weir::models
