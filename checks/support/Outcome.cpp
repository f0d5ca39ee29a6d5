// How control leaves an exception handler; see Outcome.h.
//
// One pass over the structure: a statement's outcome is made of its parts'. A
// `break` or `continue` belongs to the nearest loop or switch in the handler,
// or leads out of it.

#include "checks/support/Outcome.h"
#include "checks/support/Awaits.h"
#include "checks/support/Closing.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir {
namespace {

Outcome both(Outcome L, const Outcome &R) {
  L.Next |= R.Next;
  L.Breaks |= R.Breaks;
  L.Again |= R.Again;
  L.Returns |= R.Returns;
  L.Replaced |= R.Replaced;
  L.Rethrows |= R.Rethrows;
  L.Copies |= R.Copies;
  return L;
}

bool isAlways(const Expr *Condition) {
  if (!Condition)
    return true;
  const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(bare(Condition));
  const auto *Number = dyn_cast<IntegerLiteral>(bare(Condition));
  return (Literal && Literal->getValue()) || (Number && Number->getValue() != 0);
}

/// Whether a `break` in \p S leaves the loop \p S is the body of.
bool breaks(const Stmt *S) {
  if (!S || isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt, LambdaExpr>(S))
    return false;
  if (isa<BreakStmt, GotoStmt>(S))
    return true;
  for (const Stmt *Child : S->children())
    if (breaks(Child))
      return true;
  return false;
}

class Walker {
public:
  explicit Walker(const VarDecl *Caught) : Caught(Caught) {}

  Outcome of(const Stmt *S) {
    Outcome Result;
    Result.Next = true;
    if (!S)
      return Result;
    if (const auto *E = dyn_cast<Expr>(S))
      return ofExpr(bare(E));
    if (const auto *Compound = dyn_cast<CompoundStmt>(S))
      return sequence(Compound, /*IsSwitch=*/false);
    if (const auto *If = dyn_cast<IfStmt>(S))
      return both(of(If->getThen()), of(If->getElse()));
    if (const auto *Attributed = dyn_cast<AttributedStmt>(S))
      return of(Attributed->getSubStmt());
    if (const auto *Label = dyn_cast<LabelStmt>(S))
      return of(Label->getSubStmt());
    if (const auto *Case = dyn_cast<SwitchCase>(S))
      return of(Case->getSubStmt());
    if (const auto *Switch = dyn_cast<SwitchStmt>(S))
      return ofSwitch(Switch);
    if (const auto *For = dyn_cast<ForStmt>(S))
      return loop(For->getBody(), isAlways(For->getCond()));
    if (const auto *While = dyn_cast<WhileStmt>(S))
      return loop(While->getBody(), isAlways(While->getCond()));
    if (const auto *Do = dyn_cast<DoStmt>(S))
      return loop(Do->getBody(), isAlways(Do->getCond()));
    if (const auto *Range = dyn_cast<CXXForRangeStmt>(S))
      return loop(Range->getBody(), false);
    if (const auto *Try = dyn_cast<CXXTryStmt>(S))
      return ofTry(Try);
    if (isa<BreakStmt, ContinueStmt, GotoStmt>(S)) {
      Result.Next = false;
      // Inside a loop or a switch of the handler it stays there.
      (Depth               ? Result.Next
       : isa<BreakStmt>(S) ? Result.Breaks
                           : Result.Again) = true;
    } else if (isa<ReturnStmt, CoreturnStmt>(S)) {
      Result.Next = false;
      Result.Returns = true;
    }
    return Result;
  }

private:
  Outcome ofExpr(const Expr *E) {
    Outcome Result;
    if (const auto *Throw = dyn_cast<CXXThrowExpr>(E)) {
      (isCaught(Throw->getSubExpr()) ? Result.Rethrows : Result.Replaced) = true;
      Result.Copies = Result.Rethrows && Throw->getSubExpr();
      return Result;
    }
    if (isa<CallExpr>(E)) {
      const FunctionDecl *Callee = calleeOf(E).Function;
      if (Callee && Callee->getDeclName().isIdentifier() &&
          Callee->getName() == "rethrow_exception") {
        Result.Rethrows = true;
        return Result;
      }
      // Whoever ends the process swallows nothing. Other functions that do not
      // return throw something of their own.
      if (Callee && Callee->isNoReturn()) {
        Result.Replaced = !endsProcess(Callee);
        return Result;
      }
    }
    if (const auto *Choice = dyn_cast<ConditionalOperator>(E))
      return both(ofExpr(bare(Choice->getTrueExpr())), ofExpr(bare(Choice->getFalseExpr())));
    Result.Next = true;
    return Result;
  }

