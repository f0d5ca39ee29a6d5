// Loops that await something for each element of a range; see Loops.h.
//
// A loop that does more than to await and to keep the results has a reason for
// its order, and a test is read from top to bottom.

#include "checks/program/Loops.h"
#include "checks/support/Awaits.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"

using namespace clang;

namespace weir::program {
namespace {

class Finder {
public:
  Finder(const Body &B, Unit &U, const llvm::DenseMap<const Expr *, unsigned> &IndexOf)
      : B(B), U(U), IndexOf(IndexOf) {}

  std::vector<Loop> find() {
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (const auto *For = dyn_cast<CXXForRangeStmt>(S);
          For && For->getCoawaitLoc().isInvalid())
        look(For);
      else if (const auto *Counted = dyn_cast<ForStmt>(S))
        look(Counted);
      return true;
    });
    return std::move(Result);
  }

private:
  void look(const CXXForRangeStmt *For) {
    const CoawaitExpr *Await = awaitOf(For->getBody());
    if (!Await)
      return;
    const Expr *Operand = moved(Await->getOperand());
    const VarDecl *Element = For->getLoopVariable();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Operand);
        Ref && Ref->getDecl() == Element)
      return tasks(Await, Element->getType(), For->getRangeInit());
    auto Index = IndexOf.find(Operand);
    if (Index == IndexOf.end() || !names(Operand, Element))
      return;
    Loop Found;
    Found.Await = placeOf(Await->getKeywordLoc(), U);
    Found.Range = rangeOf(For->getRangeInit(), U);
    Found.AwaitsCall = true;
    Found.Call = Index->second;
    Result.push_back(std::move(Found));
  }

  /// `for (size_t i = 0; i < tasks.size(); ++i) co_await tasks[i];`
  void look(const ForStmt *For) {
    const auto *Decls = dyn_cast_or_null<DeclStmt>(For->getInit());
    const auto *Index = Decls && Decls->isSingleDecl()
                            ? dyn_cast<VarDecl>(Decls->getSingleDecl())
                            : nullptr;
    const CoawaitExpr *Await =
        Index && For->getCond() && !firstSuspension(For->getCond())
            ? awaitOf(For->getBody())
            : nullptr;
    if (!Await)
      return;
    const Expr *Operand = moved(Await->getOperand()), *Range = nullptr,
               *At = nullptr;
    if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Operand)) {
      Range = Element->getBase();
      At = Element->getIdx();
    } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(Operand);
               Call && Call->getOperator() == OO_Subscript &&
               Call->getNumArgs() == 2) {
      Range = Call->getArg(0);
      At = Call->getArg(1);
    }
    if (const auto *Ref =
            dyn_cast_or_null<DeclRefExpr>(At ? bare(At) : nullptr);
        Ref && Ref->getDecl() == Index)
      tasks(Await, Operand->getType(), Range);
  }

  void tasks(const CoawaitExpr *Await, QualType Element, const Expr *Range) {
    std::optional<TaskType> Type = U.task(Element);
    Loop Found;
    Found.IsStarted =
        Type && (Type->Kind == models::TypeKind::Future ||
                 (Type->isTask() && Type->Start == models::Start::Eager));
    if (!Found.IsStarted && !(Type && Type->isTask() && Type->isLazy()))
      return; // or it may have begun
    const auto *Named = dyn_cast<DeclRefExpr>(bare(Range));
    const auto *Local = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
    if (Local && isAwaited(Local))
      return;
    Found.IsCollected = isOwn(Range);
    if (!Found.IsCollected && isEmpty(Local))
      return;
    Found.Await = placeOf(Await->getKeywordLoc(), U);
    Found.Range = rangeOf(Range, U);
    Found.Gather = gather(Range);
    Result.push_back(std::move(Found));
  }

  /// Whether an await has given it: a gather waits for what it gives.
  static bool isAwaited(const VarDecl *Local) {
    return Local->getInit() && firstSuspension(Local->getInit());
  }

  /// Whether nothing is ever put into the collection, as isOwn has found.
  bool isEmpty(const VarDecl *Local) const {
    return HasLooked && Local && Empty.contains(Local) &&
           !Put.contains(Local) && !UsedOtherwise.contains(Local);
  }

  /// Whether the coroutine itself has filled the collection that \p Range names
  /// with tasks that it made, and done nothing else with it.
  bool isOwn(const Expr *Range) {
    const auto *Ref = dyn_cast<DeclRefExpr>(bare(Range));
    const auto *Local = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Local || isa<ParmVarDecl>(Local) || !Local->hasLocalStorage() ||
        Local->getDeclContext() != B.decl() ||
        Local->getType()->isReferenceType())
      return false;
    const auto *Made = dyn_cast_or_null<CXXConstructExpr>(
        Local->getInit() ? bare(Local->getInit()) : nullptr);
    if (!Made || Made->getNumArgs() > 0)
      return false;
    Empty.insert(Local);
    if (!HasLooked)
      lookAtCollections();
    return Filled.contains(Local) && !UsedOtherwise.contains(Local);
  }

  /// Once for all of them, so that a body costs what it is long.
  void lookAtCollections() {
    HasLooked = true;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *Each = dyn_cast<DeclRefExpr>(S);
      if (!Each)
        return true;
      size_t Index = 0;
      const Stmt *Parent = significantParent(Parents, &Index);
      const auto *Member = dyn_cast_or_null<MemberExpr>(Parent);
      const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(
          Member ? significantParent(Parents.take_front(Index)) : nullptr);
      StringRef Name = Member ? lastName(Member->getMemberDecl()) : "";
      if (Call && (Name == "push_back" || Name == "emplace_back") &&
          Call->getNumArgs() == 1 && makesTask(Call->getArg(0))) {
        Put.insert(Each->getDecl());
        // Different steps, put there one by one, may have an order.
        if (llvm::any_of(Parents, [](const Stmt *Around) {
              return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Around);
            }))
          Filled.insert(Each->getDecl());
      } else if (Member
                     ? !llvm::is_contained({"reserve", "size", "empty"}, Name)
                     : isa_and_nonnull<CallExpr>(Parent) &&
                           !isa<CXXOperatorCallExpr>(Parent)) {
        UsedOtherwise.insert(Each->getDecl());
      }
      return true;
    });
  }

  bool makesTask(const Expr *E) const {
    E = bare(E);
    return isa<CallExpr>(E) && E->isPRValue() && U.task(E->getType());
  }

  static const Expr *moved(const Expr *E) {
    E = bare(E);
    while (const auto *Call = dyn_cast<CallExpr>(E)) {
      if (!Call->isCallToStdMove())
        break;
      E = bare(Call->getArg(0));
    }
    return E;
  }

  /// What \p S keeps or adds up: `v` of `all.push_back(v)`, `all[i] = v`,
  /// `sum += v`. Null if it does something else.
  static const Expr *keptBy(const Stmt *S) {
    const auto *E = dyn_cast_or_null<Expr>(S);
    E = E ? bare(E) : nullptr;
    if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(E)) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      return Callee && Call->getNumArgs() == 1 &&
                     llvm::is_contained({"push_back", "emplace_back"},
                                        lastName(Callee))
                 ? bare(Call->getArg(0))
                 : nullptr;
    }
    const Expr *Left = nullptr, *Right = nullptr;
    bool Adds = false;
    if (const auto *Binary = dyn_cast_or_null<BinaryOperator>(E);
        Binary && Binary->isAssignmentOp()) {
      Left = Binary->getLHS();
      Right = Binary->getRHS();
      Adds = Binary->isCompoundAssignmentOp();
    } else if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(E);
               Operator && Operator->isAssignmentOp()) {
      Left = Operator->getArg(0);
      Right = Operator->getArg(1);
      Adds = Operator->getOperator() != OO_Equal;
    }
    if (!Right || firstSuspension(Left))
      return nullptr;
    Left = bare(Left);
    const auto *At = dyn_cast<CXXOperatorCallExpr>(Left);
    bool IsElement = isa<ArraySubscriptExpr>(Left) ||
                     (At && At->getOperator() == OO_Subscript);
    return IsElement || (Adds && isa<DeclRefExpr>(Left)) ? bare(Right)
                                                         : nullptr;
  }

  /// Whether \p S only keeps \p Result.
  static bool keeps(const Stmt *S, const VarDecl *Result) {
    const Expr *Kept = keptBy(S);
    while (const auto *Call = dyn_cast_or_null<CallExpr>(Kept))
      Kept = Call->isCallToStdMove() ? bare(Call->getArg(0)) : nullptr;
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Kept);
    return Ref && Ref->getDecl() == Result;
  }

  /// The one await of a loop's body that otherwise only keeps its result.
  static const CoawaitExpr *awaitOf(const Stmt *S) {
    const Stmt *Then = nullptr;
    if (const auto *Block = dyn_cast<CompoundStmt>(S)) {
      if (Block->size() != 1 && Block->size() != 2)
        return nullptr;
      S = Block->body_front();
      Then = Block->size() == 2 ? Block->body_back() : nullptr;
    }
    if (Then && !isa<DeclStmt>(S))
      return nullptr;
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      const auto *V = Decls->isSingleDecl() ? dyn_cast<VarDecl>(Decls->getSingleDecl()) : nullptr;
      if (!V || (Then && !keeps(Then, V)))
        return nullptr;
      S = V->getInit();
    }
    const auto *E = dyn_cast_or_null<Expr>(S);
    E = E ? bare(E) : nullptr;
    if (const auto *Cast = dyn_cast_or_null<CStyleCastExpr>(E))
      E = bare(Cast->getSubExpr());
    if (const Expr *Kept = keptBy(E))
      return onlyAwaitIn(Kept);
    while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E))
      E = Construct->getNumArgs() == 1 ? bare(Construct->getArg(0)) : nullptr;
    return dyn_cast_or_null<CoawaitExpr>(E);
  }

  /// The await of which \p E only takes something: `(co_await task).size()`.
  static const CoawaitExpr *onlyAwaitIn(const Expr *E) {
    const CoawaitExpr *Found = nullptr;
    bool OnlyTakes = true;
    walk(E, [&](const Stmt *S, Path) {
      if (const auto *Await = dyn_cast<CoawaitExpr>(S)) {
        OnlyTakes &= !Found;
        Found = Await;
        return false;
      }
      if (const auto *Call = dyn_cast<CallExpr>(S)) {
        const auto *Method =
            dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
        OnlyTakes &= Call->isCallToStdMove() || (Method && Method->isConst());
      }
      return OnlyTakes;
    });
    return OnlyTakes ? Found : nullptr;
  }

  static std::string rangeOf(const Expr *Range, Unit &U) {
    StringRef Text = textOf(Range->getSourceRange(), U);
    return Text.empty() || Text.contains('\n') ? "the range" : ("'" + Text + "'").str();
  }

  /// How the library awaits all of a range that has a name.
  std::string gather(const Expr *Of) {
    const models::Library *Lib = U.libraryOf(B);
    const auto *Range = dyn_cast<DeclRefExpr>(bare(Of));
    const CXXRecordDecl *Own = recordOf(B.decl()->getReturnType());
    auto Known = Lib && Own ? Lib->replacement("gather_range", modelName(Own)) : std::nullopt;
    if (!Range || !Known || !recordOf(Range->getType()))
      return "";
    std::string Text = Known->Call, Name = Range->getDecl()->getNameAsString();
    for (size_t At = 0; (At = Text.find("{0}", At)) != std::string::npos; At += Name.size())
      Text.replace(At, 3, Name);
    return Text;
  }

  const Body &B;
  Unit &U;
  const llvm::DenseMap<const Expr *, unsigned> &IndexOf;
  std::vector<Loop> Result;
  bool HasLooked = false;
  llvm::DenseSet<const ValueDecl *> Empty; ///< as they are made
  llvm::DenseSet<const ValueDecl *> Put, Filled, UsedOtherwise;
};

} // namespace

std::vector<Loop> findLoops(const Body &B, Unit &U, const Function &F,
                            const llvm::DenseMap<const Expr *, unsigned> &IndexOf) {
  return F.IsTest ? std::vector<Loop>() : Finder(B, U, IndexOf).find();
}

} // namespace weir::program
