// Fatal assertions that leave only a lambda or a helper.
//
// googletest's ASSERT_* ends in a plain `return`, which does not compile in a
// coroutine, so it is put into a lambda or a function that the coroutine calls.
// There it leaves that, and the coroutine goes on as if it had held.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Macros.h"
#include "checks/support/Source.h"
#include "checks/support/Usr.h"

using namespace clang;

namespace weir {
namespace {

class TestFatalAssertCheck : public Check {
public:
  using Check::Check;

private:
  void begin(Unit &) override { Known.clear(); }

  void check(const Body &B, Unit &U) override {
    if (!B.isCoroutine() || asksForFailure(B.stmt()))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Call = dyn_cast<CallExpr>(S); Call && !isLast(S, Parents))
        call(Call, U);
      return true;
    });
  }

  /// Whether nothing comes after \p S: there is nothing to go on with.
  static bool isLast(const Stmt *S, Path Parents) {
    for (const Stmt *Parent : llvm::reverse(Parents)) {
      const auto *Block = dyn_cast<CompoundStmt>(Parent);
      if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Parent) ||
          (Block && Block->body_back() != S))
        return false;
      S = Parent;
    }
    return true;
  }

  /// Whether somebody looks at whether an assertion failed.
  static bool asksForFailure(const Stmt *Body) {
    bool Found = false;
    walk(Body, [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        if (const FunctionDecl *F = Call->getDirectCallee())
          Found |= F->getDeclName().isIdentifier() &&
                   (F->getName() == "HasFatalFailure" || F->getName() == "HasFailure");
      return !Found;
    });
    return Found;
  }

  void call(const CallExpr *Call, Unit &U) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee)
      return;
    if (isOfStd(Callee)) // calls what it is given, then and there
      for (const Expr *Arg : Call->arguments()) {
        const auto *Lambda = dyn_cast<LambdaExpr>(bare(Arg));
        if (Lambda && tell(Call, fatalIn(Lambda->getCallOperator(), U)))
          return;
      }
    tell(Call, fatalIn(Callee, U));
  }

  /// An assertion, and the function that it leaves.
  struct Fatal {
    SourceLocation Assert;
    const FunctionDecl *In = nullptr;
  };

  bool tell(const CallExpr *Call, const Fatal &Found) {
    if (!Found.In)
      return false;
    auto Report = report(nameLocation(Call), "a failed assertion in '%0' leaves only '%0': this "
                                             "coroutine goes on");
    if (!Report)
      return true;
    *Report << displayName(Found.In, nullptr);
    Report.reset();
    note(Found.Assert, "the assertion is here");
    note(nameLocation(Call), "give its outcome to the coroutine, or assert there with a macro "
                             "that returns with co_return");
    return true;
  }

  /// Who asserts further down than that rarely asserts for the coroutine.
  static constexpr unsigned Deepest = 3;

  /// The first one in \p F, or in a helper of its.
  Fatal fatalIn(const FunctionDecl *F, Unit &U, unsigned Depth = 0) {
    auto [At, IsNew] = Known.try_emplace({F->getCanonicalDecl(), Depth});
    if (!IsNew)
      return At->second;
    Fatal Found = Depth > Deepest ? Fatal() : find(F, U, Depth);
    Known[{F->getCanonicalDecl(), Depth}] = Found;
    return Found;
  }

  Fatal find(const FunctionDecl *F, Unit &U, unsigned Depth) {
    const FunctionDecl *Defined = nullptr;
    if (!F->hasBody(Defined) || isa<CoroutineBodyStmt>(Defined->getBody()) ||
        !Defined->getReturnType()->isVoidType() ||
        U.sources().isInSystemHeader(Defined->getLocation()) ||
        (Depth > 0 && asksForFailure(Defined->getBody())))
      return {};
    Fatal Own, Helper;
    walk(Defined->getBody(), [&](const Stmt *S, Path) {
      if (const auto *Return = dyn_cast<ReturnStmt>(S);
          Return && isInMacro(Return->getReturnLoc(), U, [](StringRef Macro) {
            return Macro.starts_with("ASSERT_");
          }))
        Own = {U.sources().getExpansionLoc(Return->getReturnLoc()), Defined};
      else if (const auto *Call = dyn_cast<CallExpr>(S); Call && !Helper.In)
        if (const FunctionDecl *Callee = Call->getDirectCallee())
          Helper = fatalIn(Callee, U, Depth + 1);
      return !Own.In;
    });
    return Own.In ? Own : Helper;
  }

  llvm::DenseMap<std::pair<const FunctionDecl *, unsigned>, Fatal> Known;
};

WEIR_CHECK(TestFatalAssertCheck, "test-fatal-assert", Note,
           "Finds fatal assertions that leave only a function a coroutine calls.")

} // namespace
} // namespace weir
