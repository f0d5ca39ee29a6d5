// What lets time pass: sleeps, and timers that are told how long to wait before
// they are waited for.

#pragma once

#include "checks/support/Body.h"

namespace weir {
class Unit;

/// The timer that \p Call waits for, if it is one that is told before how long.
const clang::ValueDecl *timerOf(const clang::Expr *Call, Unit &U);

/// Whether \p S gives \p Timer a time that comes: its declaration with one, or
/// `timer.expires_after(1s)`. One that is set to the last of all times, or never,
/// stands for an event.
bool setsTimer(const clang::Stmt *S, const clang::ValueDecl *Timer);

/// Whether to await \p Call only lets time pass: of a coroutine in sight its
/// body says so.
bool sleeps(const clang::Expr *Call, Unit &U, unsigned Depth = 0);

/// The await by which \p Body lets time pass, if it does nothing else; null
/// otherwise. A timer may be made and set before.
const clang::CoawaitExpr *onlySleep(const clang::Stmt *Body, Unit &U,
                                    unsigned Depth = 0);

} // namespace weir
