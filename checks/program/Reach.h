// From which functions something is reached along calls, and how far it is.
//
// One pass backwards over the calls of a program, from all the ends at once,
// answers for every function. A call that may run several overrides reaches
// what every one of them does, and is as far away as the farthest.

#pragma once

#include "checks/program/Program.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace weir::program {

class Reach {
public:
  struct Question {
    /// Whether the function itself is an end.
    llvm::function_ref<bool(const Function &)> IsEnd;
    /// Whether the function's calls count for it.
    llvm::function_ref<bool(const Function &)> Passes;
    /// Whether a call of that kind is followed; whether a try block guards it.
    llvm::function_ref<bool(Mode, bool IsGuarded, const Function *Callee)> Follows;
  };
  Reach(const Program &P, const Question &Asked);

  static constexpr unsigned Never = ~0u;
  /// The number of calls from \p F to the nearest end.
  unsigned from(const Function &F) const { return Distance[P.Ids.at(&F)]; }
  /// The same from what \p C runs.
  unsigned from(const Call &C) const {
    unsigned Node = P.target(C);
    return Node == Program::None ? Never : Distance[Node];
  }

private:
  const Program &P;
  std::vector<unsigned> Distance; ///< by node of the graph of calls
};

} // namespace weir::program
