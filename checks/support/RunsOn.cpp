// Where the work runs that a call is given; see RunsOn.h.

#include "checks/support/RunsOn.h"
#include "checks/support/Body.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace weir {
namespace {

/// By the type, or what it is a template of: a strand of a pool's executor, a
/// pointer to a pool.
RunsOn byType(QualType T, Unit &U, unsigned Depth = 0) {
  if (T.isNull() || Depth > 3)
    return RunsOn::Unknown;
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *Record = recordOf(T);
  if (!Record)
    return RunsOn::Unknown;
  std::optional<TaskType> Type = U.task(T);
  if (Type && Type->Kind == models::TypeKind::Pool)
    return RunsOn::Pool;
  if (Type && Type->Kind == models::TypeKind::Loop)
    return RunsOn::Loop;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
    for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
      if (A.getKind() == TemplateArgument::Type)
        if (RunsOn Inner = byType(A.getAsType(), U, Depth + 1);
            Inner != RunsOn::Unknown)
          return Inner;
  return RunsOn::Unknown;
}

/// By the type, or by whose it is: `pool.get_executor()`.
RunsOn byExecutor(const Expr *E, Unit &U) {
  E = bare(E);
  if (RunsOn Found = byType(E->getType(), U); Found != RunsOn::Unknown)
    return Found;
  const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
  return Call && Call->getImplicitObjectArgument()
             ? byType(Call->getImplicitObjectArgument()->getType(), U)
             : RunsOn::Unknown;
}

const FunctionDecl *functionBehind(const Expr *E, unsigned Depth = 0) {
  if (Depth > 8) // `auto f = std::move(f);`, half typed
    return nullptr;
  E = bare(E);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(E))
    return Lambda->getCallOperator();
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (Call->isCallToStdMove())
      return functionBehind(Call->getArg(0), Depth + 1);
    return Call->getDirectCallee();
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  if (!Ref)
    return nullptr;
  if (const auto *Function = dyn_cast<FunctionDecl>(Ref->getDecl()))
    return Function;
  const auto *Variable = dyn_cast<VarDecl>(Ref->getDecl());
  return Variable && Variable->getInit() &&
                 isa<LambdaExpr, CallExpr>(bare(Variable->getInit()))
             ? functionBehind(Variable->getInit(), Depth + 1)
             : nullptr;
}

/// By the words in which a switch is written.
std::optional<RunsOn> byWords(StringRef Words) {
  auto HasAny = [&](std::initializer_list<StringRef> Any) {
    return llvm::any_of(Any,
                        [&](StringRef Word) { return Words.contains(Word); });
  };
  if (HasAny({"sleep", "delay", "timer", "after", "until", "yield", "wait",
              "lock", "event"}) ||
      !HasAny({"switch", "hop", "resume_on", "resumeon", "schedule", "transfer",
               "move_to", "moveto", "background", "continue_on", "pool",
               "worker", "thread", "executor", "strand", "dispatcher"}))
    return std::nullopt;
  return HasAny({"main", "loop", "foreground", "reactor", "back_to", "ui_"}) &&
                 !HasAny({"background", "pool"})
             ? RunsOn::Loop
             : RunsOn::Unknown;
}

} // namespace

RunsOn runsOn(const Callee &C, const models::Function &Model, Unit &U) {
  if (Model.ToPool)
    return *Model.ToPool ? RunsOn::Pool : RunsOn::Loop;
  if (Model.Executor >= 0)
    return static_cast<size_t>(Model.Executor) < C.Args.size()
               ? byExecutor(C.Args[Model.Executor], U)
               : RunsOn::Unknown;
  return C.Object ? byExecutor(C.Object, U) : RunsOn::Unknown;
}

