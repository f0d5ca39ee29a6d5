// Whether what a call waits for is known to be there already; see Ready.h.
//
// The order of the source stands for the order of execution, and any question
// of readiness for a check of its answer: what is asked is known to be asked
// for a reason.

#include "checks/support/Ready.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir {
namespace {

/// The variable or member \p E is, or is an element of; null for all else.
const ValueDecl *rootOf(const Expr *E) {
  while (E) {
    E = bare(E);
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return Ref->getDecl();
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      if (isa<CXXThisExpr>(bare(Member->getBase())))
        return Member->getMemberDecl();
      E = Member->getBase();
    } else if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Subscript->getBase();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      E = Unary->getSubExpr();
    } else if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      E = Cast->getSubExpr();
    } else if (isa<CXXMemberCallExpr, CXXOperatorCallExpr>(E)) {
      E = calleeOf(E).Object; // at(), operator[], operator->
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      E = Call->getNumArgs() == 1 ? Call->getArg(0) : nullptr; // std::move
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

bool asksWhetherReady(const Callee &C) {
  if (!C.Function || !C.Function->getDeclName().isIdentifier())
    return false;
  std::string Name = C.Function->getName().lower();
  for (StringRef Word : {"ready", "wait", "available", "finished", "done", "completed",
                         "poll", "status", "failed", "has_value", "hasvalue"})
    if (StringRef(Name).contains(Word))
      return true;
  return false;
}

bool containsAwait(const Expr *E) {
  bool Found = false;
  walk(E, [&](const Stmt *S, Path) {
    Found |= isa<CoawaitExpr, DependentCoawaitExpr>(S);
    return !Found;
  });
  return Found;
}

/// Follows what is known about some variables through a body.
class Proof {
public:
  Proof(const Expr *Goal, const ValueDecl *Root) : Goal(Goal) { Roots.insert(Root); }

  bool holdsIn(const Stmt *Body) {
    // A loop variable and what it runs over stand for each other.
    walk(Body, [&](const Stmt *S, Path) {
      if (const auto *For = dyn_cast<CXXForRangeStmt>(S))
        if (Roots.contains(For->getLoopVariable()))
          if (const ValueDecl *Range = rootOf(For->getRangeInit()))
            Roots.insert(Range);
      return true;
    });
    walk(Body, [&](const Stmt *S, Path Parents) {
      if (S == Goal)
        Reached = true;
      // What an await is given is waited for, not replaced.
      bool IsAwaited = llvm::any_of(Parents, [](const Stmt *P) { return isa<CoawaitExpr>(P); });
      if (!Reached && !IsAwaited)
        see(S);
      return !Reached;
    });
    return Ready;
  }

private:
  bool isIt(const Expr *E) const {
    const ValueDecl *Root = rootOf(E);
    return Root && Roots.contains(Root);
  }

  void see(const Stmt *S) {
    if (const auto *Await = dyn_cast<CoawaitExpr>(S)) {
      Ready |= Joins.contains(rootOf(Await->getOperand()));
      walk(Await->getOperand(), [&](const Stmt *Each, Path) {
        if (const auto *E = dyn_cast<Expr>(Each); E && isa<DeclRefExpr, MemberExpr>(E))
          Ready |= isIt(E);
        return true;
      });
    } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        declare(D);
    } else if (isa<CallExpr>(S)) {
      call(cast<CallExpr>(S));
    }
  }

  /// What an await gives is there: a future that was waited for. What is made
  /// of it, as `when_all both(a, b);`, stands for it when awaited.
  void declare(const Decl *D) {
    const auto *V = dyn_cast<VarDecl>(D);
    if (!V || !V->getInit())
      return;
    if (!containsAwait(V->getInit())) {
      walk(V->getInit(), [&](const Stmt *Each, Path) {
        if (const auto *Ref = dyn_cast<DeclRefExpr>(Each); Ref && isIt(Ref))
          Joins.insert(V);
        return true;
      });
      return;
    }
    Ready |= Roots.contains(V);
    if (const auto *Parts = dyn_cast<DecompositionDecl>(V))
      for (const BindingDecl *Part : Parts->bindings())
        Ready |= Roots.contains(Part);
  }

  void call(const CallExpr *Call) {
    Callee C = calleeOf(Call);
    if (C.Object && isIt(C.Object)) {
      if (Call->isCallToStdMove() || !asksWhetherReady(C)) {
        if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
            Operator && Operator->isAssignmentOp())
          Ready = containsAwait(C.Args.front());
        return;
      }
      Ready = true;
      return;
    }
    // Whoever gets it by reference may put another one in its place.
    if (!C.Function || Call->isCallToStdMove())
      return;
    for (auto [Param, Arg] : llvm::zip(C.Function->parameters(), C.Args)) {
      QualType T = Param->getType();
      if (T->isLValueReferenceType() && !T->getPointeeType().isConstQualified() && isIt(Arg))
        Ready = false;
    }
  }

  const Expr *Goal;
  llvm::SmallPtrSet<const ValueDecl *, 4> Roots, Joins;
  bool Ready = false, Reached = false;
};

} // namespace

bool isKnownReady(const Expr *E, const Callee &C, const Body &B) {
  const ValueDecl *Root = C.Object ? rootOf(C.Object) : nullptr;
  if (!Root)
    return false;
  // A lambda's capture, by what the function around it awaited for it.
  if (const auto *V = dyn_cast<VarDecl>(Root);
      V && B.lambda() && V->getDeclContext() != B.decl() && V->getInit() && containsAwait(V->getInit()))
    return true;
  return Proof(E, Root).holdsIn(B.stmt());
}

bool joinsNothing(const Callee &C, const Body &B) {
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(C.Object ? bare(C.Object) : nullptr);
  const auto *Scope = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Scope || isa<ParmVarDecl>(Scope) || !Scope->hasLocalStorage() ||
      Scope->getType()->isReferenceType() || Ref->refersToEnclosingVariableOrCapture())
    return false;
  // Whoever else names it may start something in it.
  bool IsNamedElsewhere = false;
  walk(B.stmt(), [&](const Stmt *S, Path) {
    const auto *Other = dyn_cast<DeclRefExpr>(S);
    IsNamedElsewhere |= Other && Other != Ref && Other->getDecl() == Scope;
    return !IsNamedElsewhere;
  });
  return !IsNamedElsewhere;
}

} // namespace weir
