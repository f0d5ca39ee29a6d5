// Awaits that stand one after the other without a reason in the function.
//
// Only whole statements that keep a result are looked at: an await for its
// effect alone says that order matters. Anything between two of them ends the
// run: a condition, an early exit, a plain call. Inside a try block order
// decides what is caught, and a test is read from top to bottom.

#include "checks/program/Sequences.h"
#include "checks/support/Awaits.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir::program {
namespace {

/// `auto x = co_await f(…);`
struct Step {
  const DeclStmt *Statement;
  const VarDecl *Variable;
  const CoawaitExpr *Await;
  const Expr *Call;
};

std::optional<Step> asStep(const Stmt *S, Unit &U) {
  const auto *Decls = dyn_cast<DeclStmt>(S);
  if (!Decls || !Decls->isSingleDecl())
    return std::nullopt;
  const auto *V = dyn_cast<VarDecl>(Decls->getSingleDecl());
  if (!V || !V->hasInit() || !V->hasLocalStorage())
    return std::nullopt;
  const Expr *Init = bare(V->getInit());
  // The result is usually moved into the variable by a constructor.
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Init);
      Construct && Construct->getNumArgs() == 1)
    Init = bare(Construct->getArg(0));
  const auto *Await = dyn_cast<CoawaitExpr>(Init);
  const Expr *Call = Await ? awaitedCall(Await->getOperand(), U) : nullptr;
  if (!Call)
    return std::nullopt;
  return Step{Decls, V, Await, Call};
}

/// Whether \p S names one of \p Variables, or awaits more than once.
bool dependsOn(const Step &S, const llvm::SmallPtrSetImpl<const VarDecl *> &Variables) {
  bool Found = false;
  unsigned Awaits = 0;
  walk(S.Statement, [&](const Stmt *Each, Path) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Each))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
        Found |= Variables.contains(V);
    if (isa<LambdaExpr>(Each))
      Found = true; // may capture anything
    Awaits += isa<CoawaitExpr>(Each);
    return !Found;
  });
  return Found || Awaits != 1;
}

class Finder {
public:
  Finder(const Body &B, Unit &U,
         const llvm::DenseMap<const Expr *, unsigned> &IndexOf)
      : B(B), U(U), IndexOf(IndexOf) {}

  std::vector<Sequence> find() {
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (isa<CXXTryStmt>(S))
        return false;
      if (const auto *Block = dyn_cast<CompoundStmt>(S))
        scan(Block);
      return true;
    });
    return std::move(Result);
  }

private:
  void scan(const CompoundStmt *Block) {
    for (const Stmt *S : Block->body()) {
      std::optional<Step> Next = asStep(S, U);
      if (!Next || !IndexOf.count(Next->Call) || dependsOn(*Next, Earlier))
        close();
      if (Next && IndexOf.count(Next->Call)) {
        Run.push_back(*Next);
        Earlier.insert(Next->Variable);
      }
    }
    close();
  }

  void close() {
    if (Run.size() > 1)
      Result.push_back(describe());
    Run.clear();
    Earlier.clear();
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
    if (auto Include = include(Known->Header, Run.front().Statement->getBeginLoc(), U))
      S.Include.push_back(*Include);
    return S;
  }

  Sequence::Step describe(const Step &Each) {
    Sequence::Step Result;
    Result.Call = IndexOf.lookup(Each.Call);
    Result.Name = Each.Variable->getNameAsString();
    Result.Await = placeOf(Each.Await->getKeywordLoc(), U);
    Result.Operand = textOf(Each.Await->getOperand()->getSourceRange(), U).str();
    SourceRange Statement(Each.Statement->getBeginLoc(),
                          Each.Await->getOperand()->getEndLoc());
    if (std::optional<Edit> Whole = replace(Statement, "", U)) {
      Result.Extent = {Whole->Begin, Whole->End};
      Result.CanRewrite = !Result.Operand.empty() && isAuto(Each.Variable);
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
  const llvm::DenseMap<const Expr *, unsigned> &IndexOf;
  std::vector<Step> Run;
  llvm::SmallPtrSet<const VarDecl *, 4> Earlier;
  std::vector<Sequence> Result;
};

} // namespace

std::vector<Sequence>
findSequences(const Body &B, Unit &U, const Function &F,
              const llvm::DenseMap<const Expr *, unsigned> &IndexOf) {
  if (F.IsTest || !F.IsTask)
    return {};
  return Finder(B, U, IndexOf).find();
}

} // namespace weir::program
