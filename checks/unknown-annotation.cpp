// Annotations for us that say nothing.
//
// The compiler takes any string in `[[clang::annotate("weir::...")]]`. A
// misspelt role would be a rule that never speaks.

#include "checks/support/Annotations.h"
#include "checks/support/Check.h"
#include "checks/support/ModelWords.h"

using namespace clang;

namespace weir {
namespace {

class UnknownAnnotationCheck : public Check {
public:
  using Check::Check;

private:
  void begin(Unit &U) override {
    for (const Decl *D : U.annotated())
      for (const AnnotateAttr *A : D->specific_attrs<AnnotateAttr>())
        if (std::optional<StringRef> Word = ownWord(*A))
          judge(*Word, *A, D);
  }

  void judge(StringRef Word, const AnnotateAttr &A, const Decl *D) {
    ArrayRef<llvm::StringLiteral> Roles = models::words<models::Role>();
    bool IsRole = llvm::is_contained(Roles, Word);
    bool OfModels = Word == models::spelling(models::Role::Token);
    if (IsRole && !OfModels && (D->getAsFunction() || isa<VarDecl>(D)))
      return;
    if (auto Report = report(
            A.getLocation(),
            "'weir::%0' is %select{no role, and says nothing%2|the role of a "
            "function, and says nothing here|a role that means nothing without "
            "what only a model can say}1"))
      *Report << Word
              << (OfModels ? 2
                  : IsRole ? 1
                           : 0)
              << models::didYouMean(Word, Roles);
  }
};

WEIR_CHECK(UnknownAnnotationCheck, "unknown-annotation", Warning,
           "Finds annotations `weir::...` that name no role, or stand on what "
           "is no function.")

} // namespace
} // namespace weir
