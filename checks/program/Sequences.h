// Awaits that stand one after the other without a reason in the function.

#pragma once

#include "checks/program/Summary.h"
#include "llvm/ADT/DenseMap.h"

namespace clang {
class Expr;
}
namespace weir {
class Body;
class Unit;
} // namespace weir

namespace weir::program {

/// The runs of `auto x = co_await f(…);` in \p B of which no later one uses an
/// earlier one's result. \p IndexOf finds the calls in \p F. Whether the
/// callees may run at the same time is for the Program to say.
std::vector<Sequence>
findSequences(const Body &B, Unit &U, const Function &F,
              const llvm::DenseMap<const clang::Expr *, unsigned> &IndexOf);

} // namespace weir::program
