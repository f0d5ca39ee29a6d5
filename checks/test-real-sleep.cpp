// Tests that wait real time.
//
// A test that sleeps is as slow as its sleep and fails on a busy machine. Most
// libraries can run their loop on a clock that the test moves.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"
#include "checks/support/Usr.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace weir {
namespace {

class TestRealSleepCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (!isTestCode(B, U))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S); Call && sleeps(Call, U))
        if (auto Report = report(nameLocation(Call), "'%0' waits real time in a test"))
          *Report << displayName(Call->getDirectCallee(), nullptr);
      return true;
    });
  }

  static bool sleeps(const CallExpr *Call, Unit &U) {
    Callee C = calleeOf(Call);
    if (!C.Function)
      return false;
    if (const models::Blocking *Row = U.blocking(C))
      return Row->Kind == models::BlockingKind::Sleep;
    const models::Function *Model = U.function(C);
    if (!Model || Model->Role != models::Role::Sleep)
      return false;
    // No time at all is a turn for the others.
    size_t Index = Model->Duration < 0 ? 0 : Model->Duration;
    if (Index >= C.Args.size())
      return true;
    StringRef Duration = textOf(C.Args[Index]->getSourceRange(), U);
    return !Duration.starts_with("0") || Duration.take_while(llvm::isDigit).size() != 1 ||
           Duration.starts_with("0.");
  }
};

WEIR_CHECK(TestRealSleepCheck, "test-real-sleep", Off,
           "Finds tests that wait real time.")

} // namespace
} // namespace weir
