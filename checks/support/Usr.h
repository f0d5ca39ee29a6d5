// Functions' identities and names across files.

#pragma once

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/StringRef.h"

namespace weir {
class Unit;

/// The USR of \p D, interned. What only one file can name is told apart from
/// its namesakes elsewhere; a lambda is named by the function around it.
llvm::StringRef usrOf(const clang::FunctionDecl *D, Unit &U);

/// How messages call a function: qualified, without template arguments.
llvm::StringRef displayName(const clang::FunctionDecl *D,
                            const clang::LambdaExpr *Lambda);

/// Whether nothing outside the file can name \p D.
bool isLocalToFile(const clang::FunctionDecl *D);

} // namespace weir
