// From the AST to places, texts and edits.

#pragma once

#include "checks/support/Finding.h"
#include "checks/support/Models.h"
#include "checks/support/Names.h"
#include <optional>

namespace weir {

class Unit;

/// The place of the tokens of \p R, in the file the user edits: a macro's
/// place is where it is used. Invalid for what no file holds.
Place placeOf(clang::SourceRange R, Unit &U);

/// Where the name stands that a call, construction or reference is made by.
clang::SourceLocation nameLocation(const clang::Expr *E);
/// nameLocation as a place of one token.
Place placeOfName(const clang::Expr *E, Unit &U);

/// The user's spelling of \p R; empty if a macro is in the way.
llvm::StringRef textOf(clang::SourceRange R, Unit &U);

/// Replaces \p R; nothing if a macro is in the way or no file holds it.
std::optional<Edit> replace(clang::SourceRange R, llvm::StringRef Text,
                            Unit &U);
/// Removes from \p Begin up to, and not including, \p End.
std::optional<Edit> removeUpTo(clang::SourceLocation Begin,
                               clang::SourceLocation End, Unit &U);
/// Adds `#include <Header>` to the file of \p At behind its last include;
/// nothing if the unit includes it already or \p Header is empty.
std::optional<Edit> include(llvm::StringRef Header, clang::SourceLocation At,
                            Unit &U);

/// \p Template with `{0}`, `{args}`, `{object}` and `{call}` filled in; empty
/// if a text it needs cannot be had.
std::string spell(llvm::StringRef Template, const clang::Expr *Call,
                  const Callee &C, Unit &U);

} // namespace weir
