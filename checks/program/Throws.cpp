// What leaves a function by being thrown; see Throws.h.

#include "checks/program/Throws.h"
#include "checks/support/Outcome.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir::program {
namespace {

/// Calls \p Visit with the try statements whose block the code is in, from the
/// innermost on, until it answers true.
bool anyTry(Path Parents, llvm::function_ref<bool(const CXXTryStmt *)> Visit) {
  for (size_t I = Parents.size(); I-- > 1;)
    if (const auto *Try = dyn_cast<CXXTryStmt>(Parents[I - 1]))
      if (Parents[I] == Try->getTryBlock() && Visit(Try))
        return true;
  return false;
}

/// Whether \p Handler may be the one for a \p Thrown.
bool catches(const CXXCatchStmt *Handler, QualType Thrown) {
  QualType Caught = Handler->getCaughtType();
  if (Caught.isNull())
    return true;
  const CXXRecordDecl *Base = recordOf(Caught), *Derived = recordOf(Thrown);
  if (!Base || !Derived)
    return Caught.getNonReferenceType()
               .getUnqualifiedType()
               .getCanonicalType() ==
           Thrown.getUnqualifiedType().getCanonicalType();
  return Base->getCanonicalDecl() == Derived->getCanonicalDecl() ||
         (Base->hasDefinition() && Derived->hasDefinition() &&
          Derived->isDerivedFrom(Base));
}

/// Whether a \p Class is thrown to somebody who asked for what is not there:
/// `bad_variant_access`, `bad_optional_access`, `bad_cast`.
bool isMisuse(const CXXRecordDecl *Class) {
  StringRef Name = lastName(Class);
  return Name.starts_with("bad_") &&
         (Name.ends_with("_access") || Name.ends_with("_cast") ||
          Name.ends_with("_call"));
}

/// What leaves a noexcept function ends the program, whoever started it.
bool isNoexcept(const Body &B) {
  const auto *Proto = B.decl()->getType()->getAs<FunctionProtoType>();
  return Proto && Proto->hasNoexceptExceptionSpec();
}

} // namespace

std::optional<Throw> escaping(const CXXThrowExpr *E, Path Parents,
                              const Body &B, Unit &U) {
  const Expr *Operand = E->getSubExpr();
  if (!Operand || Operand->getType()->isDependentType() || isNoexcept(B))
    return std::nullopt;
  QualType Thrown = Operand->getType();
  bool Ends = anyTry(Parents, [&](const CXXTryStmt *Try) {
    for (unsigned I = 0; I < Try->getNumHandlers(); ++I)
      if (catches(Try->getHandler(I), Thrown))
        return !outcomeOf(Try->getHandler(I)).alwaysRethrows();
    return false;
  });
  if (Ends)
    return std::nullopt;
  if (const CXXRecordDecl *Record = recordOf(Thrown)) {
    // Who calls a function is taken to ask it for what is there.
    if (!B.isCoroutine() && isMisuse(Record))
      return std::nullopt;
    std::string Name = modelName(Record);
    for (const models::Library &Lib : U.models().libraries())
      if (llvm::is_contained(Lib.CancelExceptions, Name) &&
          Lib.CancelCodes.empty())
        return std::nullopt;
  }
  return Throw{
      Thrown.getUnqualifiedType().getAsString(U.context().getPrintingPolicy()),
      placeOf(E->getSourceRange(), U)};
}

std::optional<Throw> escaping(const Expr *E, const Callee &C,
                              const models::Function &Model, Path Parents,
                              const Body &B, Unit &U) {
  // `parse(text, nullptr, /*allow_exceptions=*/false)`; a text of the program's
  // own is as it should be.
  auto IsHarmless = [](const Expr *Arg) {
    const auto *Switch = dyn_cast<CXXBoolLiteralExpr>(bare(Arg));
    bool HasText = false;
    walk(Arg, [&](const Stmt *S, Path) {
      HasText |= isa<StringLiteral>(S);
      return !HasText;
    });
    return HasText || (Switch && !Switch->getValue());
  };
  if (Model.Throws.empty() || isNoexcept(B) || isGuarded(Parents) ||
      llvm::any_of(C.Args, IsHarmless))
    return std::nullopt;
  return Throw{Model.Throws, placeOf(E->getSourceRange(), U)};
}

bool isGuarded(Path Parents) {
  return anyTry(Parents, [](const CXXTryStmt *Try) {
    for (unsigned I = 0; I < Try->getNumHandlers(); ++I)
      if (!outcomeOf(Try->getHandler(I)).alwaysRethrows())
        return true;
    return false;
  });
}

} // namespace weir::program
