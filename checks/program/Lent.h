// What is lent to tasks: how long they keep it, and whether it lives that long.
//
// The two halves of one mistake are mostly in two files. The callee's is what
// it uses after its first suspension; the caller's is what may be gone by then.
// The program brings them together.

#pragma once

#include "checks/program/Program.h"
#include "checks/support/Body.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace weir {
class Unit;
}

namespace weir::program {

/// Records in \p F what \p B, its body, keeps and passes on, and what the tasks
/// it makes outlive. \p IndexOf has the index of each call in Calls.
void describeLent(const Body &B, Unit &U, Function &F,
                  const llvm::DenseMap<const clang::Expr *, unsigned> &IndexOf);

/// Whose task keeps what a call was given.
struct Keeper {
  /// The functions that handed it on, and by which calls.
  llvm::SmallVector<std::pair<const Function *, const Call *>, 2> Way;
  /// The coroutine, and how it keeps it; null where only a declaration says so.
  const Function *By = nullptr;
  const Kept *How = nullptr;
  /// Of that declaration.
  llvm::StringRef Name;
  Parameter Declared;

  /// How messages call the coroutine.
  std::string quoted() const;
};

/// A note for each function on the way.
std::vector<Note> steps(const Keeper &K);

/// The keeper of what \p O, of \p F, says is lent. Nothing where nobody keeps it,
/// or where that is not known.
std::optional<Keeper> keeperOf(const Function &F, const Outlived &O, const Program &P);

} // namespace weir::program
