// What can be told of a call from how it is written and where it stands.
//
// Questions about one call, without memory; what a function does, with all of
// its calls, is Extract's to put together.

#pragma once

#include "checks/program/Summary.h"
#include "checks/support/Body.h"

namespace weir {
class Unit;
struct Callee;

namespace models {
struct Function;
}

namespace program {

// --- where it stands --------------------------------------------------------

/// The call as the reader sees it: a default argument is evaluated, and can be
/// changed, where it is used.
const clang::Expr *site(const clang::Expr *E, Path Parents);
/// Whether what stands below \p Parents is evaluated once, unless the function
/// is left before.
bool isSure(Path Parents);
/// Whether the program ends with the block around: it may take its time.
bool isLast(Path Parents);
/// Whether the result dies at the end of the statement, unused.
bool isDropped(const clang::Expr *E, Path Parents);
/// Whether it becomes a variable that nobody mentions again.
bool isForgotten(const clang::Expr *E, Path Parents);
/// Whether its task is awaited at once, or kept; or whether it makes none.
Mode modeOf(const clang::Expr *E, Path Parents, Unit &U);

// --- what it calls ----------------------------------------------------------

bool isTrivial(const clang::FunctionDecl *D);
bool isOverloaded(const clang::FunctionDecl *F);
/// Whether \p C calls what a std::function or its kin holds: the call operator
/// of something made for a type of functions.
bool isErased(const Callee &C);
/// Whether what the call changes is known without its body.
bool isDescribed(const Callee &C, const models::Function *Model);
/// Whether call \p E of a virtual method can only run that one.
bool isFinal(const clang::Expr *E, const clang::CXXMethodDecl *Method,
             const Callee &C);
/// `sleep_for(100ms)`, `sleep{1s}`, of whatever library: by the name, and by
/// being given a time and nothing else.
bool isSleep(const clang::Expr *Operand);

} // namespace program
} // namespace weir
