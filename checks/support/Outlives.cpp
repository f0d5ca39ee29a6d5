// Whether a task outlives something it refers to; see Outlives.h.

#include "checks/support/Outlives.h"
#include "checks/support/Awaits.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"
#include "checks/support/Unit.h"
#include "checks/support/Uses.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

using models::Role;

/// Whether an object of the class owns what its elements and views refer to.
bool isOwner(QualType T) {
  const CXXRecordDecl *Record = recordOf(T);
  return Record && Record->isInStdNamespace() && Record->getIdentifier() &&
         llvm::is_contained({"basic_string", "vector", "array", "deque", "list", "map", "set",
                             "unordered_map", "unordered_set", "optional", "unique_ptr", "pair",
                             "tuple"},
                            Record->getName());
}

bool isEmpty(QualType T) {
  const CXXRecordDecl *Record = recordOf(T);
  return Record && Record->hasDefinition() && Record->isEmpty();
}

/// `std::make_shared<T>(...)`, which nobody else shares yet.
bool isMadeShared(const Expr *E) {
  const auto *Call = dyn_cast<CallExpr>(bare(E));
  const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
  return F && F->isInStdNamespace() && lastName(F) == "make_shared";
}

/// Whether \p E is an argument of \p Call that a reference is bound to.
bool isBound(const Expr *E, const Expr *Call) {
  Callee C = calleeOf(Call);
  for (unsigned I = 0;
       C.Function && I < C.Args.size() && I < C.Function->getNumParams(); ++I)
    if (bare(C.Args[I]) == E)
      return C.Function->getParamDecl(I)->getType()->isReferenceType();
  return false;
}

/// Whether what \p Local holds is moved to somebody else: what a pointer or a
/// container owns lives on there. A `T &&` of the one who makes \p Task is
/// nobody else.
bool isMovedAway(const VarDecl *Local, const Expr *Task, const Body &B) {
  bool Found = false;
  walk(B.stmt(), [&](const Stmt *S, Path) {
    const auto *Call = dyn_cast<CallExpr>(S);
    const auto *Ref = Call && isMove(Call) ? dyn_cast<DeclRefExpr>(bare(Call->getArg(0))) : nullptr;
    Found |= Ref && Ref->getDecl() == Local && !isBound(Call, Task);
    return !Found;
  });
  return Found;
}

/// Whether \p Local, a view, a pointer or an iterator, refers to one thing
/// only.
bool isReassigned(const VarDecl *Local) {
  const auto *F = dyn_cast<FunctionDecl>(Local->getDeclContext());
  bool Found = !F || !F->getBody();
  if (!Found)
    walk(F->getBody(), [&](const Stmt *S, Path) {
      const Expr *Left = nullptr;
      if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S);
          Operator && Operator->isAssignmentOp())
        Left = Operator->getArg(0);
      else if (const auto *Binary = dyn_cast<BinaryOperator>(S);
               Binary && Binary->isAssignmentOp())
        Left = Binary->getLHS();
      else if (const auto *Unary = dyn_cast<UnaryOperator>(S);
               Unary && Unary->getOpcode() == UO_AddrOf)
        Left = Unary->getSubExpr();
      const auto *Ref = Left ? dyn_cast<DeclRefExpr>(bare(Left)) : nullptr;
      Found |= Ref && Ref->getDecl() == Local;
      return !Found;
    });
  return Found;
}

/// `view v = v.substr(1);`, as it may stand there half typed.
bool isMadeOfItself(const VarDecl *Local) {
  bool Found = false;
  walk(Local->getInit(), [&](const Stmt *S, Path) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    Found |= Ref && Ref->getDecl() == Local;
    return !Found;
  });
  return Found;
}

/// The container whose element `*i` is, of the hidden iterator of a loop.
const Expr *loopedOver(const CallExpr *Call) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
  const Expr *Object =
      Operator && Operator->getOperator() == OO_Star ? objectOf(Call) : nullptr;
  const auto *Ref = Object ? dyn_cast<DeclRefExpr>(bare(Object)) : nullptr;
  const auto *Iterator = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Iterator || !Iterator->isImplicit() ||
      !isIterator(Iterator->getType()) || !Iterator->getInit())
    return nullptr;
  const auto *Begin = dyn_cast<CXXMemberCallExpr>(bare(Iterator->getInit()));
  const Expr *Container = Begin ? Begin->getImplicitObjectArgument() : nullptr;
  return Container && isOwner(Container->getType()) ? Container : nullptr;
}

