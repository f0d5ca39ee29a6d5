// The whole program of a run: what its facts say, joined only if no earlier run
// has joined the same.
//
// What follows from facts is kept by their hash. So a change that only moves
// lines costs no more than the analysis of its file.

#pragma once

#include "driver/Cache.h"
#include "driver/Link.h"

namespace weir::driver {

class Whole {
public:
  /// \p Analyses, of which some may not be known, must not change while it
  /// lives; with \p IsAll, there are no others in the program.
  Whole(llvm::ArrayRef<Analysis> Analyses, bool IsAll, const program::Folders &Where,
        Cache &Kept);

  /// What a coroutine comes to call and no analysis has the body of.
  llvm::Expected<std::vector<std::string>> wanted();

  struct Verdict {
    std::vector<Judged> Findings;
    unsigned Functions = 0; ///< of all files
    unsigned Unknown = 0;   ///< coroutines come to call, and nothing is known of them
  };
  llvm::Expected<Verdict> judge(Configuration &Config, Sources &Texts);

  /// Those of \p Analyses that are known, in their order.
  llvm::Expected<const Joint &> summaries();

  /// Whether it was not enough to know the facts' hash.
  bool wasJoined() const { return Joined != nullptr; }

private:
  llvm::Expected<const program::Program &> program();

  llvm::ArrayRef<Analysis> Analyses;
  bool IsAll;
  const program::Folders &Where;
  Cache &Kept;
  Hash Key{};
  std::optional<Joint> Summaries;
  std::unique_ptr<program::Program> Joined;
};

} // namespace weir::driver
