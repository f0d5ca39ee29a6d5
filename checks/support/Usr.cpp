// Functions' identities and names across files; see Usr.h.

#include "checks/support/Usr.h"
#include "checks/support/Finding.h"
#include "checks/support/Unit.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/SmallString.h"

using namespace clang;

namespace weir {

StringRef usrOf(const FunctionDecl *D, Unit &U) {
  SmallString<128> Usr;
  const Body *B = U.bodyOf(D);
  if (B && B->lambda()) {
    if (B->enclosing())
      index::generateUSRForDecl(B->enclosing(), Usr);
    Usr += "#lambda" + std::to_string(B->ordinal());
    if (D->isTemplateInstantiation())
      Usr += "<" + D->getType().getAsString() + ">";
  } else {
    index::generateUSRForDecl(D, Usr);
  }
  if ((B && B->lambda()) || isLocalToFile(D)) {
    const SourceManager &Sources = U.sources();
    if (OptionalFileEntryRef File = Sources.getFileEntryRefForID(
            Sources.getFileID(Sources.getExpansionLoc(D->getLocation()))))
      Usr += "@" + File->getName().str();
  }
  return intern(Usr);
}

StringRef displayName(const FunctionDecl *D, const LambdaExpr *Lambda) {
  if (Lambda || (isa<CXXMethodDecl>(D) && cast<CXXMethodDecl>(D)->getParent()->isLambda()))
    return "lambda";
  return intern(modelName(D));
}

bool isLocalToFile(const FunctionDecl *D) {
  return !D->isExternallyVisible();
}

} // namespace weir
