// Where the work runs that a call is given: on the loop, where nothing may
// block, or on a pool of threads that are there for it.
//
// The model of the call says so, or else the type of the executor it is given.
// An executor that hides what it is leaves it unknown.

#pragma once

#include "checks/support/Models.h"
#include "checks/support/Names.h"
#include "clang/AST/ExprCXX.h"
#include <optional>

namespace weir {
class Unit;

enum class RunsOn { Unknown, Loop, Pool };

/// Where runs what \p C, whose model is \p Model, is given.
RunsOn runsOn(const Callee &C, const models::Function &Model, Unit &U);

/// Where a coroutine begins: on the loop, unless its first parameter is a tag
/// by which a library takes it to the executor among the others, or its type,
/// which no model knows, hands it to threads.
RunsOn beginsOn(const clang::FunctionDecl *Coroutine, Unit &U);

/// Where a coroutine goes on after an await of what no model knows, as far as
/// the words say: `co_await pool.schedule()`, `co_await
/// resume_on_main_thread()`.
std::optional<RunsOn> soundsLikeSwitch(const clang::CoawaitExpr &Await,
                                       Unit &U);
/// The same in a template that nobody instantiates, where types say nothing.
std::optional<RunsOn> soundsLikeSwitch(const clang::DependentCoawaitExpr &Await,
                                       Unit &U);

/// The functions that \p C is given to run, or whose tasks it is given.
llvm::SmallVector<const clang::FunctionDecl *, 2>
workOf(const Callee &C, const models::Function &Model);

} // namespace weir
