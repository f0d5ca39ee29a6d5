// NOLINT and its kin, for findings that did not come through clang-tidy.

#pragma once

#include "checks/support/Finding.h"
#include "llvm/ADT/StringMap.h"
#include <memory>

namespace clang::tidy {
class GlobList;
}

namespace weir::driver {

class Sources;

/// Means what clang-tidy means by `NOLINT`, `NOLINTNEXTLINE`, `NOLINTBEGIN` and
/// `NOLINTEND`, with a list of checks or without. Not thread-safe.
class Suppressions {
public:
  explicit Suppressions(Sources &Texts);
  ~Suppressions();

  bool hides(const Finding &F);

private:
  struct Directives;
  Directives &of(llvm::StringRef File);

  Sources &Texts;
  llvm::StringMap<std::unique_ptr<Directives>> ByFile;
};

} // namespace weir::driver
