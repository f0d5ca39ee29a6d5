// Loops that await something for each element of a range, and do no more.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Body.h"
#include "llvm/ADT/DenseMap.h"

namespace weir {
class Unit;
}

namespace weir::program {

/// Those of coroutine \p B, which is \p F. \p IndexOf has the index of each call
/// in Calls.
std::vector<Loop> findLoops(const Body &B, Unit &U, const Function &F,
                            const llvm::DenseMap<const clang::Expr *, unsigned> &IndexOf);

} // namespace weir::program