  static bool endsProcess(const FunctionDecl *F) {
    if (!F->getDeclName().isIdentifier())
      return true;
    StringRef Name = F->getName();
    return !Name.contains_insensitive("throw") && !Name.contains_insensitive("raise");
  }

  /// Whether to throw \p Thrown is to throw what was caught.
  bool isCaught(const Expr *Thrown) const {
    if (!Thrown)
      return true;
    const Stmt *S = bare(Thrown);
    while (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
      if (Construct->getNumArgs() != 1)
        return false;
      S = bare(Construct->getArg(0));
    }
    if (const auto *Call = dyn_cast<CallExpr>(S); Call && Call->isCallToStdMove())
      S = bare(Call->getArg(0));
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    return Ref && Caught && Ref->getDecl() == Caught;
  }

  Outcome sequence(const CompoundStmt *Block, bool IsSwitch) {
    Outcome Result;
    Result.Next = true;
    for (const Stmt *S : Block->body()) {
      // A case can be jumped to, whatever stands before it.
      if (!Result.Next && !(IsSwitch && isa<SwitchCase>(S)))
        continue;
      Result.Next = false;
      Result = both(Result, of(S));
    }
    return Result;
  }

  Outcome ofSwitch(const SwitchStmt *Switch) {
    bool HasDefault = false;
    for (const SwitchCase *Case = Switch->getSwitchCaseList(); Case;
         Case = Case->getNextSwitchCase())
      HasDefault |= isa<DefaultStmt>(Case);
    ++Depth;
    const auto *Block = dyn_cast<CompoundStmt>(Switch->getBody());
    Outcome Result = Block ? sequence(Block, /*IsSwitch=*/true) : of(Switch->getBody());
    --Depth;
    Result.Next |= !HasDefault || breaks(Switch->getBody());
    return Result;
  }

  Outcome loop(const Stmt *Body, bool IsEndless) {
    ++Depth;
    Outcome Result = of(Body);
    --Depth;
    Result.Next = !IsEndless || breaks(Body);
    return Result;
  }

  Outcome ofTry(const CXXTryStmt *Try) {
    Outcome Result = of(Try->getTryBlock());
    // What the block throws, its handlers get first.
    Result.Rethrows = Result.Replaced = Result.Copies = false;
    for (unsigned I = 0; I < Try->getNumHandlers(); ++I)
      Result = both(Result, Walker(Try->getHandler(I)->getExceptionDecl())
                                .of(Try->getHandler(I)->getHandlerBlock()));
    return Result;
  }

  const VarDecl *Caught;
  unsigned Depth = 0; ///< loops and switches around, in the handler
};

} // namespace

bool mayBeCancelled(const Body &B, const models::Library &Lib) {
  if (Lib.CancelExceptions.empty() || Lib.CancelTokens.empty())
    return !Lib.CancelExceptions.empty();
  auto Is = [&](QualType T) {
    const CXXRecordDecl *Class =
        recordOf(T->isPointerType() ? T->getPointeeType() : T);
    return Class && llvm::is_contained(Lib.CancelTokens, modelName(Class));
  };
  bool Found = llvm::any_of(B.decl()->parameters(), [&](const ParmVarDecl *P) {
    return Is(P->getType());
  });
  walk(B.stmt(), [&](const Stmt *S, Path) {
    const auto *E = dyn_cast<Expr>(S);
    Found |= E && !E->getType().isNull() && Is(E->getType());
    return !Found;
  });
  return Found;
}

Outcome outcomeOf(const CXXCatchStmt *Handler) {
  return Walker(Handler->getExceptionDecl()).of(Handler->getHandlerBlock());
}

static bool isAwait(const Stmt *S) {
  return isa<CoawaitExpr, DependentCoawaitExpr, CoyieldExpr>(S);
}

/// Whether something in \p Whole awaits; try blocks have handlers of their own,
/// so \p IntoTry.
static bool awaits(const Stmt *Whole, bool IntoTry) {
  bool Found = false;
  walk(Whole, [&](const Stmt *S, Path) {
    Found |= isAwait(S);
    return !Found && (IntoTry || !isa<CXXTryStmt>(S));
  });
  return Found;
}

