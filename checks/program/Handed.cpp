// Tasks that are handed to a library; see Handed.h.
//
// From the call that makes the task outwards: through moves and through what
// only binds the task to an executor, to the call whose model says what it
// does with a task. A completion token among the arguments says better where
// an exception goes than the function it is given to.

#include "checks/program/Handed.h"
#include "checks/support/Fate.h"
#include "checks/support/Ignored.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Macros.h"
#include "checks/support/Source.h"
#include "checks/support/Statements.h"
#include "checks/support/Tests.h"
#include "checks/support/Timers.h"
#include "checks/support/Unit.h"
#include "checks/support/Usr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir::program {
namespace {

bool takes(models::Role R) {
  using models::Role;
  return R == Role::Spawn || R == Role::ScopeAdd || R == Role::Timeout ||
         R == Role::Start || R == Role::Detach || R == Role::Race;
}

/// The index of \p E among the arguments of \p C; -1 for the object it is
/// called on, nothing if it is neither.
std::optional<int> indexOf(const Expr *E, const Callee &C) {
  for (size_t I = 0; I < C.Args.size(); ++I)
    if (bare(C.Args[I]) == E)
      return I;
  if (C.Object && bare(C.Object) == E)
    return -1;
  return std::nullopt;
}

bool isTheTask(int Index, const models::Function &Model) {
  if (Index < 0)
    return Model.Task < 0;
  return Index == Model.Task || Index == Model.Callable ||
         (Model.Task < 0 && Model.Callable < 0 && Index != Model.Duration &&
          Index != Model.Executor);
}

bool isToken(const models::Function &Model) {
  return Model.Role == models::Role::Token ||
         Model.Role == models::Role::Timeout;
}

/// What a completion token among the arguments of \p C says of exceptions; it
/// may stand in another: `bind_executor(io, detached)`.
models::Unhandled tokenOf(const Callee &C, Unit &U) {
  for (const Expr *Arg : C.Args) {
    const Expr *Bare = bare(Arg);
    const models::Function *Token = nullptr;
    if (const auto *Call = dyn_cast<CallExpr>(Bare)) {
      Callee Adaptor = calleeOf(Call);
      const models::Function *Model = U.function(Adaptor);
      if (Model && isToken(*Model))
        if (auto Inner = tokenOf(Adaptor, U);
            Inner != models::Unhandled::Unknown)
          return Inner;
    }
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Bare)) {
      if (U.models().mentions(lastName(Ref->getDecl())))
        Token = U.models().function(modelName(Ref->getDecl()));
    } else if (const CXXRecordDecl *Record = recordOf(Bare->getType())) {
      if (U.models().mentions(lastName(Record)))
        Token = U.models().function(modelName(Record));
    }
    if (Token && Token->Role == models::Role::Token &&
        Token->Unhandled != models::Unhandled::Unknown)
      return Token->Unhandled;
  }
  return models::Unhandled::Unknown;
}

/// Whether nothing is made of the error that \p Handler is told of first, and
/// nothing says that this is meant.
bool ignoresErrors(const LambdaExpr *Handler, Unit &U) {
  const FunctionDecl *Operator = Handler->getCallOperator();
  if (const FunctionTemplateDecl *Generic = Handler->getDependentCallOperator())
    Operator = Generic->getTemplatedDecl();
  const ParmVarDecl *Error =
      Operator->getNumParams() ? Operator->getParamDecl(0) : nullptr;
  return Error && !Error->isParameterPack() && !Error->isReferenced() &&
         !(Error->getIdentifier() && isMeantUnused(Error)) &&
         !hasComment(Handler->getSourceRange(), U) &&
         !isSaidToBeIgnored(Handler->getBeginLoc(), U);
}

/// Where an exception goes that \p Model passes to a handler among \p C's
/// arguments.
models::Unhandled handlerOf(const Callee &C, const models::Function &Model,
                            Unit &U) {
  int Index = Model.Unhandled == models::Unhandled::Handler ? Model.Callable
                                                            : Model.Token;
  if (Index < 0 || size_t(Index) >= C.Args.size())
    return models::Unhandled::Unknown;
  const auto *Lambda = dyn_cast<LambdaExpr>(bare(C.Args[Index]));
  return Lambda && ignoresErrors(Lambda, U) ? models::Unhandled::Swallowed
                                            : models::Unhandled::Unknown;
}

/// Whether what is called was made with handlers: `run_async(executor, [](int) {},
/// [](std::exception_ptr) {})(task)`.
bool hasHandlers(const Callee &C) {
  const auto *Maker =
      C.Object && C.Function->getOverloadedOperator() == OO_Call
          ? dyn_cast<CallExpr>(bare(C.Object))
          : nullptr;
  return Maker && llvm::any_of(Maker->arguments(), [](const Expr *Arg) {
           return isa<LambdaExpr>(bare(Arg)) ||
                  (recordOf(Arg->getType()) && recordOf(Arg->getType())->isLambda());
         });
}

