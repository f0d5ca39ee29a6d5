// What the user's code says of itself, in attributes; see Annotations.h.

#include "checks/support/Annotations.h"
#include "checks/support/ModelWords.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Type.h"

using namespace clang;

namespace weir {

Promise promised(const FunctionDecl *F) {
  for (const FunctionEffect &Effect : F->getFunctionEffects().effects()) {
    if (Effect.kind() == FunctionEffect::Kind::Blocking)
      return Promise::Blocks;
    if (Effect.kind() == FunctionEffect::Kind::NonBlocking)
      return Promise::NeverBlocks;
  }
  return Promise::None;
}

std::optional<models::Role> annotatedRole(const FunctionDecl *F) {
  for (const AnnotateAttr *A : F->specific_attrs<AnnotateAttr>()) {
    StringRef Word = A->getAnnotation();
    if (!Word.consume_front("weir::"))
      continue;
    llvm::ArrayRef<llvm::StringLiteral> Roles = models::words<models::Role>();
    for (size_t I = 0; I < Roles.size(); ++I)
      if (Roles[I] == Word)
        return static_cast<models::Role>(I);
  }
  return std::nullopt;
}

} // namespace weir
