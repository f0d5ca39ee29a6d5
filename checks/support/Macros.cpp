// Which macros a piece of code stands in; see Macros.h.

#include "checks/support/Macros.h"
#include "checks/support/Unit.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace weir {

bool isInMacro(SourceLocation Loc, Unit &U,
               llvm::function_ref<bool(StringRef)> Matches) {
  const SourceManager &Sources = U.sources();
  while (Loc.isMacroID()) {
    if (Matches(Lexer::getImmediateMacroName(Loc, Sources, U.context().getLangOpts())))
      return true;
    // One macro further out: where the argument was written, or the expansion.
    Loc = Sources.getImmediateMacroCallerLoc(Loc);
  }
  return false;
}

bool isInMacroArgument(SourceLocation Loc, Unit &U,
                       llvm::function_ref<bool(StringRef)> Matches) {
  const SourceManager &Sources = U.sources();
  while (Loc.isMacroID()) {
    if (Sources.isMacroArgExpansion(Loc) &&
        Matches(Lexer::getImmediateMacroName(Loc, Sources, U.context().getLangOpts())))
      return true;
    Loc = Sources.getImmediateMacroCallerLoc(Loc);
  }
  return false;
}

} // namespace weir