struct Taker {
  const CallExpr *Call;
  const models::Function *Model;
  Path Parents; ///< of the call
};

/// The call that takes \p E, past what only passes it on.
std::optional<Taker> takerOf(const Expr *E, Path Parents, Unit &U) {
  while (true) {
    size_t Index = 0;
    const Stmt *Parent = significantParent(Parents, &Index);
    if (isa_and_nonnull<MemberExpr>(Parent)) {
      Parents = Parents.take_front(Index);
      Parent = significantParent(Parents, &Index);
    }
    if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Parent);
        Construct && Construct->getNumArgs() == 1) {
      E = Construct; // a move into a parameter
      Parents = Parents.take_front(Index);
      continue;
    }
    const auto *Call = dyn_cast_or_null<CallExpr>(Parent);
    if (!Call)
      return std::nullopt;
    Callee C = calleeOf(Call);
    if (!C.Function)
      return std::nullopt;
    const models::Function *Model = U.function(C);
    std::optional<int> Where = indexOf(E, C);
    if (!Call->isCallToStdMove()) {
      if (!Model || !Where ||
          !(takes(Model->Role) || Model->Role == models::Role::BindExecutor ||
            Model->Role == models::Role::RunOn || Model->Role == models::Role::Convert))
        return std::nullopt;
      if (takes(Model->Role)) {
        if (!isTheTask(*Where, *Model))
          return std::nullopt;
        return Taker{Call, Model, Parents.take_front(Index)};
      }
    }
    E = Call;
    Parents = Parents.take_front(Index);
  }
}

/// Where what leaves a coroutine with \p Promise goes, as far as its body says.
models::Unhandled unhandledBy(const CXXRecordDecl *Promise) {
  const CXXMethodDecl *Handler = nullptr;
  for (const CXXRecordDecl *Class = Promise;
       Class && Class->hasDefinition() && !Handler;
       Class = Class->getNumBases() == 1
                   ? recordOf(Class->bases_begin()->getType())
                   : nullptr)
    for (const CXXMethodDecl *Method : Class->methods())
      if (Method->getDeclName().isIdentifier() &&
          Method->getName() == "unhandled_exception")
        Handler = Method;
  const FunctionDecl *Defined = Handler ? Handler->getDefinition() : nullptr;
  const auto *Body =
      dyn_cast_or_null<CompoundStmt>(Defined ? Defined->getBody() : nullptr);
  if (!Body || Body->body_empty())
    return Body ? models::Unhandled::Swallowed : models::Unhandled::Unknown;
  // What it does in any case; in a branch or a try block it may do otherwise.
  auto Found = models::Unhandled::Unknown;
  for (const Stmt *S : Body->body()) {
    const auto *E = dyn_cast<Expr>(S);
    const auto *Call = E ? dyn_cast<CallExpr>(bare(E)) : nullptr;
    const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
    if ((F && lastName(F) == "rethrow_exception") ||
        (E && isa<CXXThrowExpr>(bare(E))))
      Found = models::Unhandled::RethrowResumer;
    else if (F && F->isNoReturn())
      Found = models::Unhandled::Terminate;
  }
  return Found;
}

/// The same of the coroutine that \p Launcher is, unless it handles something.
models::Unhandled unhandledIn(const FunctionDecl *Launcher) {
  bool Handles = false;
  walk(Launcher->getBody(), [&](const Stmt *S, Path) {
    Handles |= isa<CXXTryStmt>(S);
    return !Handles;
  });
  const CXXRecordDecl *Type = recordOf(Launcher->getReturnType());
  return Handles || !Type ? models::Unhandled::Unknown
                          : unhandledBy(promiseOf(Type));
}

/// Whether it is there for the work of others, who are told of what that
/// throws.
bool takesWork(const FunctionDecl *Launcher, Unit &U) {
  return llvm::any_of(Launcher->parameters(), [&](const ParmVarDecl *P) {
    QualType T = P->getType().getNonReferenceType();
    const CXXRecordDecl *Record = recordOf(T);
    return U.task(T) ||
           (Record && (Record->isLambda() || isStd(Record, "function")));
  });
}

/// Whether the call gives back something to wait for, and somebody takes it.
bool isJoined(const Taker &By, Unit &U) {
  const CXXRecordDecl *Record = recordOf(By.Call->getType());
  return Record && (U.task(By.Call->getType()) || isStd(Record, "future")) &&
         !isStatement(By.Call, By.Parents);
}

/// Whether the call gives back what has the exception, and nobody takes it.
bool isDropped(const Taker &By, Unit &U) {
  using models::Discard;
  if (By.Call->getType()->isVoidType() || !isStatement(By.Call, By.Parents))
    return false;
  Discard Means = By.Model->Discard;
  std::optional<TaskType> Type = U.task(By.Call->getType());
  if (Type && Type->isLazy())
    return false; // it does not run
  if (Type && Means == Discard::Unknown)
    Means = Type->Discard;
  const CXXRecordDecl *Record = recordOf(By.Call->getType());
  return Means == Discard::KeepsRunning || (Record && isStd(Record, "future"));
}

