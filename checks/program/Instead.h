// What to write instead of a call that blocks, in the coroutine's own words.
//
// Each library says how it sleeps, gathers and gives work to a thread; the
// suggestion is spelled with the call's own arguments. It becomes a fix only
// where it would compile: with everything it names at hand, and not in a
// handler, which cannot await.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Body.h"
#include "checks/support/Names.h"

namespace weir {
class Unit;
}

namespace weir::program {

class Instead {
public:
  Instead(const Body &B, Unit &U);

  /// For a call of the catalogue: the library's twin of it, or a thread for it.
  void ofBlocking(const models::Blocking *Row, const clang::Expr *E,
                  const Callee &C, Path Parents, Block &Into);
  /// For `sync_wait(x)` and `x.get()`: `co_await x`, if that compiles.
  bool ofSyncWait(const models::Function &Model, const clang::Expr *E,
                  const Callee &C, Path Parents, Block &Into);
  /// For a call of a function that blocks somewhere inside: a thread for it.
  void ofCall(const clang::Expr *E, const Callee &C, Path Parents, Call &Into);

private:
  std::optional<models::Replacement> replacement(llvm::StringRef What) const;
  void rewrite(const clang::Expr *E, const std::string &Text,
               const models::Replacement &By, llvm::StringRef &Into, Fix &Offer);

  const Body &B;
  Unit &U;
  const models::Library *Lib;
};

} // namespace weir::program