/// Whether \p Call is the view of what a stream or a path has in it: `s.view()`.
bool isViewOfText(const CallExpr *Call, const Callee &C) {
  const CXXRecordDecl *Of = C.Object ? recordOf(C.Object->getType()) : nullptr;
  return Of && Of->isInStdNamespace() && isView(Call->getType()) && lastName(C.Function) == "view";
}

const Expr *callReferent(const CallExpr *Call) {
  Callee C = calleeOf(Call);
  C.Object = objectOf(Call);
  if (!C.Function)
    return nullptr;
  if (isa<CXXConversionDecl>(C.Function))
    return C.Object && isView(Call->getType()) && !isView(C.Object->getType()) ? C.Object : nullptr;
  if (const Expr *Container = loopedOver(Call))
    return Container;
  if (isViewOfText(Call, C))
    return C.Object;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call))
    return C.Object && (isOwner(C.Object->getType()) || isMadeShared(C.Object)) &&
                   llvm::is_contained({OO_Subscript, OO_Star, OO_Arrow}, Operator->getOperator())
               ? C.Object
               : nullptr;
  if (!C.Function->getDeclName().isIdentifier() || !C.Function->isInStdNamespace())
    return C.Object && C.Function->getDeclName().isIdentifier() && isOwner(C.Object->getType()) &&
                   (isIterator(Call->getType()) ||
                    llvm::is_contained({"front", "back", "at", "data", "c_str", "get", "value"},
                                       C.Function->getName()))
               ? C.Object
               : nullptr;
  if (llvm::is_contained({"move", "forward", "as_const", "addressof"}, C.Function->getName()))
    return C.Args.empty() ? nullptr : C.Args.front();
  return nullptr;
}

/// The view that \p Call gives a part of.
const Expr *wholeView(const CallExpr *Call) {
  const Expr *Object = objectOf(Call);
  const FunctionDecl *F = Call->getDirectCallee();
  return Object && F && isView(Call->getType()) && isView(Object->getType()) &&
                 F->getDeclName().isIdentifier() &&
                 llvm::is_contained({"substr", "subview", "subspan", "first", "last"}, F->getName())
             ? Object
             : nullptr;
}

std::optional<Referent> lvalueReferent(const Expr *E) {
  for (unsigned Steps = 0; E && Steps < 16; ++Steps) {
    E = E->IgnoreParens();
    if (const auto *Full = dyn_cast<FullExpr>(E)) {
      E = Full->getSubExpr();
    } else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E)) {
      E = Default->getExpr();
    } else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
      if (Temporary->getStorageDuration() != SD_FullExpression || isEmpty(E->getType()))
        return std::nullopt;
      return Referent{Temporary};
    } else if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      switch (Cast->getCastKind()) {
      case CK_NoOp:
      case CK_DerivedToBase:
      case CK_UncheckedDerivedToBase:
      case CK_ArrayToPointerDecay:
      case CK_UserDefinedConversion:
      case CK_ConstructorConversion:
        E = Cast->getSubExpr();
        break;
      default:
        return std::nullopt;
      }
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const ValueDecl *D = Ref->getDecl();
      if (const auto *Binding = dyn_cast<BindingDecl>(D))
        D = Binding->getDecomposedDecl();
      const auto *Variable = dyn_cast_or_null<VarDecl>(D);
      if (!Variable || !Variable->hasLocalStorage() || Ref->refersToEnclosingVariableOrCapture() ||
          isEmpty(Variable->getType().getNonReferenceType()))
        return std::nullopt;
      if (!Variable->getType()->isReferenceType())
        return Referent{nullptr, Variable};
      // Another name for something in sight, and for ever. What a loop over a
      // range calls its range is one if that has a name.
      if (isa<ParmVarDecl>(Variable) || !Variable->getInit() ||
          (Variable->isImplicit() &&
           !isa<DeclRefExpr>(bare(Variable->getInit()))))
        return std::nullopt;
      E = Variable->getInit();
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
      if (Member->isArrow() || !Field || Field->getType()->isReferenceType())
        return std::nullopt;
      E = Member->getBase();
    } else if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Subscript->getBase();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      if (Unary->getOpcode() != UO_AddrOf)
        return std::nullopt;
      E = Unary->getSubExpr();
    } else if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
      // Either may be what is gone.
      if (std::optional<Referent> First = lvalueReferent(Choice->getTrueExpr()))
        return First;
      E = Choice->getFalseExpr();
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      if (const Expr *Whole = wholeView(Call))
        return referentOf(Whole, Whole->getType());
      E = callReferent(Call);
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
      // A view made of what it shall refer to; not a copy of another view.
      QualType From = Construct->getNumArgs() > 0
                          ? Construct->getArg(0)->getType()
                          : QualType();
      if (!isView(Construct->getType()) || From.isNull() || isView(From) ||
          !(isOwner(From) || From->isArrayType() || From->isPointerType()))
        return std::nullopt;
      if (From->isPointerType())
        return referentOf(Construct->getArg(0), From);
      E = Construct->getArg(0);
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// Follows control from the making of a task to the death of a variable.
class Survey {
public:
  Survey(const Body &B, Unit &U) : U(U) {
    CFG::BuildOptions Options;
    Options.setAllAlwaysAdd();
    Options.AddLifetime = true;
    Options.AddInitializers = true;
    Graph = CFG::buildCFG(B.decl(), const_cast<Stmt *>(B.stmt()), &U.context(),
                          Options);
  }

