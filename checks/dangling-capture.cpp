// Coroutine lambdas whose closure is gone.
//
// Parameters live in the frame of a coroutine, captures in the closure, and the
// frame only points to that. So a capturing coroutine lambda that is called and
// not awaited at once reads its captures from a closure that has died. It is
// fine where the callee keeps the closure, where the closure is copied into the
// frame (`this auto`), or where nothing captured is used after a suspension.

#include "checks/support/Awaits.h"
#include "checks/support/Callables.h"
#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Outlives.h"
#include "checks/support/Source.h"
#include "checks/support/Uses.h"
#include "clang/AST/ASTLambda.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace weir {
namespace {

/// A capture that a coroutine lambda uses after a suspension.
struct Capture {
  std::string Name; ///< quoted
  LaterUse Where;
};

class DanglingCaptureCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (B.isDependent())
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (isa<CallExpr, CXXConstructExpr>(S))
        judgeCall(cast<Expr>(S), Parents, B, U);
      else if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
        judgeReferences(Lambda, Parents, B, U);
      return true;
    });
  }

  void judgeCall(const Expr *Call, Path Parents, const Body &B, Unit &U) {
    Callee C = calleeOf(Call);
    if (!C.Function)
      return;
    if (C.Object && isLambdaCallOperator(C.Function) && isa<CallExpr>(Call))
      return judgeInvocation(cast<CallExpr>(Call), Parents, C, B, U);
    const models::Function *Model = U.function(C);
    using models::Role;
    if (!Model || (Model->BorrowsCallable && isa<CallExpr>(Call))) {
      for (unsigned I = 0; I < C.Args.size(); ++I)
        if (const CXXMethodDecl *Operator = coroutineOf(C.Args[I]))
          if (auto End = endOfCallable(C, I, U))
            judgeLent(*C.Args[I], Operator, *End, Call, Parents, B, U);
      return;
    }
    if (Model->KeepsCallable ||
        !llvm::is_contained(
            {Role::Continuation, Role::Offload, Role::Post, Role::SyncWait},
            Model->Role))
      return;
    for (size_t I = 0; I < C.Args.size(); ++I)
      if (Model->Callable < 0
              ? llvm::is_contained({Role::Offload, Role::Post}, Model->Role)
              : static_cast<size_t>(Model->Callable) == I)
        judgeGiven(C.Args[I], *Model, Call, Parents, C, B, U);
  }

  /// A coroutine lambda that is called where it stands, or by a function in
  /// sight that does not keep it.
  void judgeLent(const Expr &Closure, const CXXMethodDecl *Operator,
                 const CallableEnd &End, const Expr *Call, Path Parents,
                 const Body &B, Unit &U) {
    auto Used = usedLater(Operator, U);
    const auto *Lambda = dyn_cast<LambdaExpr>(bare(&Closure));
    if (!Used || (End.IsWithResult && !Lambda))
      return;
    std::optional<Escape> Way;
    if (End.IsWithResult &&
        !(Way = escapeOf(Call, Parents, Referent{Lambda}, B, U)))
      return;
    if (!complain(Closure.getBeginLoc(), *Used,
                  Way ? "when its closure is gone, which " +
                            deathOf({Lambda}, B)
                      : "when the call that it is given to has returned"))
      return;
    if (Way)
      note(placeOf(*Way), "%0") << describe(*Way);
    else if (const FunctionDecl *By = calleeOf(End.By).Function;
             isLambdaCallOperator(By))
      note(nameLocation(End.By),
           "the lambda is called here, and not kept while the coroutine runs");
    else
      note(nameLocation(End.By),
           "%0 does not keep the lambda while the coroutine runs")
          << quoted(By);
    explain(*Used);
    advise(Closure.getBeginLoc(), *Used);
  }

  /// The call operator of a coroutine lambda, or of a copy of one with a name.
  static const CXXMethodDecl *coroutineOf(const Expr *Arg) {
    const CXXRecordDecl *Closure = recordOf(Arg->getType());
    if (!Closure || !Closure->isLambda() ||
        !isa<LambdaExpr, CXXConstructExpr>(bare(Arg)))
      return nullptr;
    const CXXMethodDecl *Operator = Closure->getLambdaCallOperator();
    return isCoroutine(Operator) ? Operator : nullptr;
  }

  /// A callable that whoever it is given to does not keep.
  void judgeGiven(const Expr *Arg, const models::Function &Model,
                  const Expr *Call, Path Parents, const Callee &C,
                  const Body &B, Unit &U) {
    // A std::function, a delegate.
    const Expr *E = written(Arg);
    while (const auto *Made = dyn_cast<CXXConstructExpr>(E)) {
      Callee Maker = calleeOf(Made);
      if (Maker.Args.size() != 1)
        break;
      const models::Function *Wrapper = U.function(Maker);
      const auto *Lambda = dyn_cast<LambdaExpr>(written(Maker.Args.front()));
      if (Wrapper && Wrapper->BorrowsCallable) {
        if (Lambda)
          judgeLent(*Lambda, Lambda->getCallOperator(),
                    {nullptr, /*IsWithResult=*/true}, Call, Parents, B, U);
        return;
      }
      E = written(Maker.Args.front());
    }
    const auto *Lambda = dyn_cast<LambdaExpr>(E);
    if (!Lambda)
      return;
    const CXXMethodDecl *Operator = Lambda->getCallOperator();
    bool IsContinuation = Model.Role == models::Role::Continuation;
    if (!isCoroutine(Operator)) {
      if (IsContinuation)
        judgeHandingOn(*Lambda, *Call, C, U);
      return;
    }
    // Who drops the result never runs a lazy task.
    std::optional<TaskType> Type = U.task(Operator->getReturnType());
    if (!IsContinuation && (!Type || Type->Start != models::Start::Eager))
      return;
    if (auto Used = usedLater(Operator, U)) {
      complain(Lambda->getBeginLoc(), *Used, "when the call that it is given to has returned");
      note(nameLocation(Call), "%0 calls the lambda, and does not keep it while the coroutine runs")
          << quoted(C.Function);
      explain(*Used);
      advise(Lambda->getBeginLoc(), *Used);
    }
  }

  /// A plain lambda that is not kept either, and lends its captures to the
  /// coroutine that it calls.
  void judgeHandingOn(const LambdaExpr &Lambda, const Expr &Given, const Callee &To, Unit &U) {
    walk(Lambda.getBody(), [&](const Stmt *S, Path) {
      const auto *Return = dyn_cast<ReturnStmt>(S);
      const Expr *Task =
          Return && Return->getRetValue() ? awaitedCall(Return->getRetValue(), U) : nullptr;
      Callee C = Task ? calleeOf(Task) : Callee();
      for (unsigned I = 0; C.Function && I < C.Args.size() && I < C.Function->getNumParams(); ++I) {
        const ValueDecl *Captured = ownCapture(Lambda, C.Args[I]);
        if (!Captured || !isLent(Captured, C.Function->getParamDecl(I)->getType()))
          continue;
        auto Kept = keeps(C.Function, I, U);
        if (!Kept || !Kept->Where)
          continue;
        if (auto Report =
                report(C.Args[I]->getBeginLoc(), "the task of %0 refers to the capture %1, "
                                                 "which is gone when the call that the "
                                                 "lambda is given to has returned"))
          *Report << quoted(C.Function) << Captured;
        else
          return false;
        note(nameLocation(&Given), "%0 calls the lambda, and does not keep it while the task runs")
            << quoted(To.Function);
        note(Kept->Where->Use->getBeginLoc(), "%0 is used here") << Kept->Parameter;
        note(Task->getBeginLoc(), "let %0 take its parameter by value") << quoted(C.Function);
        return false;
      }
      return true;
    });
  }

  /// Whether a parameter refers to the capture itself: the copy of a pointer or
  /// a view refers to what that does.
  static bool isLent(const ValueDecl *Captured, QualType Parameter) {
    return Parameter->isReferenceType() ||
           (refersToOther(Parameter) && !refersToOther(Captured->getType()));
  }

  /// The capture by value that \p Arg names, also through `std::move`.
  static const ValueDecl *ownCapture(const LambdaExpr &Lambda, const Expr *Arg) {
    const Expr *E = bare(Arg);
    if (isMove(E))
      E = bare(cast<CallExpr>(E)->getArg(0));
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    for (const LambdaCapture &Each : Lambda.captures())
      if (Ref && Each.capturesVariable() && Each.getCapturedVar() == Ref->getDecl() &&
          Each.getCaptureKind() == LCK_ByCopy && !Ref->getDecl()->getType()->isReferenceType())
        return Ref->getDecl();
    return nullptr;
  }

  void judgeInvocation(const CallExpr *Call, Path Parents, const Callee &C, const Body &B,
                       Unit &U) {
    std::optional<Capture> Used = usedLater(cast<CXXMethodDecl>(C.Function), U);
    const auto *Lambda = dyn_cast<LambdaExpr>(bare(C.Object));
    std::optional<Referent> Closure;
    if (!Used)
      return;
    if (Lambda)
      Closure = Referent{Lambda};
    else if (const auto *Made = dyn_cast<CallExpr>(bare(C.Object));
             Made && Made->isPRValue())
      Closure = Referent{Made};
    else if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(C.Object)))
      Closure = referentOf(Ref, U.context().getLValueReferenceType(Ref->getType()));
    if (!Closure)
      return;
    std::optional<Escape> Way = escapeOf(Call, Parents, *Closure, B, U);
    if (!Way)
      return;
    if (!complain(Lambda ? Lambda->getBeginLoc() : nameLocation(Call), *Used,
                  Closure->Temporary
                      ? "when its closure is gone, which " +
                            deathOf(*Closure, B)
                      : "when '" + Closure->Local->getNameAsString() +
                            "' is gone, which " + deathOf(*Closure, B)))
      return;
    note(placeOf(*Way), "%0") << describe(*Way);
    explain(*Used);
    if (Lambda)
      advise(Lambda->getBeginLoc(), *Used, parameters(Lambda, Call, U));
    else
      advise(nameLocation(Call), *Used);
  }

  /// Where a closure is started and kept, what it refers to may still die.
  void judgeReferences(const LambdaExpr *Lambda, Path Parents, const Body &B, Unit &U) {
    if (!isCoroutine(Lambda->getCallOperator()))
      return;
    for (const LambdaCapture &Each : Lambda->captures()) {
      const auto *Local = Each.capturesVariable() && Each.getCaptureKind() == LCK_ByRef
                              ? dyn_cast<VarDecl>(Each.getCapturedVar())
                              : nullptr;
      if (!Local || !Local->hasLocalStorage() || Local->getType()->isReferenceType() ||
          Local->getDeclContext() != B.decl())
        continue;
      auto Used = usedLater(Lambda->getCallOperator(), U, Local);
      auto Way = Used ? escapeOf(Lambda, Parents, {nullptr, Local}, B, U) : std::nullopt;
      if (!Way || Way->How.Where != Fate::Started)
        continue;
      if (auto Report = report(Each.isExplicit() ? Each.getLocation() : Lambda->getBeginLoc(),
                               "this coroutine lambda refers to %0, which %1"))
        *Report << Local << deathOf({nullptr, Local}, B);
      note(placeOf(*Way), "the coroutine is started here, and not waited for");
      explain(*Used);
      note(Lambda->getBeginLoc(), "capture %0 by value, or wait for the coroutine") << Local;
    }
  }

  /// False if that was said before.
  bool complain(SourceLocation At, const Capture &Used, StringRef When) {
    auto Report = report(At, "this coroutine lambda uses its capture %0 %1");
    if (!Report)
      return false;
    *Report << Used.Name << When;
    return true;
  }

  void explain(const Capture &Used) {
    if (Used.Where.Suspension)
      note(Used.Where.Suspension->getBeginLoc(), "the lambda may be suspended here");
    note(Used.Where.Use->getBeginLoc(),
         "%0 is used here%select{, and nothing of a lazy task runs before it is awaited|}1")
        << Used.Name << (Used.Where.Suspension != nullptr);
  }

  void advise(SourceLocation At, const Capture &Used, SmallVector<FixItHint, 3> Fix = {}) {
    auto Note = note(At, "captures live in the closure, parameters in the coroutine: pass %0 as a "
                         "parameter");
    Note << Used.Name;
    for (const FixItHint &Each : Fix)
      Note << Each;
  }

  /// The first capture, or the use of \p Only, that \p Operator, if it is a
  /// coroutine, uses after a suspension.
  static std::optional<Capture> usedLater(const CXXMethodDecl *Operator, Unit &U,
                                          const VarDecl *Only = nullptr) {
    std::optional<TaskType> Type = U.task(Operator->getReturnType());
    if (!isCoroutine(Operator) || !Type || (Type->Model && Type->Model->CapturesSafe))
      return std::nullopt;
    if (Operator->isExplicitObjectMemberFunction() &&
        !Operator->getParamDecl(0)->getType()->isReferenceType())
      return std::nullopt;
    auto Use = laterUse(Operator, Type->Start, U, [&](const Stmt *S) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      if (Only)
        return Ref && Ref->getDecl() == Only;
      return isa<CXXThisExpr>(S) ||
             (Ref && Ref->refersToEnclosingVariableOrCapture() && !isEmptyCopy(Ref, Operator));
    });
    if (!Use)
      return std::nullopt;
    const auto *Ref = dyn_cast<DeclRefExpr>(Use->Use);
    return Capture{Ref ? "'" + Ref->getDecl()->getNameAsString() + "'" : "'this'", *Use};
  }

  /// Whether \p Ref names a copy in the closure that nothing is read from, such
  /// as a lambda without captures.
  static bool isEmptyCopy(const DeclRefExpr *Ref, const CXXMethodDecl *Operator) {
    const CXXRecordDecl *Type = recordOf(Ref->getType());
    return Type && Type->hasDefinition() && Type->isEmpty() &&
           llvm::any_of(Operator->getParent()->captures(), [&](const LambdaCapture &Each) {
             return Each.capturesVariable() && Each.getCapturedVar() == Ref->getDecl() &&
                    Each.getCaptureKind() == LCK_ByCopy;
           });
  }

  /// The edits that make parameters of the captures of a lambda called at once.
  static SmallVector<FixItHint, 3> parameters(const LambdaExpr *Lambda, const CallExpr *Call,
                                              Unit &U) {
    std::string Parameters, Arguments;
    SourceRange Introducer = Lambda->getIntroducerRange();
    auto Inits = Lambda->capture_init_begin();
    for (const LambdaCapture &Each : Lambda->captures()) {
      const Expr *Init = *Inits++;
      if (!Each.capturesVariable() || Each.isPackExpansion())
        return {};
      const ValueDecl *Variable = Each.getCapturedVar();
      const auto *InitCapture = dyn_cast<VarDecl>(Variable);
      bool IsInit = InitCapture && InitCapture->isInitCapture();
      std::string Text =
          IsInit ? textOf(bare(Init)->getSourceRange(), U).str() : Variable->getNameAsString();
      if (Text.empty())
        return {};
      bool IsReference = Each.getCaptureKind() == LCK_ByRef;
      Parameters += (Parameters.empty() ? "" : ", ") +
                    std::string(IsReference ? "auto &" : "auto ") + Variable->getNameAsString();
      Arguments += (Arguments.empty() ? "" : ", ") + Text;
    }
    bool HasParameters = Lambda->getCallOperator()->getNumParams() > 0;
    if (Parameters.empty() || Introducer.getBegin().isMacroID() ||
        Call->getRParenLoc().isMacroID() || HasParameters || !Lambda->hasExplicitParameters())
      return {};
    // `[x] ()` has its parenthesis behind the introducer, and nothing between.
    SourceLocation Paren = Lexer::findLocationAfterToken(
        Introducer.getEnd(), tok::l_paren, U.sources(), U.context().getLangOpts(), false);
    if (Paren.isInvalid())
      return {};
    return {FixItHint::CreateReplacement(Introducer, "[]"),
            FixItHint::CreateInsertion(Paren, Parameters),
            FixItHint::CreateInsertion(Call->getRParenLoc(), Arguments)};
  }
};

WEIR_CHECK(DanglingCaptureCheck, "dangling-capture", Warning,
           "Finds coroutine lambdas that use their captures when the closure is gone.")

} // namespace
} // namespace weir
