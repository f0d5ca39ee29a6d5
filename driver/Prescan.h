// Which files are worth parsing.
//
// First those that coroutines may be in; then, as long as there are any, those
// that may define what a coroutine comes to call. What is left has nothing that
// a rule could speak of, and parsing it would change no result.

#pragma once

#include "checks/program/Program.h"
#include "driver/Includes.h"
#include "llvm/ADT/DenseSet.h"

namespace weir::driver {

class Prescan {
public:
  /// \p Commands and \p Common must outlive it.
  Prescan(llvm::ArrayRef<Command> Commands, const Shared &Common, bool WantsAll);

  /// The indices of the files to begin with.
  std::vector<size_t> first();
  /// Those that \p P, of all that came before, turns out to need.
  std::vector<size_t> next(const program::Program &P);
  size_t unparsed() const { return Rest.size(); }

private:
  llvm::ArrayRef<Command> Commands;
  Includes Files;
  bool WantsAll;
  std::vector<std::pair<size_t, std::vector<const Scan *>>> Rest;
};

} // namespace weir::driver