  /// Whether \p Dies may end behind \p From with no wait between them. With a
  /// \p Keeper: and the keeper be used behind that.
  bool reaches(const Stmt *From, const VarDecl *Dies, const VarDecl *Keeper = nullptr) {
    if (!Graph)
      return false;
    for (const CFGBlock *Block : *Graph)
      for (unsigned I = 0; I < Block->size(); ++I)
        if (std::optional<CFGStmt> S = (*Block)[I].getAs<CFGStmt>(); S && S->getStmt() == From)
          return follow(Block, I + 1, Dies, Keeper);
    return false;
  }

private:
  bool follow(const CFGBlock *Start, unsigned Index, const VarDecl *Dies, const VarDecl *Keeper) {
    SmallVector<std::pair<const CFGBlock *, unsigned>, 16> Work{{Start, Index}};
    llvm::DenseSet<const CFGBlock *> Seen;
    while (!Work.empty()) {
      auto [Block, I] = Work.pop_back_val();
      bool Ends = false;
      for (; I < Block->size() && !Ends; ++I) {
        const CFGElement &Element = (*Block)[I];
        if (std::optional<CFGLifetimeEnds> End = Element.getAs<CFGLifetimeEnds>()) {
          if (End->getVarDecl() == Keeper || (!Keeper && endWaits(End->getVarDecl()->getType())))
            Ends = true;
          else if (End->getVarDecl() == Dies) {
            if (!Keeper || isUsed(Block, I + 1, Keeper))
              return true;
            Ends = true;
          }
        } else if (std::optional<CFGStmt> S = Element.getAs<CFGStmt>()) {
          Ends = isWait(S->getStmt()) || isa<CXXThrowExpr>(S->getStmt());
        }
      }
      if (Ends || Block->hasNoReturnElement() || leadsToWait(Block->getTerminatorStmt()))
        continue;
      if (Block == &Graph->getExit() && !Keeper)
        return true;
      for (const CFGBlock *Next : Block->succs())
        if (Next && Seen.insert(Next).second)
          Work.push_back({Next, 0});
    }
    return false;
  }

  bool isUsed(const CFGBlock *Start, unsigned Index, const VarDecl *Keeper) {
    SmallVector<std::pair<const CFGBlock *, unsigned>, 16> Work{{Start, Index}};
    llvm::DenseSet<const CFGBlock *> Seen;
    while (!Work.empty()) {
      auto [Block, I] = Work.pop_back_val();
      bool Ends = false;
      for (; I < Block->size() && !Ends; ++I) {
        const CFGElement &Element = (*Block)[I];
        if (std::optional<CFGLifetimeEnds> End = Element.getAs<CFGLifetimeEnds>())
          Ends = End->getVarDecl() == Keeper;
        else if (std::optional<CFGStmt> S = Element.getAs<CFGStmt>())
          if (const auto *Ref = dyn_cast<DeclRefExpr>(S->getStmt());
              Ref && Ref->getDecl() == Keeper)
            return true;
      }
      if (!Ends)
        for (const CFGBlock *Next : Block->succs())
          if (Next && Seen.insert(Next).second)
            Work.push_back({Next, 0});
    }
    return false;
  }

