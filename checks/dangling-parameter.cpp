// Reference parameters of coroutines that nobody waits for.
//
// Who calls a coroutine that is detached, by its type or by how it is started,
// gets control back at its first suspension, and whatever the call referred to
// may be gone by then. Where it surely is, weir-dangling-task says so at the
// call; here the mistake is in the declaration. Only parameters that a caller
// may give anything short-lived for are reported: `const T &`, `T &&`, views.
// A `T &` is mostly a service that lives long.

#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Outlives.h"
#include "checks/support/Source.h"

using namespace clang;

namespace weir {
namespace {

class DanglingParameterCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (B.isDependent())
      return;
    std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
    if (B.isCoroutine() && Type && isDetached(*Type))
      judgeDetached(B, U);
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        judgeCall(Call, Parents, B, U);
      return true;
    });
  }

  /// Nobody can await it: all its callers go on at its first suspension.
  void judgeDetached(const Body &B, Unit &U) {
    for (const ParmVarDecl *P : B.decl()->parameters())
      if (isShortLived(P->getType(), U))
        if (auto Kept = keeps(B.decl(), P->getFunctionScopeIndex(), U); Kept && Kept->Where)
          complain(*Kept, nullptr, {}, B, U);
  }

  void judgeCall(const CallExpr *Call, Path Parents, const Body &B, Unit &U) {
    Callee C = calleeOf(Call);
    std::optional<TaskType> Type = U.task(Call->getType());
    if (!C.Function || !Type || !Type->isTask() || U.function(C))
      return;
    for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams(); ++I) {
      if (!isShortLived(C.Function->getParamDecl(I)->getType(), U))
        continue;
      const Expr *Arg = bare(C.Args[I]);
      if (const auto *Copy = dyn_cast<CXXConstructExpr>(Arg);
          Copy && Copy->getNumArgs() == 1 && isView(Copy->getType()))
        Arg = bare(Copy->getArg(0)); // a copy of a view
      const auto *Ref = dyn_cast<DeclRefExpr>(Arg);
      const auto *Given = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
      if (!Given || Ref->refersToEnclosingVariableOrCapture() || !isShortLived(Given->getType(), U))
        continue;
      auto Kept = keeps(C.Function, I, U);
      if (!Kept || !Kept->Where)
        continue;
      auto Way = escapeOf(Call, Parents, {nullptr, Given}, B, U);
      if (Way && Way->How.Where == Fate::Started)
        complain(*Kept, Given, placeOf(*Way), B, U);
    }
  }

  /// Whether what callers give for a parameter of the type may die at once.
  static bool isShortLived(QualType T, Unit &U) {
    if (isView(T))
      return true;
    if (!T->isRValueReferenceType() &&
        !(T->isLValueReferenceType() && T.getNonReferenceType().isConstQualified()))
      return false;
    const CXXRecordDecl *Record = recordOf(T);
    if (Record && (!Record->hasDefinition() || Record->isEmpty()))
      return false;
    std::optional<TaskType> Type = U.task(T);
    return !Type || (Type->Kind != models::TypeKind::Executor &&
                     Type->Kind != models::TypeKind::Loop &&
                     Type->Kind != models::TypeKind::Pool && Type->Kind != models::TypeKind::Scope);
  }

  void complain(const Keeping &Kept, const ParmVarDecl *Given, SourceLocation Start,
                const Body &B, Unit &U) {
    const ParmVarDecl *P = Kept.Parameter;
    auto Report =
        report(P->getLocation(), "parameter %0 of %1 is used when what it refers to may be gone");
    if (!Report)
      return;
    *Report << P << quoted(Kept.By);
    Report.reset();
    if (Given)
      note(Start, "%0 is started here and not waited for, and %1 need not outlive the call")
          << quoted(Kept.By) << Given;
    else
      note(Kept.By->getLocation(), "nobody can await a %0: a caller goes on at the first suspension")
          << Kept.By->getReturnType();
    if (Kept.Where->Suspension)
      note(Kept.Where->Suspension->getBeginLoc(), "%0 may be suspended here") << quoted(Kept.By);
    note(Kept.Where->Use->getBeginLoc(), "%0 is used here") << P;
    auto Advice = note(P->getLocation(), "%select{take %0 by value|let %0 own what it refers to}1");
    Advice << P << isView(P->getType());
    for (const FixItHint &Each : byValue(*P, *Kept.By, U))
      Advice << Each;
  }

  /// The edits that make \p P a value in every declaration of \p F.
  static SmallVector<FixItHint, 2> byValue(const ParmVarDecl &P, const FunctionDecl &F, Unit &U) {
    SmallVector<FixItHint, 2> Fix;
    const auto *Method = dyn_cast<CXXMethodDecl>(&F);
    QualType Value = P.getType().getNonReferenceType().getUnqualifiedType();
    const CXXRecordDecl *Record = Value->getAsCXXRecordDecl();
    if ((Method && Method->isVirtual()) || F.isTemplateInstantiation() ||
        !P.getType()->isReferenceType() || Value->isArrayType() || Value->isFunctionType() ||
        (Record && (Record->isAbstract() || (!Record->hasNonTrivialCopyConstructor() &&
                                             !Record->hasTrivialCopyConstructor()))))
      return {};
    for (const FunctionDecl *Each : F.redecls()) {
      const ParmVarDecl *Parameter = Each->getParamDecl(P.getFunctionScopeIndex());
      const TypeSourceInfo *Info = Parameter->getTypeSourceInfo();
      auto Reference = Info ? Info->getTypeLoc().getAs<ReferenceTypeLoc>() : ReferenceTypeLoc();
      if (!Reference || Parameter->getBeginLoc().isMacroID())
        return {};
      StringRef Text = textOf(Reference.getPointeeLoc().getUnqualifiedLoc().getSourceRange(), U);
      SourceLocation End = Parameter->getName().empty() ? SourceLocation() : Parameter->getLocation();
      if (Text.empty() || End.isInvalid())
        return {};
      Fix.push_back(FixItHint::CreateReplacement(
          CharSourceRange::getCharRange(Parameter->getBeginLoc(), End), (Text + " ").str()));
    }
    return Fix;
  }
};

WEIR_CHECK(DanglingParameterCheck, "dangling-parameter", Warning,
           "Finds reference parameters of coroutines that nobody waits for.")

} // namespace
} // namespace weir
