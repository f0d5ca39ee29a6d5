// What leaves a function by being thrown; see Throws.h.

#include "checks/program/Throws.h"
#include "checks/support/Outcome.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

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

/// A text of the program's own, which is as it should be: a literal, a number
/// that was written before.
bool isOwnText(const Expr *E) {
  for (E = bare(E);; E = bare(E)) {
    if (const auto *Made = dyn_cast<CXXConstructExpr>(E);
        Made && Made->getNumArgs() > 0)
      E = Made->getArg(0);
    else if (const auto *Cast = dyn_cast<CastExpr>(E))
      E = Cast->getSubExpr();
    else
      break;
  }
  const auto *Call = dyn_cast<CallExpr>(E);
  const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
  return isa<StringLiteral>(E) || (F && lastName(F) == "to_string");
}

/// Whether the body asks what the text is like: `v.isInt()`, `regex_match(s,
/// …)`, `all_of(s.begin(), s.end(), isdigit)`.
bool isAskedAbout(const Expr *Text, const Body &B) {
  llvm::SmallPtrSet<const ValueDecl *, 4> Names;
  auto Mentions = [&](const Stmt *In, bool Adds) {
    bool Found = false;
    walk(In, [&](const Stmt *S, Path) {
      const ValueDecl *D = nullptr;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
        D = isa<FunctionDecl>(Ref->getDecl()) ? nullptr : Ref->getDecl();
      else if (const auto *Member = dyn_cast<MemberExpr>(S))
        D = dyn_cast<FieldDecl>(Member->getMemberDecl());
      if (D && Adds)
        Names.insert(D);
      Found |= D && Names.contains(D);
      return true;
    });
    return Found;
  };
  Mentions(Text, /*Adds=*/true);
  bool Asked = false;
  walk(B.stmt(), [&](const Stmt *S, Path) {
    const auto *Call = dyn_cast<CallExpr>(S);
    const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
    StringRef Name = F ? lastName(F) : StringRef();
    Asked |= (Name.starts_with("is") || Name.starts_with("has") ||
              Name.contains("match") || Name.contains_insensitive("valid") ||
              Name.contains("digit") || Name.contains("accept") ||
              Name.contains("_of") || Name.contains("type")) &&
             Mentions(Call, /*Adds=*/false);
    return !Asked;
  });
  return Asked;
}

/// What leaves a noexcept function ends the program, whoever started it. What a
/// coroutine throws goes to its promise in any case.
bool isNoexcept(const Body &B) {
  const auto *Proto = B.decl()->getType()->getAs<FunctionProtoType>();
  return Proto && Proto->isNothrow() && !B.isCoroutine();
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
    // Says that the program is wrong, which no handler mends.
    if (Name == "std::logic_error" || Name == "std::future_error")
      return std::nullopt;
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
  if (Model.Throws.empty() || isNoexcept(B) || isGuarded(Parents))
    return std::nullopt;
  // `parse(text, nullptr, /*allow_exceptions=*/false)`
  const auto *Switch = C.Args.size() > 2
                           ? dyn_cast<CXXBoolLiteralExpr>(bare(C.Args[2]))
                           : nullptr;
  const Expr *Text = C.Object         ? C.Object
                     : C.Args.empty() ? nullptr
                                      : C.Args.front();
  if (!Text || (Switch && !Switch->getValue()) || isOwnText(Text) ||
      isAskedAbout(Text, B))
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
