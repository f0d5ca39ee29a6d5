// How a plain function runs a task; see SyncWaits.h.

#include "checks/support/SyncWaits.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace weir {

std::string ranBy(const Expr *Call, const TaskType &Type, Unit &U) {
  if (!Type.Model)
    return {};
  // The text as it was written, in the argument of a macro too.
  SourceRange Written(U.sources().getFileLoc(Call->getBeginLoc()),
                      U.sources().getFileLoc(Call->getEndLoc()));
  StringRef Text = Lexer::getSourceText(CharSourceRange::getTokenRange(Written), U.sources(),
                                        U.context().getLangOpts());
  if (Text.empty())
    return {};
  for (const models::Function &F : U.models().functions())
    if (F.Lib == Type.Model->Lib && F.Role == models::Role::SyncWait && F.Task == 0 &&
        !StringRef(F.Name).contains("operator"))
      return F.Name + "(" + Text.str() + ")";
  return {};
}

} // namespace weir
