// A rule that judges functions by the whole program.
//
// The same rule serves two callers: in the plugin and in the editor it runs as
// a clang-tidy check on the Program of the file at hand; `weir check` asks it
// about every function of the joined Program. Either way the findings carry
// places, not AST nodes.

#pragma once

#include "checks/program/Program.h"
#include "checks/support/Check.h"
#include "checks/support/Finding.h"

namespace weir {

class ProgramCheck : public Check {
public:
  using Check::Check;

  /// Called before the functions of \p P, which outlives the questions about
  /// it.
  virtual void prepare(const program::Program &P) {}
  /// Judges \p F; called once for each function of \p P.
  virtual void check(const program::Function &F, const program::Program &P) = 0;

  /// For `weir check`: the findings about \p F.
  std::vector<Finding> judge(const program::Function &F,
                             const program::Program &P);

protected:
  void report(Finding F);

private:
  void begin(Unit &U) final;
  using Check::check;
  std::vector<Finding> Found;
};

} // namespace weir
