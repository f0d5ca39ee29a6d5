// Timers that are told how long to wait before they are waited for.

#pragma once

#include "checks/support/Body.h"

namespace weir {

/// The variable or member that \p E is; null if it is none.
const clang::ValueDecl *namedBy(const clang::Expr *E);

/// Whether \p S gives \p Timer a time that comes: its declaration with one, or
/// `timer.expires_after(1s)`. One that is set to the last of all times, or never,
/// stands for an event.
bool setsTimer(const clang::Stmt *S, const clang::ValueDecl *Timer);

} // namespace weir
