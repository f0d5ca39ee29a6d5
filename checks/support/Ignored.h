// What the code itself says is left aside on purpose.

#pragma once

#include "checks/support/Body.h"

namespace weir {
class Unit;

/// Whether the name of \p D, or an attribute, says that nobody will look at it.
bool isMeantUnused(const clang::ValueDecl *D);

/// Whether a comment behind \p At on its line says that this is ignored:
/// `co_await c.write(text); // Ignore the error`.
bool isSaidToBeIgnored(clang::SourceLocation At, Unit &U);

/// Whether there is a comment in \p Range.
bool hasComment(clang::SourceRange Range, Unit &U);

} // namespace weir
