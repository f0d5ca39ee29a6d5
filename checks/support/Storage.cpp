// Which object an expression names; see Storage.h.

#include "checks/support/Storage.h"
#include "checks/support/Tasks.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {

const ValueDecl *Storage::last() const {
  for (const ValueDecl *Member : llvm::reverse(Way))
    if (Member)
      return Member;
  return Base;
}

std::string Storage::text() const {
  std::string Text = Base ? Base->getNameAsString() : "";
  for (size_t I = 0; I != Way.size(); ++I) {
    if (!Way[I])
      continue;
    if (!Text.empty())
      Text += I && !Way[I - 1] ? "->" : ".";
    Text += Way[I]->getNameAsString();
  }
  if (!Way.empty() && !Way.back())
    Text = "*" + Text;
  return Text.empty() ? "*this" : Text;
}

std::optional<Storage> storageOf(const Expr *E) {
  E = bare(E);
  if (!E)
    return std::nullopt;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (!isa<VarDecl, BindingDecl>(Ref->getDecl()))
      return std::nullopt;
    Storage Result;
    Result.Base = cast<ValueDecl>(Ref->getDecl()->getCanonicalDecl());
    Result.IsElsewhere = Result.Base->getType()->isReferenceType();
    return Result;
  }
  if (isa<CXXThisExpr>(E))
    return Storage();
  auto Through = [](const Expr *Pointer) {
    std::optional<Storage> Result = storageOf(Pointer);
    // `*this` and `this` are one.
    if (Result && (Result->Base || !Result->Way.empty()))
      Result->Way.push_back(nullptr);
    if (Result)
      Result->IsElsewhere = true;
    return Result;
  };
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (const auto *Static = dyn_cast<VarDecl>(Member->getMemberDecl())) {
      Storage Result;
      Result.Base = Static->getCanonicalDecl();
      return Result;
    }
    if (!isa<FieldDecl>(Member->getMemberDecl()))
      return std::nullopt;
    std::optional<Storage> Result =
        Member->isArrow() ? Through(Member->getBase()) : storageOf(Member->getBase());
    if (Result) {
      Result->Way.push_back(cast<ValueDecl>(Member->getMemberDecl()->getCanonicalDecl()));
      Result->IsElsewhere |= Member->getType()->isReferenceType();
    }
    return Result;
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return Unary->getOpcode() == UO_Deref ? Through(Unary->getSubExpr()) : std::nullopt;
  // A smart pointer.
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E))
    if (Operator->getNumArgs() == 1 && (Operator->getOperator() == OO_Arrow ||
                                        Operator->getOperator() == OO_Star))
      return Through(Operator->getArg(0));
  return std::nullopt;
}

bool isShared(const Storage &S, const Body &B) {
  const auto *Var = dyn_cast_or_null<VarDecl>(S.Base);
  // What a unique_ptr of the body owns is reached by it alone.
  const CXXRecordDecl *Class = Var ? Var->getType()->getAsCXXRecordDecl() : nullptr;
  if (Class && Var->hasLocalStorage() && isStd(Class, "unique_ptr") &&
      !llvm::is_contained(ArrayRef(S.Way).drop_while([](const ValueDecl *D) { return !D; }),
                          nullptr))
    return false;
  if (!S.Base || S.IsElsewhere)
    return true;
  if (!Var)
    return false;
  if (Var->hasGlobalStorage())
    return true;
  if (!B.lambda())
    return false;
  return llvm::any_of(B.lambda()->captures(), [&](const LambdaCapture &C) {
    return C.capturesVariable() && C.getCapturedVar()->getCanonicalDecl() == S.Base &&
           C.getCaptureKind() == LCK_ByRef;
  });
}

} // namespace weir