  /// Whether \p Branch is `if (!done) wait();` or a loop that waits: the way
  /// around the wait is taken where there is nothing to wait for.
  bool leadsToWait(const Stmt *Branch) {
    const Stmt *Inside = nullptr;
    // `while (!done);`, `while (!done) co_await sleep(1ms);`
    if (const auto *While = dyn_cast_or_null<WhileStmt>(Branch);
        While && !isConstant(While->getCond()) && onlyWaits(While->getBody()))
      return true;
    if (const auto *If = dyn_cast_or_null<IfStmt>(Branch))
      Inside = If->getThen();
    else if (isa_and_nonnull<WhileStmt, ForStmt, DoStmt, CXXForRangeStmt>(Branch))
      Inside = Branch;
    bool Waits = false, Leaves = false;
    if (Inside)
      walk(Inside, [&](const Stmt *S, Path) {
        Waits |= isWait(S);
        Leaves |= isa<ReturnStmt, CoreturnStmt>(S);
        return true;
      });
    return Waits && !Leaves;
  }

  /// Whether the body of a loop does nothing but let time pass.
  static bool onlyWaits(const Stmt *Body) {
    if (const auto *Block = dyn_cast<CompoundStmt>(Body);
        Block && Block->size() == 1)
      Body = Block->body_front();
    const auto *E = dyn_cast<Expr>(Body);
    return !firstSuspension(Body) || (E && isa<CoawaitExpr>(bare(E)));
  }

  static bool isConstant(const Expr *Condition) {
    return isa<CXXBoolLiteralExpr, IntegerLiteral>(bare(Condition));
  }

  /// Whether to destroy a \p T may end or wait for what runs on it.
  bool endWaits(QualType T) {
    const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
    if (!Record || !Record->hasDefinition() || Record->hasTrivialDestructor() ||
        !Record->getIdentifier())
      return false;
    std::string Name = Record->getName().lower();
    return llvm::any_of(std::initializer_list<StringRef>{"pool", "executor", "context", "runtime",
                                                         "scheduler", "thread", "scope", "group",
                                                         "loop", "nursery"},
                        [&](StringRef Word) { return StringRef(Name).contains(Word); });
  }

  /// Whether what was started before may be done behind \p S.
  bool isWait(const Stmt *S) {
    if (const auto *Await = dyn_cast<CoawaitExpr>(S)) {
      const Expr *Call = awaitedCall(Await->getOperand(), U);
      const models::Function *Model = Call ? U.function(calleeOf(Call)) : nullptr;
      return !Model || !llvm::is_contained({Role::Sleep, Role::Current,
                                            Role::AsyncLock, Role::AsyncOp},
                                           Model->Role);
    }
    if (isa<CoyieldExpr>(S))
      return true;
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call)
      return false;
    Callee C = calleeOf(Call);
    if (!C.Function)
      return true;
    if (const models::Function *Model = U.function(C))
      return llvm::is_contained({Role::SyncWait, Role::ScopeJoin, Role::Cancel}, Model->Role) ||
             U.blocking(C);
    if (U.blocking(C) || !soundsLikeWaiting(C.Function))
      return U.blocking(C);
    // `run()` that makes a lazy task has run nothing, and these of the standard
    // library only sound like it.
    std::optional<TaskType> Made = U.task(C.Function->getReturnType());
    return isOfStd(C.Function) ? !llvm::is_contained({"get", "close", "flush"},
                                                     lastName(C.Function))
                               : !(Made && Made->isTask() && Made->isLazy());
  }

  Unit &U;
  std::unique_ptr<CFG> Graph;
};

bool isDeclaredBefore(const VarDecl *A, const VarDecl *B) {
  return A->getLocation() < B->getLocation();
}

/// Whether the end of a scope, a local, comes before \p Local's and ends or
/// waits for its tasks.
bool endsFirst(const VarDecl *Scope, const VarDecl *Local, Unit &U) {
  std::optional<TaskType> Type = U.task(Scope->getType());
  if (!Local || !Type || !Type->Model)
    return true; // not known to be otherwise
  switch (Type->Discard) {
  case models::Discard::Cancels:
    return true;
  case models::Discard::Blocks:
    return isDeclaredBefore(Local, Scope);
  default:
    return !Type->Model->MustJoin && isDeclaredBefore(Local, Scope);
  }
}

