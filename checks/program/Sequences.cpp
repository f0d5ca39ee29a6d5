// Awaits that stand one after the other without a reason in the function.
//
// Only awaits that keep a result are looked at: an await for its effect alone
// says that order matters. Between two of them may stand what changes nothing
// that either could see: a message for the log, a local of its own. Anything
// else ends the run: a condition, an early exit, an assignment. Inside a try
// block order decides what is caught, and a test is read from top to bottom.
//
// A lazy task that was made before counts where it is awaited, for there it
// begins: `auto x = f(); auto y = g(); co_await x; co_await y;` runs f, then g.

#include "checks/program/Sequences.h"
#include "checks/program/Roots.h"
#include "checks/support/Awaits.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <utility>

using namespace clang;

namespace weir::program {
namespace {

/// `auto x = co_await f(…);`, or one of several awaits in one expression.
struct Step {
  const DeclStmt *Statement;
  const VarDecl *Variable;
  const CoawaitExpr *Await;
  const Expr *Call;
  std::vector<unsigned> Before;
};

const Expr *unwrapped(const Expr *E) {
  E = bare(E);
  // The result is usually moved into the variable by a constructor.
  while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E)) {
    if (Construct->getNumArgs() != 1)
      break;
    E = bare(Construct->getArg(0));
  }
  return E;
}

class Finder {
public:
  Finder(const Body &B, Unit &U, Roots &Where,
         const llvm::DenseMap<const Expr *, unsigned> &IndexOf)
      : B(B), U(U), Where(Where), IndexOf(IndexOf) {}

  std::vector<Sequence> find() {
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (isa<CXXTryStmt>(S))
        return false;
      if (const auto *Block = dyn_cast<CompoundStmt>(S))
        scan(Block);
      else if (isInOneExpression(S))
        close();
      return true;
    });
    return std::move(Result);
  }

