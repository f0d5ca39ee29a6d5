// How a plain function runs a task.

#pragma once

#include "checks/support/Tasks.h"
#include "clang/AST/Expr.h"
#include <string>

namespace weir {

class Unit;

/// `weir::run(f())` for a call `f()` that makes a \p Type; empty where the
/// model of its library has no such function or the call has no text.
std::string ranBy(const clang::Expr *Call, const TaskType &Type, Unit &U);

} // namespace weir
