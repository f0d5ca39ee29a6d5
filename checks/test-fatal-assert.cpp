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
  void check(const Body &B, Unit &U) override {
    if (!B.isCoroutine() || asksForFailure(B.stmt()))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        call(Call, U);
      return true;
    });
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
    const FunctionDecl *Callee = Call->getDirectCallee(), *Defined = nullptr;
    if (!Callee || !Callee->hasBody(Defined) || isa<CoroutineBodyStmt>(Defined->getBody()) ||
        !Defined->getReturnType()->isVoidType() ||
        U.sources().isInSystemHeader(Defined->getLocation()))
      return;
    SourceLocation Assert = fatalIn(Defined->getBody(), U);
    if (Assert.isInvalid())
      return;
    auto Report = report(nameLocation(Call), "a failed assertion in '%0' leaves only '%0': this "
                                             "coroutine goes on");
    if (!Report)
      return;
    *Report << displayName(Callee, nullptr);
    Report.reset();
    note(Assert, "the assertion is here");
    note(nameLocation(Call), "give its outcome to the coroutine, or assert there with a macro "
                             "that returns with co_return");
  }

  static SourceLocation fatalIn(const Stmt *Body, Unit &U) {
    SourceLocation Found;
    walk(Body, [&](const Stmt *S, Path) {
      if (const auto *Return = dyn_cast<ReturnStmt>(S);
          Return && Found.isInvalid() &&
          isInMacro(Return->getReturnLoc(), U,
                    [](StringRef Macro) { return Macro.starts_with("ASSERT_"); }))
        Found = U.sources().getExpansionLoc(Return->getReturnLoc());
      return Found.isInvalid();
    });
    return Found;
  }
};

WEIR_CHECK(TestFatalAssertCheck, "test-fatal-assert", Note,
           "Finds fatal assertions that leave only a function a coroutine calls.")

} // namespace
} // namespace weir
