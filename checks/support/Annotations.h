// What the user's code says of itself, in attributes.
//
// `[[clang::blocking]]` and `[[clang::nonblocking]]` are clang's own; any role
// of the models can be given to a function as
// `[[clang::annotate("weir::offload")]]`. What stands in the code is nearer to
// the truth than a model, so it wins.

#pragma once

#include "checks/support/Models.h"
#include "clang/AST/Decl.h"
#include <optional>

namespace weir {

enum class Promise { None, Blocks, NeverBlocks };

/// What the type of \p F says about blocking.
Promise promised(const clang::FunctionDecl *F);

/// The role \p F is annotated with.
std::optional<models::Role> annotatedRole(const clang::FunctionDecl *F);

} // namespace weir
