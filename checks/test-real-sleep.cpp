// Tests that wait real time.
//
// A test that sleeps is as slow as its sleep and fails on a busy machine. Most
// libraries can run their loop on a clock that the test moves.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"
#include "checks/support/Timers.h"
#include "checks/support/Usr.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace weir {
namespace {

class TestRealSleepCheck : public Check {
public:
  using Check::Check;

private:
  void begin(Unit &) override {
    Seen.clear();
    CutShort.clear();
  }

  void check(const Body &B, Unit &U) override {
    if (!isTestCode(B, U))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Call = dyn_cast<CallExpr>(S);
          Call && waits(Call, U) && !isEndedByOthers(Call, U) &&
          !mayBeCutShort(Parents, B, U) && !isNeverSet(Call, B, U))
        if (auto Report = report(nameLocation(Call), "'%0' waits real time in a test"))
          *Report << displayName(Call->getDirectCallee(), nullptr);
      return true;
    });
  }

  static bool waits(const CallExpr *Call, Unit &U) {
    Callee C = calleeOf(Call);
    if (!C.Function)
      return false;
    if (const models::Blocking *Row = U.blocking(C))
      return Row->Kind == models::BlockingKind::Sleep;
    const models::Function *Model = U.function(C);
    if (!Model || Model->Role != models::Role::Sleep)
      return false;
    // No time at all is a turn for the others.
    const auto *Timer =
        dyn_cast_or_null<CXXConstructExpr>(C.Object ? bare(C.Object) : nullptr);
    for (const Expr *Arg :
         Timer ? llvm::ArrayRef(Timer->getArgs(), Timer->getNumArgs())
               : llvm::ArrayRef<const Expr *>())
      if (const CXXRecordDecl *Given = recordOf(Arg->getType());
          Given && modelName(Given) == "std::chrono::duration")
        return !isZero(Arg, U);
    size_t Index = Model->Duration < 0 ? 0 : Model->Duration;
    return Index >= C.Args.size() || !isZero(C.Args[Index], U);
  }

  /// Whether it is a limit of something else, or races with it.
  bool mayBeCutShort(Path Parents, const Body &B, Unit &U) {
    if (isIn(Parents, U))
      return true;
    const auto *Around =
        dyn_cast_or_null<FunctionDecl>(B.lambda() ? B.enclosing() : nullptr);
    const Body *Outer = U.bodyOf(Around);
    if (!Outer)
      return false;
    // The lambda may be what races.
    if (Seen.insert(Outer->decl()).second)
      walk(Outer->stmt(), [&](const Stmt *S, Path Outside) {
        if (const auto *Lambda = dyn_cast<LambdaExpr>(S);
            Lambda && mayBeCutShort(Outside, *Outer, U))
          CutShort.insert(Lambda);
        return true;
      });
    return CutShort.contains(B.lambda());
  }

  /// Whether one of \p Parents is a race, a timeout, or what is ended.
  static bool isIn(Path Parents, Unit &U) {
    using models::Role;
    return llvm::any_of(Parents, [&](const Stmt *Parent) {
      const auto *Call = dyn_cast<CallExpr>(Parent);
      Callee C = Call ? calleeOf(Call) : Callee();
      const models::Function *Model = U.function(C);
      return (Model &&
              llvm::is_contained({Role::Race, Role::Timeout}, Model->Role)) ||
             llvm::any_of(C.Args, [](const Expr *Arg) {
               return endsOthers(Arg->getType());
             });
    });
  }

  /// Whether somebody else is to end it: a thread sleeps what it is told, but
  /// no test awaits as long as that, and what a token or a clock of the test's
  /// own comes with is in its hands.
  static bool isEndedByOthers(const CallExpr *Call, Unit &U) {
    constexpr double TooLong = 5;
    Callee C = calleeOf(Call);
    if (U.blocking(C))
      return false;
    auto Is = [&](const Expr *Arg) {
      return endsOthers(Arg->getType()) || secondsIn(Arg, U) >= TooLong;
    };
    const auto *Timer = dyn_cast_or_null<VarDecl>(timerOf(Call, U));
    const Expr *Made = Timer ? Timer->getInit() : C.Object;
    return llvm::any_of(C.Args, Is) ||
           (Made && isa<CXXConstructExpr>(bare(Made)) &&
            llvm::any_of(calleeOf(bare(Made)).Args, Is));
  }

  static bool endsOthers(QualType T) {
    const CXXRecordDecl *Record =
        recordOf(T->isPointerType() ? T->getPointeeType() : T);
    StringRef Name = Record ? lastName(Record) : "";
    return Name.ends_with("stop_token") ||
           Name.ends_with("CancellationToken") ||
           Name.ends_with("cancellation_token") ||
           Name.ends_with("abort_source") || Name.ends_with("Timekeeper");
  }

  /// The seconds in \p E, where that is a constant duration; none are negative.
  static double secondsIn(const Expr *E, Unit &U) {
    const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        recordOf(E->getType()));
    Expr::EvalResult Result;
    if (!Spec || modelName(Spec) != "std::chrono::duration" ||
        Spec->getTemplateArgs().size() < 2 || E->isValueDependent() ||
        !E->EvaluateAsRValue(Result, U.context()) || !Result.Val.isStruct() ||
        Result.Val.getStructNumFields() < 1 ||
        !Result.Val.getStructField(0).isInt())
      return -1;
    const auto *Period = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        recordOf(Spec->getTemplateArgs()[1].getAsType()));
    if (!Period || Period->getTemplateArgs().size() < 2)
      return -1;
    return Result.Val.getStructField(0).getInt().roundToDouble() *
           Period->getTemplateArgs()[0].getAsIntegral().roundToDouble() /
           Period->getTemplateArgs()[1].getAsIntegral().roundToDouble();
  }

  /// Whether the timer is a local that was given no time, or one that never
  /// comes: it stands for an event.
  static bool isNeverSet(const CallExpr *Call, const Body &B, Unit &U) {
    const auto *Timer = dyn_cast_or_null<VarDecl>(timerOf(Call, U));
    if (!Timer || isa<ParmVarDecl>(Timer) || !Timer->getInit() ||
        !calleeOf(bare(Timer->getInit())).Function)
      return false;
    bool IsSet = false;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      IsSet |= setsTimer(S, Timer);
      return !IsSet;
    });
    return !IsSet;
  }

  /// Whether all numbers in \p E are: `0ms`, `std::chrono::seconds(0)`.
  static bool isZero(const Expr *E, Unit &U) {
    StringRef Text = textOf(E->getSourceRange(), U);
    if (Text.contains('[') || Text.contains_insensitive("0x"))
      return false;
    bool Found = false;
    for (size_t I = 0; I < Text.size(); ++I)
      // A digit of a name is none.
      if (llvm::isDigit(Text[I]) &&
          (I == 0 || !(llvm::isAlnum(Text[I - 1]) || Text[I - 1] == '_'))) {
        if (Text[I] != '0' ||
            (I + 1 < Text.size() && llvm::isDigit(Text[I + 1])))
          return false;
        Found = true;
      }
    return Found;
  }

  // What was found in the functions around lambdas, each walked once.
  llvm::DenseSet<const FunctionDecl *> Seen;
  llvm::DenseSet<const LambdaExpr *> CutShort;
};

WEIR_CHECK(TestRealSleepCheck, "test-real-sleep", Off,
           "Finds tests that wait real time.")

} // namespace
} // namespace weir
