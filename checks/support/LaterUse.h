// What a coroutine uses when it no longer runs for its caller.
//
// Up to its first suspension a coroutine is a call like any other: what its
// parameters refer to is alive. A lazy one is suspended before its body
// begins, so all it uses it uses later.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Tasks.h"
#include "clang/AST/Decl.h"
#include <optional>

namespace weir {
class Unit;

struct LaterUse {
  const clang::Stmt *Use = nullptr;
  /// The `co_await` before it; null for the initial suspension.
  const clang::Stmt *Suspension = nullptr;
};

/// The first use, by \p IsUse, that may run after \p Coroutine was suspended.
std::optional<LaterUse>
laterUse(const clang::FunctionDecl *Coroutine, models::Start Start, Unit &U,
         llvm::function_ref<bool(const clang::Stmt *)> IsUse);

/// Whether the body of \p F is a coroutine's.
bool isCoroutine(const clang::FunctionDecl *F);

/// Whether a coroutine of the type runs on by itself, and nobody can wait for
/// it. A type that is no task by its shape may still be a handle of one.
bool isDetached(const TaskType &Type);

/// Whether there may be other objects of the class like one of them.
bool isCopyable(const clang::CXXRecordDecl *Class);

/// What messages call \p F: its name in quotes, or "the lambda".
std::string quoted(const clang::FunctionDecl *F);

/// What makes a parameter a reference to something: `T &`, a view, a pointer,
/// an iterator of the standard library.
bool isView(clang::QualType T);
bool isIterator(clang::QualType T);
bool refersToOther(clang::QualType T);

/// How a call keeps what an argument refers to.
struct Keeping {
  /// The coroutine that does, its parameter, and where it is used.
  const clang::FunctionDecl *By = nullptr;
  const clang::ParmVarDecl *Parameter = nullptr;
  /// Nothing where only the declaration is known: a lazy task stores the
  /// reference and reads it once it was started.
  std::optional<LaterUse> Where;
};

/// Whether \p F calls what a `std::function` or its like holds: known by its
/// declaration alone.
bool isErasedCall(const clang::FunctionDecl *F);

/// Whether the task that \p F returns uses what its parameter \p Index refers
/// to after its first suspension.
std::optional<Keeping> keeps(const clang::FunctionDecl *F, unsigned Index,
                             Unit &U, unsigned Depth = 0);
/// Whether a function of which nobody sees a body keeps the parameter: a lazy
/// task stores the reference.
bool keepsByDeclaration(const clang::FunctionDecl *F, unsigned Index, Unit &U);

/// A parameter that a plain function gives to the one whose task it returns.
struct HandedOn {
  unsigned Index;
  const clang::CallExpr *To;
  unsigned Argument;
};
llvm::SmallVector<HandedOn, 2> handsOn(const clang::FunctionDecl *F);

/// The same of the object that a member coroutine is called on.
std::optional<Keeping> keepsThis(const clang::FunctionDecl *F, Unit &U);

} // namespace weir
