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

class Roots;

/// The runs of awaits in \p B whose results are kept and of which no later one
/// uses an earlier one's. \p IndexOf finds the calls in \p F, \p Where what
/// their arguments refer to. Whether the callees may run at the same time is
/// for the Program to say.
std::vector<Sequence>
findSequences(const Body &B, Unit &U, const Function &F, Roots &Where,
              const llvm::DenseMap<const clang::Expr *, unsigned> &IndexOf);

} // namespace weir::program
