// Names as the models spell them.
//
// Clang prints template arguments and some inline namespaces, and a method on
// the class that declares it, often a base with a reserved name. The models
// are written by people, so names are brought to one form here: components
// joined by `::`, without template arguments, without inline and anonymous
// namespaces.

#pragma once

#include "clang/AST/Expr.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace weir {

/// The name of \p D in the models' form; empty for what has no name.
std::string modelName(const clang::NamedDecl *D);

/// The last component of modelName, without making the whole of it.
llvm::StringRef lastName(const clang::NamedDecl *D);

/// What a call calls, as far as the declared types decide it.
struct Callee {
  /// The function, method, constructor or call operator; null when unknown
  /// (a function pointer, a dependent call).
  const clang::FunctionDecl *Function = nullptr;
  /// The object a method is called on, or the callable object itself.
  const clang::Expr *Object = nullptr;
  /// The variable a callable object was named by (`folly::coro::blockingWait`).
  const clang::VarDecl *Variable = nullptr;
  /// The arguments, without the object; default arguments as CXXDefaultArgExpr.
  llvm::SmallVector<const clang::Expr *, 4> Args;
};

/// The callee of a call, operator call or construction; Function is null for
/// any other expression.
Callee calleeOf(const clang::Expr *E);

/// Every name a model may know the callee by, the most specific first: the
/// variable, the static type of the object and each of its bases with the
/// method's name, and the declaration's own name.
llvm::SmallVector<std::string, 4> namesOf(const Callee &C);

/// The variable or member that \p E is; null if it is none.
const clang::ValueDecl *namedBy(const clang::Expr *E);

/// Whether \p D is part of the standard library, in whatever namespace of it.
bool isOfStd(const clang::Decl *D);

/// The class a type is, looking through references, aliases and cv.
const clang::CXXRecordDecl *recordOf(clang::QualType T);

/// \p T as messages name it, for clang to print: unqualified, and where what
/// was written is as long as a library's own machinery, what it comes to.
clang::QualType typeForMessage(clang::QualType T,
                               const clang::ASTContext &Context);

} // namespace weir
