// What only tidies up: nobody asks whether it failed, and it is done in spite
// of a cancellation.

#pragma once

#include "clang/AST/Decl.h"

namespace weir {

/// Whether \p F is named after closing something.
bool isClosing(const clang::FunctionDecl *F);

} // namespace weir