/// Whether a task that nobody holds goes on.
bool goesOn(const Expr *Task, Unit &U) {
  using models::Discard;
  std::optional<TaskType> Type = U.task(Task->getType());
  return Type && (isDetached(*Type) || Type->Discard == Discard::KeepsRunning ||
                  Type->Discard == Discard::LogsError);
}

/// Whether \p Variable is not mentioned again, but to be dropped aloud.
bool isLeft(const VarDecl *Variable, const Body &B, Unit &U) {
  return llvm::all_of(fatesOf(Variable, B, U),
                      [](const Fate &Later) { return Later.Where == Fate::Dropped; });
}

std::optional<Escape> escapeOfTemporary(const Expr *Task, const Fate &F, const Body &B, Unit &U) {
  switch (F.Where) {
  case Fate::Kept:
    if (isLeft(F.Variable, B, U) && !goesOn(Task, U))
      return std::nullopt;
    return Escape{F, F.Variable};
  case Fate::Started:
    if (F.Model && F.Model->Discard == models::Discard::Blocks)
      return std::nullopt;
    return Escape{F};
  case Fate::Stored:
  case Fate::Returned:
    return Escape{F};
  case Fate::Dropped:
    return goesOn(Task, U) ? std::optional(Escape{F}) : std::nullopt;
  default:
    return std::nullopt;
  }
}

std::optional<Escape> escapeOfLocal(const Expr *Task, const Fate &F, const VarDecl *Local,
                                    Survey &Flow, const Body &B, Unit &U, unsigned Depth) {
  switch (F.Where) {
  case Fate::Returned:
    return Escape{F};
  case Fate::Dropped:
    if (!goesOn(Task, U) || isTestCode(B, U) || !Flow.reaches(Task, Local))
      return std::nullopt;
    return Escape{F};
  case Fate::Stored:
    if (!Flow.reaches(Task, Local))
      return std::nullopt;
    return Escape{F};
  case Fate::Started:
    // How a test waits is its own affair: a latch, a spin, an executor's end.
    if ((F.Model && F.Model->Discard == models::Discard::Blocks) || isTestCode(B, U) ||
        (F.Variable && endsFirst(F.Variable, Local, U)) || !Flow.reaches(Task, Local))
      return std::nullopt;
    return Escape{F};
  case Fate::Kept: {
    if (Depth > 2)
      return std::nullopt;
    if (goesOn(Task, U) && isLeft(F.Variable, B, U)) {
      if (isTestCode(B, U) || !Flow.reaches(Task, Local))
        return std::nullopt;
      return Escape{F, F.Variable};
    }
    if (Flow.reaches(Task, Local, F.Variable))
      return Escape{F, F.Variable};
    // Whoever takes it by the hand may have run it to its end before that.
    auto IsUnknown = [](const Fate &Each) { return Each.Where == Fate::Unknown; };
    if (llvm::any_of(fatesOf(F.Variable, B, U), IsUnknown) && !Flow.reaches(Task, Local))
      return std::nullopt;
    std::optional<Escape> Found;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      if (!Ref || Ref->getDecl() != F.Variable || Found)
        return true;
      Fate Next = fateOf(Ref, Parents, U);
      if (Next.Where == Fate::Returned || Next.Where == Fate::Started || Next.Where == Fate::Stored)
        Found = escapeOfLocal(Ref, Next, Local, Flow, B, U, Depth + 1);
      return true;
    });
    if (Found)
      Found->By = F.Variable;
    return Found;
  }
  default:
    return std::nullopt;
  }
}

} // namespace

bool soundsLikeWaiting(const FunctionDecl *F) {
  if (!F->getDeclName().isIdentifier() || F->getName().starts_with("await_"))
    return false; // part of a co_await, which speaks for itself
  std::string Name = F->getName().lower();
  return llvm::any_of(
      std::initializer_list<StringRef>{"run",     "wait",  "join",  "get",   "loop",     "exec",
                                       "block",   "poll",  "drain", "close", "shutdown", "stop",
                                       "cancel",  "flush", "yield", "sync",  "until",    "finish",
                                       "process", "pump",  "drive", "release", "resume",
                                       "notify",  "wake",  "signal"},
      [&](StringRef Word) { return StringRef(Name).contains(Word); });
}