/// Whether a token among the arguments limits the time: `cancel_after(1s)`.
bool isLimited(const Callee &C, Unit &U) {
  return llvm::any_of(C.Args, [&](const Expr *Arg) {
    const auto *Call = dyn_cast<CallExpr>(bare(Arg));
    const models::Function *Model = Call ? U.function(calleeOf(Call)) : nullptr;
    return Model && Model->Role == models::Role::Timeout;
  });
}

/// Whether the lambda is told how something ended, and is not the work itself.
bool isCompletion(const LambdaExpr *Lambda) {
  const CXXMethodDecl *Operator = Lambda->getCallOperator();
  const CXXRecordDecl *First =
      Operator->getNumParams() ? recordOf(Operator->getParamDecl(0)->getType())
                               : nullptr;
  return First && (lastName(First) == "exception_ptr" ||
                   lastName(First) == "error_code");
}

bool makesTask(QualType T, Unit &U) {
  std::optional<TaskType> Type = U.task(T);
  return Type && Type->Kind != models::TypeKind::Executor &&
         Type->Kind != models::TypeKind::Loop;
}

} // namespace

std::optional<Handed> handed(const Expr *E, Path Parents, Unit &U) {
  const FunctionDecl *Made = nullptr;
  const auto *Lambda = dyn_cast<LambdaExpr>(E);
  if (Lambda && !isCompletion(Lambda))
    Made = Lambda->getCallOperator();
  else if (const auto *Call = dyn_cast<CallExpr>(E); Call && Call->isPRValue())
    Made = Call->getDirectCallee();
  if (!Made || (!Lambda && !U.task(E->getType())) || Made->isDependentContext())
    return std::nullopt;
  // What becomes of it is just what is asserted.
  if (isInMacroArgument(E->getBeginLoc(), U, isAssertion))
    return std::nullopt;
  Handed Result;
  Result.Callee = usrOf(Made, U);
  Result.Name = displayName(Made, Lambda);
  Result.At =
      Lambda ? placeOf(Lambda->getIntroducerRange(), U) : placeOfName(E, U);
  Result.IsPlain = Lambda &&
                   !isa_and_nonnull<CoroutineBodyStmt>(Made->getBody()) &&
                   !makesTask(Made->getReturnType(), U);
  if (auto Taker = takerOf(E, Parents, U)) {
    Callee C = calleeOf(Taker->Call);
    Result.To = displayName(C.Function, nullptr);
    Result.Role = Taker->Model->Role;
    if (Result.Role == models::Role::Race) {
      // Who loses to a sleep has a limit.
      if (llvm::none_of(C.Args,
                        [&](const Expr *Arg) { return sleeps(bare(Arg), U); }))
        return std::nullopt;
      Result.Role = models::Role::Timeout;
      return Result;
    }
    Result.Unhandled = tokenOf(C, U);
    if (Result.Unhandled != models::Unhandled::Swallowed && isLimited(C, U)) {
      Result.Role = models::Role::Timeout;
      return Result;
    }
    if (isJoined(*Taker, U)) {
      Result.Unhandled = models::Unhandled::Unknown;
      return Result;
    }
    if (Result.Unhandled == models::Unhandled::Unknown)
      Result.Unhandled = handlerOf(C, *Taker->Model, U);
    if (Result.Unhandled == models::Unhandled::Unknown)
      Result.Unhandled = Taker->Model->Unhandled;
    if (hasHandlers(C))
      Result.Unhandled = models::Unhandled::Handler;
    if (Result.Unhandled == models::Unhandled::Stored && isDropped(*Taker, U))
      Result.Unhandled = models::Unhandled::Swallowed;
    return Result;
  }
  // A launcher of the program's own.
  if (const auto *Call = dyn_cast_or_null<CallExpr>(significantParent(Parents));
      Call && Call->getDirectCallee() && !Result.IsPlain)
    if (Fate Goes = fateOf(E, Parents, U); Goes.Launcher) {
      Result.To = displayName(Call->getDirectCallee(), nullptr);
      Result.Role = models::Role::Spawn;
      Result.Unhandled = unhandledIn(Goes.Launcher);
      return Result;
    }
  // A type that goes its own way: detached, or eager and dropped.
  std::optional<TaskType> Type = Lambda ? std::nullopt : U.task(E->getType());
  if (!Type || (!Type->Model && (!isDetached(*Type) || takesWork(Made, U))))
    return std::nullopt;
  bool GoesOn = Type->Kind == models::TypeKind::Detached ||
                (Type->Start == models::Start::Eager &&
                 Type->Discard == models::Discard::KeepsRunning);
  // What is given to somebody is somebody's to look after.
  if (GoesOn && isStatement(E, Parents)) {
    Result.To = intern(modelName(Type->Record));
    Result.Unhandled = Type->Model ? Type->Model->Unhandled
                                   : unhandledBy(promiseOf(Type->Record));
    Result.Role = models::Role::Detach;
    return Result;
  }
  return std::nullopt;
}

} // namespace weir::program
