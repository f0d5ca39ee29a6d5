// What the user's code says of itself, in attributes.
//
// `[[clang::blocking]]` and `[[clang::nonblocking]]` are clang's own; any role
// of the models can be given to a function as
// `[[clang::annotate("weir::offload")]]`. What stands in the code is nearer to
// the truth than a model, so it wins.

#pragma once

#include "checks/support/Models.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include <optional>

namespace weir {

enum class Promise { None, Blocks, NeverBlocks };

/// What the type of \p F, or of what it overrides, says about blocking.
Promise promised(const clang::FunctionDecl *F);

/// What the type of an expression that is called says, where nothing but a
/// pointer, a reference or a parameter names the function.
Promise promised(clang::QualType Called);

/// What \p A says after `weir::`; nothing if it is not for us.
std::optional<llvm::StringRef> ownWord(const clang::AnnotateAttr &A);

/// The role that \p D, a function or a function object, is annotated with. An
/// override has the role of what it overrides.
std::optional<models::Role> annotatedRole(const clang::ValueDecl *D);

} // namespace weir