const Expr *written(const Expr *E) {
  E = bare(E);
  while (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(E))
    E = bare(Cast->getSubExpr());
  return E;
}

const Expr *objectOf(const CallExpr *Call) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    return Member->getImplicitObjectArgument();
  if (isa<CXXOperatorCallExpr>(Call) && isa_and_nonnull<CXXMethodDecl>(Call->getDirectCallee()) &&
      Call->getNumArgs() > 0)
    return Call->getArg(0);
  return nullptr;
}

/// What a copy of the view, pointer or iterator \p E refers to: as far as it is
/// a local that was made of a local.
static std::optional<Referent> copyReferent(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *Local = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Local || isa<ParmVarDecl>(Local) || !Local->hasLocalStorage() ||
      !Local->getInit() || Local->getType()->isReferenceType() ||
      !refersToOther(Local->getType()) ||
      Ref->refersToEnclosingVariableOrCapture() || isReassigned(Local) || isMadeOfItself(Local))
    return std::nullopt;
  std::optional<Referent> What = referentOf(Local->getInit(), Local->getType());
  // The compiler itself reports a view of a temporary.
  return What && What->Local ? What : std::nullopt;
}

std::optional<Referent> referentOf(const Expr *E, QualType As) {
  // A copy of a view or a pointer refers to what the original does.
  if (!As->isReferenceType()) {
    const Expr *Copied = bare(E);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Copied);
        Construct &&
        (Construct->getConstructor()->isCopyOrMoveConstructor() ||
         (Construct->getNumArgs() > 0 && isView(As) && isView(Construct->getArg(0)->getType()))))
      Copied = bare(Construct->getArg(0));
    if (isMove(Copied))
      Copied = bare(cast<CallExpr>(Copied)->getArg(0));
    if (isa<DeclRefExpr, MemberExpr>(Copied) &&
        !Copied->getType()->isArrayType())
      return copyReferent(Copied);
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E->IgnoreParens());
        Cast && isView(As) && Cast->getCastKind() == CK_NoOp)
      E = Cast->getSubExpr();
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(bare(E));
        Construct && Construct->getConstructor()->isCopyOrMoveConstructor())
      E = Construct->getArg(0);
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E->IgnoreParens()))
      E = Temporary->getSubExpr();
  }
  return lvalueReferent(E);
}

std::optional<Escape> escapeOf(const Expr *Task, Path Parents, const Referent &What, const Body &B,
                               Unit &U) {
  Fate F = fateOf(Task, Parents, U);
  if (F.isOver() || F.Where == Fate::Unknown)
    return std::nullopt;
  if (What.Temporary)
    return escapeOfTemporary(Task, F, B, U);
  if (What.Local && isOwner(What.Local->getType()) &&
      isMovedAway(What.Local, Task, B))
    return std::nullopt;
  Survey Flow(B, U);
  return escapeOfLocal(Task, F, What.Local, Flow, B, U, 0);
}

std::string describe(const Escape &E, StringRef Noun) {
  switch (E.How.Where) {
  case Fate::Kept:
    if (E.By->isImplicit())
      return "the loop begins when what its range was made of is gone";
    return ("the " + Noun + " is kept in '" + E.By->getName() + "'").str();
  case Fate::Returned:
    return ("the " + Noun + " is returned").str();
  case Fate::Stored:
    return ("the " + Noun + " is stored").str();
  case Fate::Started:
    return "the task is started here, and not waited for";
  default:
    return "nobody waits for the coroutine";
  }
}

SourceLocation placeOf(const Escape &E) {
  if (E.How.Where == Fate::Kept && isa<DeclStmt>(E.How.At) && !E.By->isImplicit())
    return E.By->getLocation();
  if (const auto *Call = dyn_cast_or_null<Expr>(E.How.At))
    return nameLocation(Call);
  return E.How.At ? E.How.At->getBeginLoc() : SourceLocation();
}

std::string deathOf(const Referent &What, const Body &B) {
  if (What.Temporary)
    return "dies at the end of the statement";
  if (isa<ParmVarDecl>(What.Local) && !B.isCoroutine())
    return B.lambda() ? "dies when the lambda returns"
                      : "dies when '" + B.decl()->getNameAsString() + "' returns";
  return "dies at the end of its scope";
}

} // namespace weir