/// Whether the coroutine's initial suspension hands it to threads, by the words
/// of its awaiter and of what that holds: `schedule_on_pool{pool}`.
static bool beginsOnThreads(const FunctionDecl *Coroutine, Unit &U) {
  const auto *Body = dyn_cast_or_null<CoroutineBodyStmt>(Coroutine->getBody());
  std::optional<TaskType> Type = U.task(Coroutine->getReturnType());
  if (!Body || !Body->getInitSuspendStmt() || (Type && Type->Model))
    return false;
  const CXXRecordDecl *Awaiter = nullptr;
  walk(Body->getInitSuspendStmt(), [&](const Stmt *S, Path) {
    if (const auto *Await = dyn_cast<CoawaitExpr>(S))
      Awaiter = recordOf(Await->getCommonExpr()->getType());
    return !Awaiter;
  });
  if (!Awaiter || Awaiter->isInStdNamespace())
    return false;
  auto AreThreads = [](StringRef Name) {
    std::string Words = Name.lower();
    auto HasAny = [&](std::initializer_list<StringRef> Any) {
      return llvm::any_of(
          Any, [&](StringRef Word) { return StringRef(Words).contains(Word); });
    };
    return HasAny({"thread_pool", "threadpool", "worker", "background",
                   "new_thread"}) &&
           !HasAny({"main", "loop", "foreground", "check"});
  };
  if (AreThreads(lastName(Awaiter)))
    return true;
  const CXXRecordDecl *Definition = Awaiter->getDefinition();
  return Definition &&
         llvm::any_of(Definition->fields(), [&](const FieldDecl *Field) {
           QualType T = Field->getType().getNonReferenceType();
           const CXXRecordDecl *Held =
               recordOf(T->isPointerType() ? T->getPointeeType() : T);
           return Held && AreThreads(lastName(Held));
         });
}

RunsOn beginsOn(const FunctionDecl *Coroutine, Unit &U) {
  if (beginsOnThreads(Coroutine, U))
    return RunsOn::Pool;
  const CXXRecordDecl *Tag =
      Coroutine->getNumParams()
          ? recordOf(Coroutine->getParamDecl(0)->getType())
          : nullptr;
  if (!Tag || !U.models().mentions(lastName(Tag)))
    return RunsOn::Loop;
  const models::Function *Model = U.models().function(modelName(Tag));
  if (!Model || Model->Role != models::Role::SwitchContext ||
      Model->Executor < 0 ||
      static_cast<unsigned>(Model->Executor) >= Coroutine->getNumParams())
    return RunsOn::Loop;
  return byType(Coroutine->getParamDecl(Model->Executor)->getType(), U);
}

std::optional<RunsOn> soundsLikeSwitch(const CoawaitExpr &Await, Unit &U) {
  // A task comes back to where it was awaited, and brings a result; a switch
  // is given no work.
  const Expr *Operand = bare(Await.getOperand());
  std::optional<TaskType> Type = U.task(Operand->getType());
  Callee C = calleeOf(Operand);
  std::string Verb = C.Function ? lastName(C.Function).lower() : "";
  // Whose name leaves no doubt may say whether it worked, by an awaiter of any
  // name.
  bool IsSure = llvm::any_of(
      std::initializer_list<StringRef>{"switch_to", "hop_to", "jump_on",
                                       "jump_to", "resume_on", "schedule_on",
                                       "transfer_to", "move_to", "continue_on"},
      [&](StringRef Word) { return StringRef(Verb).starts_with(Word); });
  QualType Result = Await.getType();
  if (!(Result->isVoidType() || (IsSure && Result->isBooleanType())) ||
      (Type && Type->isTask()))
    return std::nullopt;
  for (const Expr *Arg : C.Args)
    if (functionBehind(Arg) || U.task(Arg->getType()))
      return std::nullopt;
  std::string Words;
  if (const CXXRecordDecl *Made = recordOf(Operand->getType()))
    Words += lastName(Made).lower() + " ";
  if (C.Function)
    Words += Verb + " ";
  if (C.Object)
    if (const CXXRecordDecl *Of =
            recordOf(C.Object->getType()->isPointerType()
                         ? C.Object->getType()->getPointeeType()
                         : C.Object->getType()))
      Words += lastName(Of).lower();
  std::optional<RunsOn> Found = byWords(Words);
  return IsSure && !Found ? RunsOn::Unknown : Found;
}

std::optional<RunsOn> soundsLikeSwitch(const DependentCoawaitExpr &Await,
                                       Unit &U) {
  // What is called, and of whom: arguments are no words of a switch.
  const Expr *Operand = bare(Await.getOperand());
  if (const auto *Call = dyn_cast<CallExpr>(Operand))
    Operand = Call->getCallee();
  return byWords(textOf(Operand->getSourceRange(), U).lower());
}

SmallVector<const FunctionDecl *, 2> workOf(const Callee &C,
                                            const models::Function &Model) {
  SmallVector<const FunctionDecl *, 2> Work;
  for (size_t I = 0; I < C.Args.size(); ++I) {
    bool IsNamed = Model.Task >= 0 || Model.Callable >= 0;
    if (IsNamed && static_cast<int>(I) != Model.Task &&
        static_cast<int>(I) != Model.Callable)
      continue;
    if (const FunctionDecl *F = functionBehind(C.Args[I]))
      Work.push_back(F->getCanonicalDecl());
  }
  return Work;
}

} // namespace weir
