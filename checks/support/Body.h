// One function body, and how to walk what runs as part of it.
//
// The context of a piece of code is its innermost function: what a lambda in a
// coroutine does is not done by the coroutine, and a coroutine lambda in a
// plain function is a coroutine of its own. So every rule looks at one body at
// a time and sees exactly what runs when that body runs: not the bodies of
// lambdas, not unevaluated operands, not the hidden halves of a `co_await`,
// but default arguments and default member initialisers.

#pragma once

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>

namespace weir {

class Body {
public:
  Body(const clang::FunctionDecl *Decl, const clang::LambdaExpr *Lambda,
       const clang::Decl *Enclosing, unsigned Ordinal, bool NeverWaits)
      : Decl(Decl), Lambda(Lambda), Enclosing(Enclosing), Ordinal(Ordinal),
        NeverWaits(NeverWaits) {}

  const clang::FunctionDecl *decl() const { return Decl; }
  /// The lambda expression this body belongs to; null for a named function.
  const clang::LambdaExpr *lambda() const { return Lambda; }
  /// The function (or variable) a lambda stands in, and the how-manieth lambda
  /// of it this is.
  const clang::Decl *enclosing() const { return Enclosing; }
  unsigned ordinal() const { return Ordinal; }

  /// Null for a function that is no coroutine.
  const clang::CoroutineBodyStmt *coroutine() const {
    return llvm::dyn_cast_or_null<clang::CoroutineBodyStmt>(Decl->getBody());
  }
  /// Not so for one whose awaits only unwrap an optional or an expected: it
  /// runs from its call to its end, as any function does.
  bool isCoroutine() const { return coroutine() && !NeverWaits; }
  /// What the user wrote between the braces.
  const clang::Stmt *stmt() const {
    if (const clang::CoroutineBodyStmt *Coroutine = coroutine())
      return Coroutine->getBody();
    return Decl->getBody();
  }
  bool isDependent() const { return Decl->isDependentContext(); }

private:
  const clang::FunctionDecl *Decl;
  const clang::LambdaExpr *Lambda;
  const clang::Decl *Enclosing;
  unsigned Ordinal;
  bool NeverWaits;
};

/// The statements and expressions around one, outermost first; the last is the
/// parent.
using Path = llvm::ArrayRef<const clang::Stmt *>;

/// Calls \p Visit for \p Root and everything that runs as part of it, in
/// source order. A visit that answers false leaves the children out.
void walk(const clang::Stmt *Root,
          llvm::function_ref<bool(const clang::Stmt *, Path)> Visit);

/// What is returned by a \p Body that does nothing else: `{ return x; }`; null
/// of any other.
const clang::Expr *soleReturn(const clang::Stmt *Body);

/// Whether \p D is named in \p Root.
bool names(const clang::Stmt *Root, const clang::ValueDecl *D);

/// The children that walk would visit.
llvm::SmallVector<const clang::Stmt *, 4>
evaluatedChildren(const clang::Stmt *S);

/// The nearest of \p Parents that is not there for the compiler only
/// (parentheses, implicit casts, temporaries); null at the top. \p Index, if
/// given, receives its place in \p Parents.
const clang::Stmt *significantParent(Path Parents, size_t *Index = nullptr);

/// \p E without parentheses, implicit nodes and temporaries.
const clang::Expr *bare(const clang::Expr *E);

/// What a function in sight returns that only says `return true` or
/// `return false`.
std::optional<bool> alwaysReturns(const clang::FunctionDecl *F);

} // namespace weir
