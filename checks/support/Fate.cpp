// Where a task goes once it is made; see Fate.h.

#include "checks/support/Fate.h"
#include "checks/support/Unit.h"
#include "checks/support/Uses.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

using models::Role;

/// Whether a method of a container or a smart pointer keeps its argument.
bool isInsertion(const FunctionDecl *F) {
  return F->getDeclName().isIdentifier() && isOfStd(F) &&
         llvm::is_contained({"push_back", "emplace_back", "push_front", "emplace_front",
                             "push", "emplace", "insert", "try_emplace",
                             "insert_or_assign", "assign", "reset"},
                            F->getName());
}

/// `event.wait()`, `ThreadJoin()`, `loop.run()`, `blockOn()` of the program's own: by
/// its first word, or its last. Not as generous as soundsLikeWaiting: a launcher may
/// well get, notify or release something.
bool isNamedAsWait(const FunctionDecl *F) {
  StringRef Name = lastName(F);
  size_t End = Name.find_first_of("_ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1);
  std::string First = Name.take_front(End).lower();
  size_t Begin = Name.find_last_of("_ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  std::string Last = (Begin == StringRef::npos ? Name : Name.drop_front(Begin)).ltrim('_').lower();
  return !isOfStd(F) &&
         (llvm::is_contained({"wait", "join", "run", "block", "sync"}, First) ||
          llvm::is_contained({"wait", "join"}, Last));
}

/// The fate of what is put into the object \p E.
Fate into(const Expr *E, const Stmt *At) {
  E = bare(E);
  while (true) {
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E);
        Operator && Operator->getNumArgs() > 0)
      E = bare(Operator->getArg(0)); // v[i] = f()
    else if (const auto *Member = dyn_cast<MemberExpr>(E); Member && !Member->isArrow())
      E = bare(Member->getBase());
    else
      break;
  }
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *Variable = dyn_cast<VarDecl>(Ref->getDecl()))
      if (Variable->hasLocalStorage() && !Variable->getType()->isReferenceType() &&
          !Ref->refersToEnclosingVariableOrCapture())
        return {Fate::Kept, At, Variable};
  return {Fate::Stored, At};
}

/// Follows one value up through the expressions that hand it on.
class Climber {
public:
  Climber(const Expr *E, Path Parents, Unit &U, unsigned Depth = 0)
      : Child(E), Parents(Parents), U(U), Depth(Depth) {}

