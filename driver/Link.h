// The rules that need the whole program, asked about each of its functions.

#pragma once

#include "driver/Analysis.h"
#include "llvm/ADT/StringSet.h"

namespace weir::driver {

struct Linked {
  std::vector<Judged> Findings;
  unsigned Suppressed = 0;
  size_t Unknown = 0; ///< functions that coroutines come to call
};

/// \p MainFiles are those that commands compile: the header filter does not
/// speak of them.
Linked link(llvm::ArrayRef<const program::Summary *> Summaries, bool IsWhole,
            const llvm::StringSet<> &MainFiles, Configuration &Config, Sources &Texts);

} // namespace weir::driver
