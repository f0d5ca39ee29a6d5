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
    std::string Names, Args;
    bool CanRewrite = true;
    for (const Step &Each : Run) {
      S.Calls.push_back(IndexOf.lookup(Each.Call));
      S.Names.push_back(Each.Variable->getNameAsString());
      S.Starts.push_back(placeOf(Each.Await->getKeywordLoc(), U));
      StringRef Operand = textOf(Each.Await->getOperand()->getSourceRange(), U);
      CanRewrite &= !Operand.empty() && isAuto(Each.Variable) &&
                    !Each.Variable->getLocation().isMacroID();
      Names += (Names.empty() ? "" : ", ") + S.Names.back();
      Args += (Args.empty() ? "" : ", ") + Operand.str();
    }
    const models::Library *Lib = U.libraryOf(B);
    auto Known = Lib ? Lib->Replacements.find("gather") : decltype(Lib->Replacements.end())();
    if (!Lib || Known == Lib->Replacements.end())
      return S;
    std::string Call = Known->second.Call;
    if (size_t At = Call.find("{args}"); At != std::string::npos)
      Call.replace(At, 6, Args);
    S.Instead = "auto [" + Names + "] = " + Call;
    if (CanRewrite)
      rewrite(S, Known->second.Header);
    return S;
  }

  void rewrite(Sequence &S, StringRef Header) {
    SourceLocation Begin = Run.front().Statement->getBeginLoc();
    // Up to the last statement's semicolon, which stays.
    SourceRange All(Begin, Run.back().Await->getOperand()->getEndLoc());
    std::optional<Edit> Change = replace(All, S.Instead, U);
    if (!Change)
      return;
    if (std::optional<Edit> Include = include(Header, Begin, U))
      S.Fix.Edits.push_back(*Include);
    S.Fix.Edits.push_back(*Change);
    S.Fix.Title = "write '" + S.Instead + "'";
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
