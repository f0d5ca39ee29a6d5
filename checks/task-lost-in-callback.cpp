// Coroutines given to somebody who drops what they return.
//
// A coroutine converts to `std::function<void()>`, which calls it and throws
// the lazy task away: nothing of the body runs, and the compiler says nothing.
// The same goes for a thread, for a function that posts, and for the handler of
// an operation that takes completion tokens. An eager task has started by then;
// it is reported where its type says that dropping it ends it or loses its
// error.

#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Source.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace weir {
namespace {

class TaskLostInCallbackCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    auto Look = [&](const Stmt *S, Path) {
      if (const auto *E = dyn_cast<Expr>(S);
          E && isa<CallExpr, CXXConstructExpr>(E))
        look(E, U);
      return true;
    };
    walk(B.stmt(), Look);
    if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(B.decl()))
      for (const CXXCtorInitializer *Init : Ctor->inits())
        walk(Init->getInit(), Look);
  }

  void look(const Expr *E, Unit &U) {
    Callee C = calleeOf(E);
    if (!C.Function)
      return;
    const models::Function *Model = U.function(C);
    bool IsOffloaded = Model && Model->Role == models::Role::Offload &&
                       (isa<CXXConstructExpr>(E) || E->getType()->isVoidType());
    if (isa<CXXConstructExpr>(E) && isVoidCallable(E->getType())) {
      if (!C.Args.empty())
        judge(C.Args.front(), E, U);
    } else if (IsOffloaded || (Model && Model->Role == models::Role::Post) ||
               isForEach(C) || isKeptAsVoid(C) || takesHandler(Model)) {
      for (const Expr *Arg : C.Args)
        judge(Arg, E, U);
    }
  }

  /// `callback = f`, `callbacks.emplace_back(f)`: a template takes f as it is.
  static bool isKeptAsVoid(const Callee &C) {
    if (!C.Object || !isOfStd(C.Function))
      return false;
    if (C.Function->getOverloadedOperator() == OO_Equal)
      return isVoidCallable(C.Object->getType());
    const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        recordOf(C.Object->getType()));
    return Spec && lastName(C.Function).starts_with("emplace") &&
           llvm::any_of(Spec->getTemplateArgs().asArray(),
                        [](const TemplateArgument &A) {
                          return A.getKind() == TemplateArgument::Type &&
                                 isVoidCallable(A.getAsType());
                        });
  }

  /// An operation calls the handler that stands for its completion token, and
  /// that is all.
  static bool takesHandler(const models::Function *Model) {
    using models::Role;
    return Model && Model->Lib &&
           llvm::is_contained({Role::AsyncOp, Role::AsyncQueue, Role::AsyncWait, Role::Sleep},
                              Model->Role) &&
           Model->Lib->HasTokens;
  }

  /// Whether the body is there to be left alone: it catches whatever is thrown.
  static bool catchesAll(const FunctionDecl *F) {
    const auto *Whole = cast<CoroutineBodyStmt>(F->getDefinition()->getBody());
    return llvm::any_of(Whole->getBody()->children(), [](const Stmt *S) {
      const auto *Try = dyn_cast<CXXTryStmt>(S);
      return Try &&
             !Try->getHandler(Try->getNumHandlers() - 1)->getExceptionDecl();
    });
  }

  void judge(const Expr *Arg, const Expr *Call, Unit &U) {
    const FunctionDecl *Given = callableOf(Arg);
    std::optional<TaskType> Type = Given ? U.task(Given->getReturnType()) : std::nullopt;
    if (!Type || !Type->isTask())
      return;
    unsigned Harm = 0;
    if (!Type->isLazy()) {
      if (!isCoroutine(Given) || catchesAll(Given) ||
          (Type->Discard != models::Discard::Cancels &&
           Type->Discard != models::Discard::LogsError))
        return;
      Harm = Type->Discard == models::Discard::Cancels ? 1 : 2;
    }
    const Expr *Shown = bare(Arg);
    auto Report = report(
        Shown->getBeginLoc(),
        "the %0 of this coroutine is lost, and %select{never runs|is cancelled "
        "at its first suspension|nobody waits for it or sees its exception}1");
    if (!Report)
      return;
    *Report << typeForMessage(Given->getReturnType(), U.context()) << Harm
            << Shown->getSourceRange();
    Report.reset();
    if (isa<CXXConstructExpr>(Call))
      note(nameLocation(Call), "%0 drops what its callable returns")
          << typeForMessage(Call->getType(), U.context());
    else
      note(nameLocation(Call), "%0 drops what its callable returns") << calleeOf(Call).Function;
    note(Shown->getBeginLoc(), "start the task in the callback, or take a callable that returns one");
  }

  /// Whether the type is a wrapper of callables that return nothing.
  static bool isVoidCallable(QualType T) {
    const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(T));
    if (!Spec || Spec->getTemplateArgs().size() == 0)
      return false;
    const TemplateArgument &First = Spec->getTemplateArgs()[0];
    const auto *Signature = First.getKind() == TemplateArgument::Type
                                ? First.getAsType()->getAs<FunctionProtoType>()
                                : nullptr;
    return Signature && Signature->getReturnType()->isVoidType();
  }

  static bool isForEach(const Callee &C) {
    const NamedDecl *Named = C.Variable ? static_cast<const NamedDecl *>(C.Variable) : C.Function;
    return isOfStd(Named) && llvm::is_contained({"for_each", "for_each_n"}, lastName(Named));
  }

  /// The lambda or function that \p E is, if it names one.
  static const FunctionDecl *callableOf(const Expr *E) {
    E = bare(E);
    if (const auto *Call = dyn_cast<CallExpr>(E);
        Call && Call->getNumArgs() > 0)
      if (const FunctionDecl *F = Call->getDirectCallee();
          F && F->isInStdNamespace() &&
          llvm::is_contained({"move", "bind", "bind_front", "bind_back"},
                             lastName(F)))
        return callableOf(Call->getArg(0));
    if (const auto *Unary = dyn_cast<UnaryOperator>(E); Unary && Unary->getOpcode() == UO_AddrOf)
      E = bare(Unary->getSubExpr());
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
        return F;
    const CXXRecordDecl *Record = recordOf(E->getType());
    return Record && Record->isLambda() ? Record->getLambdaCallOperator() : nullptr;
  }
};

WEIR_CHECK(TaskLostInCallbackCheck, "task-lost-in-callback", Warning,
           "Finds coroutines given as callbacks to somebody who drops their tasks.")

} // namespace
} // namespace weir
