// Which macros a piece of code stands in.
//
// To the compiler a macro is gone; to the author `EXPECT_THROW(parse(x), E)` is
// an assertion about `parse(x)`. The name of a macro is then what says what an
// expression is for.

#pragma once

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace weir {

class Unit;

/// Whether \p Loc comes out of a macro whose name \p Matches: from its body or
/// from an argument of it.
bool isInMacro(clang::SourceLocation Loc, Unit &U,
               llvm::function_ref<bool(llvm::StringRef)> Matches);

/// Whether \p Loc was written as (part of) an argument of such a macro.
bool isInMacroArgument(clang::SourceLocation Loc, Unit &U,
                       llvm::function_ref<bool(llvm::StringRef)> Matches);

} // namespace weir
