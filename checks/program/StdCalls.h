// What functions of the standard library run of the user's.
//
// Their bodies are not read, and need not be: an algorithm calls what it is
// given before it returns, and make_unique constructs what it is named for.

#pragma once

#include "checks/support/Names.h"

namespace weir {
class Unit;
}

namespace weir::program {

/// The user's or a library's constructor that \p C, a call such as
/// `std::make_unique<T>(a, b)`, runs with its arguments; null where that is not
/// clear.
const clang::CXXConstructorDecl *constructedBy(const Callee &C, Unit &U);

/// A function or a lambda among the arguments of a call.
struct Given {
  const clang::FunctionDecl *Function;
  const clang::Expr *Argument;
};
/// What \p C, a call of a function of the standard library, calls on this thread
/// before it returns.
llvm::SmallVector<Given, 1> calledBy(const Callee &C);

} // namespace weir::program
