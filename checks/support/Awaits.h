// What is awaited, and how.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Tasks.h"

namespace weir {
class Unit;

/// The call that makes what \p Operand awaits: looks through std::move and
/// through adaptors that only wrap it (`co_await as_result(f())`). Null if it
/// is no call.
const clang::Expr *awaitedCall(const clang::Expr *Operand, Unit &U);

/// What makes errors part of the result of \p Call, by its name: an adaptor, a
/// gather, a token. Empty if nothing does.
llvm::StringRef carrierOf(const clang::CallExpr *Call, Unit &U);

/// Whether \p E, with the given parents, is what some `co_await` awaits.
bool isAwaited(const clang::Expr *E, Path Parents, Unit &U);

/// Whether \p S itself may suspend: `co_await`, `co_yield`, `for co_await`.
bool isSuspension(const clang::Stmt *S);

/// The first `co_await`, `co_yield` or `for co_await` in what runs as part of
/// \p S; null if there is none.
const clang::Stmt *firstSuspension(const clang::Stmt *S);

/// Whether nothing can be awaited below \p Parents: in a handler, and where a
/// static variable begins.
bool forbidsAwait(Path Parents);
/// Whether `co_await` on a \p Type is known to compile in \p B.
bool canAwait(const TaskType &Type, const Body &B, Unit &U);
/// What awaiting a \p Type gives, as its declaration has it; null if unknown.
clang::QualType resultOf(const TaskType &Type);

} // namespace weir
