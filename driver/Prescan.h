// Which files are worth parsing.
//
// First those that coroutines may be in; then, as long as there are any, those
// that may define what a coroutine comes to call. What is left has nothing that
// a rule could speak of, and parsing it would change no result.

#pragma once

#include "checks/program/Program.h"
#include "driver/SharedHeaders.h"
#include "llvm/ADT/DenseSet.h"

namespace weir::driver {

class Prescan {
public:
  /// \p Commands and \p Common must outlive it.
  Prescan(llvm::ArrayRef<Command> Commands, const Shared &Common, bool WantsAll);

  /// The indices of the files to begin with.
  std::vector<size_t> first();
  /// Those that may define one of \p Names.
  std::vector<size_t> next(llvm::ArrayRef<std::string> Names);
  size_t unparsed() const { return Rest.size(); }
  /// What all files share; null if they were not looked through.
  std::unique_ptr<SharedHeaders> headers();

private:
  llvm::ArrayRef<Command> Commands;
  const Shared &Common;
  std::vector<Includes::Reach> Reached; ///< by each command
  Includes Files;
  bool WantsAll;
  std::vector<size_t> Rest;
};

} // namespace weir::driver