private:
  void scan(const CompoundStmt *Block) {
    for (const Stmt *S : Block->body()) {
      std::optional<Step> Next = asStep(S);
      std::vector<unsigned> Calls;
      if (Next && !dependsOn(*Next)) {
        HasBetween |= IsBetween;
        IsBetween = false;
        Next->Before = std::exchange(Between, {});
        Earlier.insert(Next->Variable);
        Run.push_back(std::move(*Next));
        continue;
      }
      if (Next) {
        close();
        Earlier.insert(Next->Variable);
        Run.push_back(std::move(*Next));
      } else if (Run.empty() || !isQuiet(S, Calls)) {
        close();
      } else {
        Between.insert(Between.end(), Calls.begin(), Calls.end());
        IsBetween = true;
      }
    }
    close();
  }

  std::optional<Step> asStep(const Stmt *S) {
    const auto *Decls = dyn_cast<DeclStmt>(S);
    if (!Decls || !Decls->isSingleDecl())
      return std::nullopt;
    const auto *V = dyn_cast<VarDecl>(Decls->getSingleDecl());
    if (!V || !V->hasInit() || !V->hasLocalStorage())
      return std::nullopt;
    const auto *Await = dyn_cast_or_null<CoawaitExpr>(unwrapped(V->getInit()));
    const Expr *Call = Await ? callOf(Await) : nullptr;
    if (!Call)
      return std::nullopt;
    return Step{Decls, V, Await, Call, {}};
  }

  /// The call whose task \p Await begins.
  const Expr *callOf(const CoawaitExpr *Await) {
    const Expr *Operand = Await->getOperand();
    if (const Expr *Call = awaitedCall(Operand, U))
      return IndexOf.count(Call) ? Call : nullptr;
    while (const auto *Move = dyn_cast<CallExpr>(bare(Operand))) {
      if (!Move->isCallToStdMove())
        return nullptr;
      Operand = Move->getArg(0);
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(bare(Operand));
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    const Expr *Made = V && V->hasLocalStorage() && V->hasInit()
                           ? unwrapped(V->getInit())
                           : nullptr;
    return Made && isLazy(Made) && IndexOf.count(Made) ? Made : nullptr;
  }

  bool isLazy(const Expr *E) {
    std::optional<TaskType> Type = U.task(E->getType());
    return isa<CallExpr>(E) && Type && Type->isTask() && Type->isLazy();
  }

  /// Whether \p S names what an earlier step gave, or awaits more than once.
  bool dependsOn(const Step &S) {
    unsigned Awaits = 0;
    bool Found = namesEarlier(S.Statement);
    walk(S.Statement, [&](const Stmt *Each, Path) {
      Found |= isa<LambdaExpr>(Each); // may capture anything
      Awaits += isa<CoawaitExpr>(Each);
      return !Found;
    });
    return Found || Awaits != 1;
  }

  bool namesEarlier(const Stmt *S) {
    bool Found = false;
    walk(S, [&](const Stmt *Each, Path) {
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Each)) {
        const ValueDecl *D = Ref->getDecl();
        if (const auto *Binding = dyn_cast<BindingDecl>(D))
          D = dyn_cast<ValueDecl>(Binding->getDecomposedDecl());
        Found |= Earlier.contains(dyn_cast_or_null<VarDecl>(D));
      }
      return !Found;
    });
    return Found;
  }

  /// Whether \p S changes nothing but a local of its own. \p Calls receives the
  /// calls of which only the Program knows.
  bool isQuiet(const Stmt *S, std::vector<unsigned> &Calls) {
    if (!isa<DeclStmt, Expr, NullStmt>(S) || namesEarlier(S))
      return false;
    bool Quiet = true;
    walk(S, [&](const Stmt *Each, Path) {
      if (const auto *Decls = dyn_cast<DeclStmt>(Each)) {
        Quiet &= llvm::all_of(Decls->decls(), [](const Decl *D) {
          const auto *V = dyn_cast<VarDecl>(D);
          return !V || V->hasLocalStorage();
        });
      } else if (const auto *Binary = dyn_cast<BinaryOperator>(Each)) {
        Quiet &= !Binary->isAssignmentOp();
      } else if (const auto *Unary = dyn_cast<UnaryOperator>(Each)) {
        Quiet &= !Unary->isIncrementDecrementOp();
      } else if (isa<CoroutineSuspendExpr, DependentCoawaitExpr, CXXThrowExpr,
                     LambdaExpr, CXXNewExpr, CXXDeleteExpr>(Each)) {
        Quiet = false;
      } else if (isa<CallExpr, CXXConstructExpr>(Each)) {
        Quiet &= isQuietCall(cast<Expr>(Each), Calls);
      }
      return Quiet;
    });
    return Quiet;
  }

  bool isQuietCall(const Expr *E, std::vector<unsigned> &Calls) {
    Callee C = calleeOf(E);
    if (!C.Function)
      return false;
    const auto *Method = dyn_cast<CXXMethodDecl>(C.Function);
    if (Method && C.Object && !isa<CXXConstructorDecl>(Method) &&
        !Method->isStatic() && !Method->isConst() &&
        !Where.of(C.Object).empty())
      return false;
    for (size_t I = 0; I < C.Args.size() && I < C.Function->getNumParams();
         ++I) {
      QualType T = C.Function->getParamDecl(I)->getType();
      if ((T->isReferenceType() || T->isPointerType()) &&
          !T->getPointeeType().isConstQualified() &&
          !Where.of(C.Args[I]).empty())
        return false;
    }
    // A lazy task does nothing yet; of one that is not, IndexOf knows.
    if (isLazy(E) || isOfStd(C.Function) || C.Function->isTrivial())
      return true;
    if (const models::Function *Model = U.function(C))
      return Model->Effects == models::Effects::None;
    auto Index = IndexOf.find(E);
    if (Index == IndexOf.end())
      return false;
    Calls.push_back(Index->second);
    return true;
  }

  /// Several awaits of one expression, `f(co_await a(), co_await b())`: what
  /// takes their results must come after all of them.
  bool isInOneExpression(const Stmt *S) {
    if (!isa<DeclStmt, ReturnStmt, CoreturnStmt, Expr>(S) ||
        isa<CoroutineSuspendExpr>(S))
      return false;
    if (!Seen.insert(S).second)
      return false;
    bool Plain = true;
    std::vector<const CoawaitExpr *> Awaits;
    walk(S, [&](const Stmt *Each, Path) {
      Seen.insert(Each);
      const auto *Binary = dyn_cast<BinaryOperator>(Each);
      Plain &=
          !isa<AbstractConditionalOperator, LambdaExpr, CoyieldExpr,
               DependentCoawaitExpr, CXXThrowExpr, CXXNewExpr, CXXDeleteExpr>(
              Each) &&
          !(Binary && (Binary->isLogicalOp() || Binary->isCommaOp() ||
                       Binary->isAssignmentOp()));
      if (const auto *Await = dyn_cast<CoawaitExpr>(Each)) {
        Awaits.push_back(Await);
        Plain &= !firstSuspension(Await->getOperand());
        return false;
      }
      return Plain;
    });
    if (!Plain || Awaits.size() < 2)
      return false;
    // A call that has some of the awaits among its arguments runs before the
    // rest.
    walk(S, [&](const Stmt *Each, Path) {
      if (isa<CoawaitExpr>(Each))
        return false;
      if (!isa<CallExpr, CXXConstructExpr>(Each))
        return true;
      unsigned Inside = 0;
      walk(Each, [&](const Stmt *Inner, Path) {
        Inside += isa<CoawaitExpr>(Inner);
        return !isa<CoawaitExpr>(Inner);
      });
      Callee C = calleeOf(cast<Expr>(Each));
      Plain &= Inside == Awaits.size() ||
               (C.Function && (isOfStd(C.Function) || C.Function->isTrivial()));
      return Plain;
    });
    for (const CoawaitExpr *Await : Awaits)
      if (const Expr *Call = Plain ? callOf(Await) : nullptr)
        Run.push_back({nullptr, nullptr, Await, Call, {}});
      else
        Plain = false;
    if (!Plain)
      Run.clear();
    return Plain;
  }

  void close() {
    if (Run.size() > 1)
      Result.push_back(describe());
    Run.clear();
    Between.clear();
    Earlier.clear();
    HasBetween = IsBetween = false;
  }

  Sequence describe() {
    Sequence S;
    for (const Step &Each : Run)
      S.Steps.push_back(describe(Each));
    const models::Library *Lib = U.libraryOf(B);
    if (!Lib)
      return S;
    auto Known = Lib->replacement("gather", modelName(recordOf(B.decl()->getReturnType())));
    if (!Known)
      return S;
    S.Gather = Known->Call;
    S.Needs = Known->Needs;
    S.Result = Known->Result;
    for (const std::string &Header : Known->Headers)
      if (auto Include = include(Header, Run.front().Await->getKeywordLoc(), U))
        S.Include.push_back(*Include);
    return S;
  }

  Sequence::Step describe(const Step &Each) {
    Sequence::Step Result;
    Result.Call = IndexOf.lookup(Each.Call);
    Result.Await = placeOf(Each.Await->getKeywordLoc(), U);
    Result.Operand = textOf(Each.Await->getOperand()->getSourceRange(), U).str();
    Result.Before = Each.Before;
    if (!Each.Variable)
      return Result;
    Result.Name = Each.Variable->getNameAsString();
    if (const auto *Parts = dyn_cast<DecompositionDecl>(Each.Variable)) {
      Result.Name = "[";
      for (const BindingDecl *Part : Parts->bindings())
        Result.Name +=
            (Result.Name.size() > 1 ? ", " : "") + Part->getNameAsString();
      Result.Name += "]";
      return Result;
    }
    SourceRange Statement(Each.Statement->getBeginLoc(),
                          Each.Await->getOperand()->getEndLoc());
    if (std::optional<Edit> Whole = replace(Statement, "", U)) {
      Result.Extent = {Whole->Begin, Whole->End};
      Result.CanRewrite =
          !HasBetween && !Result.Operand.empty() && isAuto(Each.Variable);
    }
    return Result;
  }

  static bool isAuto(const VarDecl *V) {
    return V->getTypeSourceInfo() &&
           isa<AutoType>(V->getTypeSourceInfo()->getType().getTypePtr()) &&
           !V->getType().isConstQualified();
  }

  const Body &B;
  Unit &U;
  Roots &Where;
  const llvm::DenseMap<const Expr *, unsigned> &IndexOf;
  std::vector<Step> Run;
  std::vector<unsigned> Between;
  bool IsBetween = false;  ///< something stands behind the last step
  bool HasBetween = false; ///< ... between two of them
  llvm::SmallPtrSet<const VarDecl *, 4> Earlier;
  llvm::SmallPtrSet<const Stmt *, 16>
      Seen; ///< parts of expressions that were looked at
  std::vector<Sequence> Result;
};

} // namespace

std::vector<Sequence>
findSequences(const Body &B, Unit &U, const Function &F, Roots &Where,
              const llvm::DenseMap<const Expr *, unsigned> &IndexOf) {
  if (F.IsTest || !F.IsTask)
    return {};
  return Finder(B, U, Where, IndexOf).find();
}

} // namespace weir::program
