// What is done to a variable at a place that names it.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Names.h"

namespace weir {
class Unit;

struct Use {
  enum Kind {
    Looked,    ///< asked about itself: a condition, a comparison, `done()`
    Called,    ///< some other member is called
    Awaited,   ///< `co_await x`, `co_await std::move(x)`, through adaptors
    Assigned,  ///< the left of `=`
    Moved,     ///< its value goes into another object, or out of the body
    Copied,    ///< another object is made like it
    Lent,      ///< by a reference to const
    Passed,    ///< by reference or address: anything may happen
    Discarded, ///< cast to void
    Captured,  ///< by a lambda
  };
  Kind What = Passed;
  /// Evaluated when it is done.
  const clang::Stmt *At = nullptr;
  /// The call it is done by, if any.
  const clang::CallExpr *Call = nullptr;
  /// Through `std::move`.
  bool IsMove = false;
};

/// \p Ref names the variable; \p Parents are what it is part of.
Use useOf(const clang::Expr *Ref, Path Parents, Unit &U);

/// Whether what is named leaves the body as its result, `co_return v`, moved or
/// made into something else; \p Parents are those of the name.
bool isReturned(Path Parents);

/// Whether a call is `std::move` or `std::forward`.
bool isMove(const clang::Expr *E);

} // namespace weir