  Fate climb() {
    while (!Parents.empty()) {
      const Stmt *Parent = Parents.back();
      Parents = Parents.drop_back();
      if (std::optional<Fate> Found = step(Parent))
        return *Found;
      if (const auto *E = dyn_cast<Expr>(Parent))
        Child = E;
    }
    // Only what initialises a member stands in no statement.
    return {Fate::Stored, Child};
  }

private:
  /// Nothing where the value of \p Parent is the task still.
  std::optional<Fate> step(const Stmt *Parent) {
    if (isa<CoyieldExpr>(Parent))
      return Fate{};
    if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(Parent))
      return Fate{Fate::Awaited, Parent};
    if (isa<ReturnStmt, CoreturnStmt>(Parent))
      return Fate{Fate::Returned, Parent};
    if (const auto *Declaration = dyn_cast<DeclStmt>(Parent))
      return declared(Declaration);
    if (const auto *Call = dyn_cast<CallExpr>(Parent))
      return called(Call);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Parent))
      return constructed(Construct);
    if (const auto *Cast = dyn_cast<CastExpr>(Parent)) {
      if (Cast->getCastKind() == CK_ToVoid)
        return Fate{Fate::Dropped, Parent};
      return std::nullopt;
    }
    if (const auto *Condition = dyn_cast<ConditionalOperator>(Parent)) {
      if (Condition->getCond() == Child)
        return Fate{};
      return std::nullopt;
    }
    if (const auto *Binary = dyn_cast<BinaryOperator>(Parent)) {
      if (Binary->isAssignmentOp() && Binary->getRHS() == Child)
        return into(Binary->getLHS(), Binary);
      if (Binary->getOpcode() != BO_Comma)
        return Fate{};
      if (Binary->getLHS() == Child)
        return Fate{Fate::Dropped, Parent};
      return std::nullopt;
    }
    if (isa<MemberExpr>(Parent)) // the object of a call, which comes next
      return isa_and_nonnull<CXXMemberCallExpr>(Parents.empty() ? nullptr : Parents.back())
                 ? std::nullopt
                 : std::optional(Fate{});
    if (isa<ParenExpr, FullExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr,
            InitListExpr, CXXStdInitializerListExpr, CXXDefaultInitExpr>(Parent))
      return std::nullopt;
    if (isa<Expr>(Parent) || isa<CXXForRangeStmt, SwitchStmt>(Parent))
      return Fate{};
    return Fate{Fate::Dropped, bare(Child)};
  }

  bool isGenerator(QualType T) {
    std::optional<TaskType> Type = U.task(T);
    return Type && (Type->Kind == models::TypeKind::Generator ||
                    Type->Kind == models::TypeKind::AsyncGenerator);
  }

  std::optional<Fate> declared(const DeclStmt *Declaration) {
    for (const Decl *D : Declaration->decls()) {
      const auto *Variable = dyn_cast<VarDecl>(D);
      if (!Variable || Variable->getInit() != Child)
        continue;
      // The range of a loop that a generator is.
      if (Variable->isImplicit() && !isGenerator(Child->getType()))
        return Fate{};
      if (!Variable->hasLocalStorage())
        return Fate{Fate::Stored, Declaration};
      return Fate{Fate::Kept, Declaration, Variable};
    }
    return Fate{};
  }

  std::optional<Fate> called(const CallExpr *Call) {
    Callee C = calleeOf(Call);
    if (!C.Function)
      return restOr({}, Call);
    if (isMove(Call))
      return std::nullopt;
    if (C.Function->getOverloadedOperator() == OO_Equal && C.Object)
      return bare(C.Object) == bare(Child) ? Fate{} : into(C.Object, Call);
    if (C.Object && isInsertion(C.Function))
      return into(C.Object, Call);
    // `std::make_unique<task>(std::move(t))` has what it is given.
    if (isOfStd(C.Function) && lastName(C.Function).starts_with("make_") &&
        C.Args.size() == 1)
      if (const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
              recordOf(Call->getType()));
          Spec && Spec->getTemplateArgs().size() &&
          Spec->getTemplateArgs()[0].getKind() == TemplateArgument::Type &&
          U.task(Spec->getTemplateArgs()[0].getAsType()))
        return std::nullopt;
    // What a closure makes goes where its caller lets it.
    if (isLambdaCallOperator(C.Function) && C.Object &&
        bare(C.Object) == bare(Child) && U.task(Call->getType()))
      return std::nullopt;
    return byRole(C, Call);
  }

  std::optional<Fate> constructed(const CXXConstructExpr *Construct) {
    Callee C = calleeOf(Construct);
    if (C.Function && U.function(C))
      return byRole(C, Construct);
    // A copy, a move, or a std class that holds it.
    if (Construct->getConstructor()->isCopyOrMoveConstructor() || Construct->isElidable() ||
        (Construct->getNumArgs() >= 1 && isOfStd(Construct->getConstructor())) ||
        U.task(Construct->getType()))
      return std::nullopt;
    return restOr({}, Construct);
  }

  std::optional<Fate> byRole(const Callee &C, const Expr *Call) {
    const models::Function *Model = U.function(C);
    if (!Model && becomesPartOf(C, Call))
      return std::nullopt;
    if (!Model)
      return restOr(insideOf(C, Call), Call);
    switch (Model->Role) {
    case Role::SyncWait:
      return Fate{Fate::Waited, Call};
    case Role::Race:
    case Role::Timeout:
      // The one that loses goes on when the other is awaited.
      if (Model->Losers == models::Losers::KeepRunning &&
          restOr({}, Call).isOver())
        return Fate{Fate::Started, Call, nullptr, Model};
      return std::nullopt;
    case Role::All:
    case Role::BindExecutor:
    case Role::RunOn:
    case Role::AwaitAdaptor:
    case Role::Convert:
    case Role::Continuation:
    case Role::KeepaliveInvoke:
      return std::nullopt;
    case Role::Spawn:
    case Role::SpawnJoinable:
    case Role::Start:
    case Role::Detach:
    case Role::ScopeAdd: {
      Fate Started{Fate::Started, Call, nullptr, Model};
      if (Model->Role == Role::ScopeAdd && C.Object)
        if (Fate Scope = into(C.Object, Call); Scope.Where == Fate::Kept)
          Started.Variable = Scope.Variable;
      return restOr(Started, Call);
    }
    default:
      return restOr({}, Call);
    }
  }

  /// Whether the task is a parameter of a lazy one's frame: it cannot run
  /// before that does.
  bool becomesPartOf(const Callee &C, const Expr *Call) {
    std::optional<TaskType> Type = U.task(Call->getType());
    if (!Type || Type->Start != models::Start::Lazy ||
        Type->Kind == models::TypeKind::Detached)
      return false;
    for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams();
         ++I)
      if (C.Args[I] == Child)
        return !C.Function->getParamDecl(I)->getType()->isReferenceType() &&
               U.task(Child->getType());
    return false;
  }

  /// A coroutine that nobody can wait for.
  bool isLauncher(const FunctionDecl *F) {
    std::optional<TaskType> Type = U.task(F->getReturnType());
    return !Type || Type->Kind == models::TypeKind::Detached;
  }

  /// What becomes of it in a function in sight that starts or stores its
  /// parameter, and waits for nothing; or in a coroutine that awaits it and
  /// that nobody waits for.
  Fate insideOf(const Callee &C, const Expr *Call) {
    const FunctionDecl *Defined = nullptr;
    const auto *Given = llvm::find(C.Args, Child);
    unsigned Index = Given - C.Args.begin();
    if (Depth > 2 || Given == C.Args.end() ||
        Index >= C.Function->getNumParams() || !C.Function->hasBody(Defined) ||
        Defined->isDependentContext() ||
        U.sources().isInSystemHeader(Defined->getLocation()))
      return {};
    const ParmVarDecl *Parameter = Defined->getParamDecl(Index);
    Fate Found;
    if (const auto *Coroutine =
            dyn_cast<CoroutineBodyStmt>(Defined->getBody())) {
      if (isLauncher(Defined))
        walk(Coroutine->getBody(), [&](const Stmt *S, Path Around) {
          const auto *Ref = dyn_cast<DeclRefExpr>(S);
          // Its frame has it, and goes on by itself.
          if (Ref && Ref->getDecl() == Parameter &&
              llvm::is_contained(
                  {Fate::Awaited, Fate::Kept},
                  Climber(Ref, Around, U, Depth + 1).climb().Where))
            Found = {Fate::Started, Call, nullptr, nullptr, Defined};
          return Found.Where == Fate::Unknown;
        });
      return Found;
    }
    bool Waits = false;
    walk(Defined->getBody(), [&](const Stmt *S, Path Around) {
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S); Ref && Ref->getDecl() == Parameter) {
        Fate Next = Climber(Ref, Around, U, Depth + 1).climb();
        if (Next.Where == Fate::Started || Next.Where == Fate::Stored)
          Found = Next;
        Waits |= Next.isOver();
      } else if (const auto *Each = dyn_cast<CallExpr>(S)) {
        Callee Called = calleeOf(Each);
        const models::Function *Model = U.function(Called);
        Waits |= !Called.Function || U.blocking(Called) ||
                 (Model ? Model->Role == Role::SyncWait ||
                              Model->Role == Role::ScopeJoin
                        : isNamedAsWait(Called.Function));
      }
      return true;
    });
    if (Waits || Found.Where == Fate::Unknown)
      return {};
    if (Found.Where == Fate::Started)
      return {Fate::Started, Call, nullptr, Found.Model, Found.Launcher};
    // What a method stores goes as its object goes; where a function does, its
    // caller may know.
    return C.Object ? into(C.Object, Call) : Fate{};
  }

  /// Awaited or waited for, if that is what becomes of the value of \p E; else
  /// \p Otherwise.
  Fate restOr(Fate Otherwise, const Expr *E) {
    Fate Rest = Climber(E, Parents, U, Depth).climb();
    return Rest.isOver() ? Rest : Otherwise;
  }

  const Expr *Child;
  Path Parents;
  Unit &U;
  unsigned Depth; ///< of functions that it was given to
};

} // namespace

Fate fateOf(const Expr *E, Path Parents, Unit &U) {
  return Climber(E, Parents, U).climb();
}

SmallVector<Fate, 4> fatesOf(const VarDecl *Variable, const Body &B, Unit &U) {
  SmallVector<Fate, 4> Fates;
  walk(B.stmt(), [&](const Stmt *S, Path Parents) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    if (Ref && Ref->getDecl() == Variable)
      Fates.push_back(fateOf(Ref, Parents, U));
    return true;
  });
  return Fates;
}

} // namespace weir
