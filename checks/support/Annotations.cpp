// What the user's code says of itself, in attributes; see Annotations.h.

#include "checks/support/Annotations.h"
#include "checks/support/ModelWords.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {

namespace {

Promise promisedBy(FunctionEffectsRef Effects) {
  for (const FunctionEffect &Effect : Effects.effects()) {
    if (Effect.kind() == FunctionEffect::Kind::Blocking)
      return Promise::Blocks;
    if (Effect.kind() == FunctionEffect::Kind::NonBlocking)
      return Promise::NeverBlocks;
  }
  return Promise::None;
}

} // namespace

Promise promised(const FunctionDecl *F) {
  Promise Own = promisedBy(F->getFunctionEffects());
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F);
      Method && Own == Promise::None)
    for (const CXXMethodDecl *Base : Method->overridden_methods())
      if (Promise Inherited = promised(Base); Inherited != Promise::None)
        return Inherited;
  return Own;
}

Promise promised(QualType Called) {
  return promisedBy(FunctionEffectsRef::get(Called));
}

std::optional<StringRef> ownWord(const AnnotateAttr &A) {
  StringRef Word = A.getAnnotation();
  return Word.consume_front("weir::") ? std::optional(Word) : std::nullopt;
}

std::optional<models::Role> annotatedRole(const ValueDecl *D) {
  for (const AnnotateAttr *A : D->specific_attrs<AnnotateAttr>()) {
    llvm::ArrayRef<llvm::StringLiteral> Roles = models::words<models::Role>();
    if (std::optional<StringRef> Word = ownWord(*A))
      if (const auto *Found = llvm::find(Roles, *Word); Found != Roles.end())
        return static_cast<models::Role>(Found - Roles.begin());
  }
  if (const auto *Method = dyn_cast<CXXMethodDecl>(D))
    for (const CXXMethodDecl *Base : Method->overridden_methods())
      if (std::optional<models::Role> Inherited = annotatedRole(Base))
        return Inherited;
  return std::nullopt;
}

} // namespace weir
