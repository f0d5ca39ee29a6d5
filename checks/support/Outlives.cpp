// Whether a task outlives something it refers to; see Outlives.h.

#include "checks/support/Outlives.h"
#include "checks/support/Awaits.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"
#include "checks/support/Unit.h"
#include "checks/support/Uses.h"
#include "clang/Analysis/CFG.h"
#include "clang/Basic/CharInfo.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

using models::Role;

/// Whether \p E is an argument of \p Call that a reference is bound to.
bool isBound(const Expr *E, const Expr *Call) {
  Callee C = calleeOf(Call);
  for (unsigned I = 0;
       C.Function && I < C.Args.size() && I < C.Function->getNumParams(); ++I)
    if (bare(C.Args[I]) == E)
      return C.Function->getParamDecl(I)->getType()->isReferenceType();
  return false;
}

} // namespace

/// Follows control from the making of a task to the death of a variable. Made
/// once for a body, in which there may be thousands of tasks.
class Survey {
public:
  Survey(const Body &B, Unit &U) : B(&B), U(U) {
    CFG::BuildOptions Options;
    Options.setAllAlwaysAdd();
    Options.AddLifetime = true;
    Options.AddInitializers = true;
    Graph = CFG::buildCFG(B.decl(), const_cast<Stmt *>(B.stmt()), &U.context(),
                          Options);
    if (Graph)
      for (const CFGBlock *Block : *Graph)
        for (unsigned I = 0; I < Block->size(); ++I)
          if (std::optional<CFGStmt> S = (*Block)[I].getAs<CFGStmt>())
            Where.try_emplace(S->getStmt(), Block, I);
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *Call = dyn_cast<CallExpr>(S);
      if (const auto *Ref = Call && isMove(Call)
                                ? dyn_cast<DeclRefExpr>(bare(Call->getArg(0)))
                                : nullptr)
        Moves[Ref->getDecl()].push_back(Call);
      // `return owner;`
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S);
          Ref && isReturned(Parents))
        Moves[Ref->getDecl()].push_back(Ref);
      return true;
    });
  }

  /// The one of \p B.
  static Survey &of(const Body &B, Unit &U) {
    if (!U.Surveyed || U.Surveyed->B != &B)
      U.Surveyed = std::make_shared<Survey>(B, U);
    return *U.Surveyed;
  }

  /// Whether what \p Local holds is moved to somebody else: what a pointer or a
  /// container owns lives on there. A `T &&` of the one who makes \p Task is
  /// nobody else.
  bool isMovedAway(const VarDecl *Local, const Expr *Task) const {
    auto Found = Moves.find(Local);
    return Found != Moves.end() &&
           !llvm::all_of(Found->second,
                         [&](const Expr *Move) { return isBound(Move, Task); });
  }

  /// Whether \p Dies may end behind \p From with no wait between them. With a
  /// \p Keeper: and the keeper be used behind that.
  bool reaches(const Stmt *From, const VarDecl *Dies, const VarDecl *Keeper = nullptr) {
    auto Found = Where.find(From);
    return Found != Where.end() &&
           follow(Found->second.first, Found->second.second + 1, Dies, Keeper);
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
      if (Ends || Block->hasNoReturnElement() ||
          leadsToWait(Block->getTerminatorStmt(), Dies))
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
  bool leadsToWait(const Stmt *Branch, const VarDecl *Dies) {
    const Stmt *Inside = nullptr;
    // `while (count > 0) { …; co_await …; }`, where the tasks count down.
    if (const Expr *Condition = conditionOf(Branch);
        Condition && Dies && isCounter(Dies->getType()) && names(Condition, Dies) &&
        firstSuspension(Branch))
      return true;
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

  static const Expr *conditionOf(const Stmt *Branch) {
    if (const auto *While = dyn_cast_or_null<WhileStmt>(Branch))
      return While->getCond();
    if (const auto *Do = dyn_cast_or_null<DoStmt>(Branch))
      return Do->getCond();
    const auto *For = dyn_cast_or_null<ForStmt>(Branch);
    return For ? For->getCond() : nullptr;
  }

  static bool isCounter(QualType T) {
    const CXXRecordDecl *Record = recordOf(T);
    return T->isArithmeticType() || (Record && isStd(Record, "atomic"));
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

  const Body *B;
  Unit &U;
  std::unique_ptr<CFG> Graph;
  llvm::DenseMap<const Stmt *, std::pair<const CFGBlock *, unsigned>> Where;
  llvm::DenseMap<const ValueDecl *, SmallVector<const Expr *, 1>> Moves;
};

namespace {

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

/// Whether the destructor may do so: it is written, or a base's is.
bool waitsAtItsEnd(const CXXRecordDecl *Class) {
  const CXXDestructorDecl *End = Class->getDestructor();
  return (End && End->isUserProvided()) ||
         llvm::any_of(Class->bases(), [](const CXXBaseSpecifier &Base) {
           const CXXRecordDecl *Record = recordOf(Base.getType());
           return !Record || !Record->hasDefinition() ||
                  waitsAtItsEnd(Record->getDefinition());
         });
}

/// Whether a task that nobody holds goes on.
bool goesOn(const Expr *Task, Unit &U) {
  using models::Discard;
  std::optional<TaskType> Type = U.task(Task->getType());
  return Type && (isDetached(*Type) || Type->Discard == Discard::KeepsRunning ||
                  Type->Discard == Discard::LogsError ||
                  (Type->Start == models::Start::Eager && Type->FreesItself &&
                   !waitsAtItsEnd(Type->Record)));
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
  // `get_executor` only asks.
  StringRef Written = F->getName();
  if (Written.consume_front("get") &&
      (Written.consume_front("_") ||
       (!Written.empty() && isUppercase(Written.front()))) &&
      !Written.contains_insensitive("result"))
    return false;
  std::string Name = F->getName().lower();
  return llvm::any_of(
      std::initializer_list<StringRef>{"run",     "wait",  "join",  "get",   "loop",     "exec",
                                       "block",   "poll",  "drain", "close", "shutdown", "stop",
                                       "cancel",  "flush", "yield", "sync",  "until",    "finish",
                                       "process", "pump",  "drive", "release", "resume",
                                       "notify",  "wake",  "signal"},
      [&](StringRef Word) { return StringRef(Name).contains(Word); });
}

std::optional<Escape> escapeOf(const Expr *Task, Path Parents, const Referent &What, const Body &B,
                               Unit &U) {
  Fate F = fateOf(Task, Parents, U);
  if (F.isOver() || F.Where == Fate::Unknown)
    return std::nullopt;
  if (What.Temporary)
    return escapeOfTemporary(Task, F, B, U);
  Survey &Flow = Survey::of(B, U);
  if (What.Local && isOwner(What.Local->getType()) &&
      Flow.isMovedAway(What.Local, Task))
    return std::nullopt;
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

} // namespace weir
