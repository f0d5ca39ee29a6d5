// Stop tokens that stop at the first function.
//
// A coroutine that was given a token, and calls what would take one without
// passing it on, cannot be stopped while it waits there.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Source.h"
#include "checks/support/Usr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

class UnforwardedTokenCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    const ParmVarDecl *Token = nullptr;
    for (const ParmVarDecl *P : B.decl()->parameters())
      if (isToken(P->getType()) && P->getDeclName())
        Token = P;
    if (!Token || !B.isCoroutine())
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Call = dyn_cast<CallExpr>(S);
          Call && U.task(Call->getType()) && isAwaited(Call, Parents, U))
        judge(Call, Token, U);
      return true;
    });
  }

  bool isToken(QualType T) const {
    const CXXRecordDecl *Record = recordOf(T);
    return Record && llvm::is_contained(TokenTypes.names(), modelName(Record));
  }

  void judge(const CallExpr *Call, const ParmVarDecl *Token, Unit &U) {
    Callee C = calleeOf(Call);
    if (!C.Function ||
        llvm::any_of(C.Args, [&](const Expr *Arg) {
          return !isa<CXXDefaultArgExpr>(Arg) && isToken(Arg->getType());
        }))
      return;
    std::optional<unsigned> Index = defaulted(C);
    if (!Index && !hasOverload(C))
      return;
    auto Report = report(nameLocation(Call), "'%0' would take a token and is not given '%1'");
    if (!Report)
      return;
    *Report << displayName(C.Function, nullptr) << Token->getName();
    Report.reset();
    unsigned Written = llvm::count_if(C.Args, [](const Expr *Arg) { return !isa<CXXDefaultArgExpr>(Arg); });
    // Other defaults before it would have to be written out first.
    if (Index.value_or(Written) != Written || Call->getRParenLoc().isMacroID())
      return;
    std::string Text = (Written ? ", " : "") + Token->getNameAsString();
    note(Call->getRParenLoc(), "pass it on")
        << FixItHint::CreateInsertion(Call->getRParenLoc(), Text);
  }

  /// The parameter for a token that the call leaves to its default.
  std::optional<unsigned> defaulted(const Callee &C) const {
    for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams(); ++I)
      if (isa<CXXDefaultArgExpr>(C.Args[I]) && isToken(C.Function->getParamDecl(I)->getType()))
        return I;
    return std::nullopt;
  }

  /// Whether there is the same function with one more parameter, a token.
  bool hasOverload(const Callee &C) const {
    unsigned Count = C.Function->getNumParams();
    if (!C.Function->getDeclName().isIdentifier())
      return false;
    for (const NamedDecl *D : C.Function->getDeclContext()->getRedeclContext()->lookup(
             C.Function->getDeclName())) {
      const auto *Other = dyn_cast<FunctionDecl>(D);
      if (!Other || Other->getNumParams() != Count + 1 || Other->getAccess() == AS_private ||
          !isToken(Other->getParamDecl(Count)->getType()))
        continue;
      bool Same = true;
      for (unsigned I = 0; I < Count; ++I)
        Same &= Other->getParamDecl(I)->getType().getCanonicalType() ==
                C.Function->getParamDecl(I)->getType().getCanonicalType();
      if (Same)
        return true;
    }
    return false;
  }

  Option TokenTypes{this, "TokenTypes",
                    "std::stop_token;folly::CancellationToken;cppcoro::cancellation_token;"
                    "seastar::abort_source;unifex::inplace_stop_token;stdexec::inplace_stop_token"};
};

WEIR_CHECK(UnforwardedTokenCheck, "unforwarded-token", Off,
           "Finds awaited calls that would take a stop token and are not given the one at hand.")

} // namespace
} // namespace weir