/// Whether the function returns behind \p Try, in a loop or not, with no await
/// on the way.
static bool returnsBehind(const Stmt *Try, Path Parents) {
  const Stmt *Below = Try;
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    if (const auto *Block = dyn_cast<CompoundStmt>(Parent)) {
      auto At = llvm::find(Block->body(), Below);
      for (auto I = At == Block->body_end() ? At : std::next(At);
           I != Block->body_end(); ++I) {
        if (awaits(*I, /*IntoTry=*/true))
          return false;
        if (isa<CoreturnStmt, ReturnStmt>(*I))
          return true;
      }
    } else if (!isa<IfStmt>(Parent)) {
      return false;
    }
    Below = Parent;
  }
  return false;
}

/// Whether \p Loop ends by itself, however often it fails: it goes over a
/// range, or counts.
static bool isBounded(const Stmt *Loop) {
  const Stmt *Condition = nullptr;
  if (const auto *For = dyn_cast<ForStmt>(Loop))
    Condition = For->getCond();
  else if (const auto *While = dyn_cast<WhileStmt>(Loop))
    Condition = While->getCond();
  else if (const auto *Do = dyn_cast<DoStmt>(Loop))
    Condition = Do->getCond();
  else
    return isa<CXXForRangeStmt>(Loop);
  auto CounterOf = [](const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && V->hasLocalStorage() && V->getType()->isIntegerType() ? V
                                                                      : nullptr;
  };
  llvm::SmallPtrSet<const VarDecl *, 4> Counted;
  walk(Loop, [&](const Stmt *S, Path) {
    if (const auto *Step = dyn_cast<UnaryOperator>(S);
        Step && Step->isIncrementDecrementOp())
      Counted.insert(CounterOf(Step->getSubExpr()));
    return true;
  });
  bool Found = false;
  if (Condition)
    walk(Condition, [&](const Stmt *S, Path) {
      const auto *E = dyn_cast<Expr>(S);
      const VarDecl *V = E ? CounterOf(E) : nullptr;
      Found |= V && Counted.contains(V);
      return !Found;
    });
  return Found;
}

bool goesOnWaiting(const CXXTryStmt *Try, const Outcome &Out, Path Parents,
                   const Body &B, bool Sticks, Unit &U) {
  if (!Out.Next && !Out.Breaks && !Out.Again)
    return false;
  if (!Out.Again && !Out.Breaks && returnsBehind(Try, Parents))
    return false;
  // What control goes on behind: the handler, or what every path breaks out of.
  const Stmt *Left = Try;
  bool Leaves = !Out.Next && !Out.Again, Loops = false;
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    bool IsLoop = isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Parent);
    if (Leaves && (IsLoop || isa<SwitchStmt>(Parent))) {
      Left = Parent;
      Leaves = false;
    } else if (IsLoop) {
      // The next await outside the block throws it again.
      if (Sticks && awaits(Parent, /*IntoTry=*/false))
        return false;
      Loops |= !Sticks || !isBounded(Parent);
    }
  }
  if (Loops || Sticks)
    return Loops;
  auto Closes = [&](const Stmt *S) {
    const auto *Await = dyn_cast<CoawaitExpr>(S);
    const Expr *Call = Await ? awaitedCall(Await->getOperand(), U) : nullptr;
    const FunctionDecl *Callee = Call ? calleeOf(Call).Function : nullptr;
    return Callee && isClosing(Callee);
  };
  // Where it went the one way, it does not go the other.
  llvm::SmallPtrSet<const Stmt *, 4> OtherWays;
  const Stmt *Below = Try;
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    if (const auto *If = dyn_cast<IfStmt>(Parent); If && If->getThen() == Below)
      OtherWays.insert(If->getElse());
    if (const auto *Block = dyn_cast<CompoundStmt>(Parent)) {
      bool IsBehind = false, IsOver = false; // by the `break` of a case
      for (const Stmt *Each : Block->body()) {
        if (IsOver)
          OtherWays.insert(Each);
        IsOver |= IsBehind && isa<BreakStmt, ReturnStmt, CoreturnStmt>(Each);
        IsBehind |= Each == Below;
      }
    }
    Below = Parent;
  }
  bool Passed = false, Found = false;
  walk(B.stmt(), [&](const Stmt *S, Path) {
    if (S == Left) {
      Passed = true;
      return false;
    }
    if (OtherWays.contains(S))
      return false;
    Found |= Passed && !Closes(S) && isAwait(S);
    return !Found;
  });
  return Found;
}

} // namespace weir
