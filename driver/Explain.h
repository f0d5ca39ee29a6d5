// `weir explain` and `weir rules`: what the rules are.

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace weir::driver {

/// The page of a rule, in Markdown; empty if it has none.
llvm::StringRef pageOf(llvm::StringRef Rule);

int explainCommand(llvm::ArrayRef<const char *> Args);
int rulesCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
