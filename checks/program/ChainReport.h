// A blocking call as a coroutine comes to it, and as the report leads to it.
//
// weir-blocking-call and weir-sync-wait differ in what they count, not in how
// they speak: at the call in the coroutine, with one note for each step to the
// call that blocks, and what to write instead.

#pragma once

#include "checks/program/Program.h"
#include "checks/support/Finding.h"

namespace weir::program {

/// One blocking call that a function comes to.
struct Reached {
  const Call *First = nullptr; ///< the function's own call; null: it blocks itself
  Chain Way;

  const Block &leaf() const { return *Way.Leaf; }
  /// The name of what the function calls, and where it does.
  llvm::StringRef name() const { return First ? First->Name : leaf().Name; }
  const Place &at() const { return First ? First->At : leaf().At; }
};

/// The blocking calls that \p F comes to and that \p Counts, each once however
/// many ways lead to it. Functions that are \p Allowed are not looked into.
std::vector<Reached> reachedFrom(const Function &F, const Program &P,
                                 llvm::function_ref<bool(const Block &)> Counts,
                                 llvm::function_ref<bool(llvm::StringRef)> Allowed);

/// A finding of \p Rule at \p R, with notes that lead to the call that
/// \p Does, and the suggestion; the message is the rule's to write.
Finding describe(const Reached &R, llvm::StringRef Rule, llvm::StringRef Does);

} // namespace weir::program
