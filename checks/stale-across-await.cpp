// References into shared things that are used after a suspension.
//
// While a coroutine is suspended others run, and may insert, erase and assign.
// An iterator, reference or view taken before does not survive that, and what
// belongs to a thread may be another thread's after it. Reported only where the
// unit shows that somebody else changes the container.

#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Referent.h"
#include "checks/support/Shared.h"
#include "checks/support/Tests.h"
#include "checks/support/Uses.h"
#include "llvm/ADT/MapVector.h"
#include <optional>

using namespace clang;

namespace weir {
namespace {

struct View {
  const VarDecl *Var; ///< null for errno
  Storage Of;
  bool IsThreads = false; ///< a thread-local variable, or errno
  bool IsEnvironments = false; ///< a string that getenv gave
  const Expr *Crossed = nullptr;
  const Stmt *UsedAt = nullptr;
};

class Views : public Facts {
public:
  enum : uint8_t { IsNone = 1, IsTaken = 2, IsStale = 4 };

  Views(const Body &B, const Changes &Known, bool WithThreadLocals, Unit &U) {
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *For = dyn_cast<CXXForRangeStmt>(S);
          For && For->getBeginStmt() && For->getEndStmt()) {
        Loops[For->getBeginStmt()->getSingleDecl()] = For;
        Loops[For->getEndStmt()->getSingleDecl()] = For;
      } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D);
              Var && Var->hasLocalStorage() && Var->getInit())
            declare(Var, B, Known);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
        if (WithThreadLocals && Var && Var->getTLSKind() != VarDecl::TLS_None &&
            !Var->getType().isConstQualified())
          threadLocal(Var, Ref);
        if (auto Found = FactOf.find(Ref->getDecl()); Found != FactOf.end())
          if (Use Done = useOf(Ref, Parents, U); Done.What == Use::Assigned) {
            // What a reference is bound to is used by that, when the right side
            // is known.
            const auto *Local = dyn_cast<VarDecl>(Ref->getDecl());
            bool IsBound = !Local || Local->getType()->isReferenceType();
            (IsBound ? Used : Renewed)[Done.At].push_back(Found->second);
            Targets.insert(Ref);
          } else if (const Stmt *Assigning = leftOfAwait(Parents, Ref)) {
            Used[Assigning].push_back(Found->second);
            Targets.insert(Ref);
          }
      } else if (isErrno(S) && !Errno) {
        Errno = All.size();
        All.push_back({nullptr, {}, true});
      }
      return true;
    });
  }

  std::vector<View> All;
  /// The loops that hidden iterators are there for.
  llvm::DenseMap<const Decl *, const CXXForRangeStmt *> Loops;

private:
  /// The assignment in whose left side \p Child stands, and whose right side,
  /// which comes first, is suspended: `it->second += co_await f()`.
  static const Stmt *leftOfAwait(Path Parents, const Stmt *Child) {
    for (const Stmt *Parent : llvm::reverse(Parents)) {
      const Expr *Left = nullptr, *Right = nullptr;
      if (const auto *Binary = dyn_cast<BinaryOperator>(Parent);
          Binary && Binary->isAssignmentOp()) {
        Left = Binary->getLHS();
        Right = Binary->getRHS();
      } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Parent);
                 Operator && Operator->isAssignmentOp() &&
                 Operator->getNumArgs() == 2) {
        Left = Operator->getArg(0);
        Right = Operator->getArg(1);
      } else if (!isa<Expr>(Parent)) {
        return nullptr;
      }
      if (Left == Child && firstSuspension(Right))
        return Parent;
      Child = Parent;
    }
    return nullptr;
  }

  static bool isErrno(const Stmt *S) {
    const auto *Call = dyn_cast<CallExpr>(S);
    const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
    return F && (lastName(F) == "__errno_location" || lastName(F) == "__error" ||
                 lastName(F) == "_errno");
  }

  /// Whether a \p T refers to what another object owns.
  static bool refers(QualType T) {
    if (T->isReferenceType() || T->isPointerType())
      return true;
    const CXXRecordDecl *Record = recordOf(T);
    return Record && (Record->getName().contains("iterator") ||
                      isStd(Record, "basic_string_view") || isStd(Record, "span"));
  }

  /// What the std::unique_ptr is, whose object \p E is or points to.
  static const Expr *ownerOf(const Expr *E) {
    const auto *Call = dyn_cast_or_null<CallExpr>(E);
    const Expr *Object = Call ? objectOf(Call) : nullptr;
    const CXXRecordDecl *Class = Object ? recordOf(Object->getType()) : nullptr;
    if (!Class || !isStd(Class, "unique_ptr"))
      return nullptr;
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
    bool Gives = Operator ? Operator->getOperator() == OO_Star
                          : Call->getDirectCallee() &&
                                lastName(Call->getDirectCallee()) == "get";
    return Gives ? Object : nullptr;
  }

  /// The view that \p E is a part of what it refers to: `*i`, `i->second`.
  static const VarDecl *viewIn(const Expr *E) {
    while (E) {
      E = bare(E);
      if (const auto *Member = dyn_cast<MemberExpr>(E)) {
        E = Member->getBase();
      } else if (const auto *Unary = dyn_cast<UnaryOperator>(E);
                 Unary && Unary->getOpcode() == UO_AddrOf) {
        E = Unary->getSubExpr();
      } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E);
                 Operator && llvm::is_contained({OO_Star, OO_Arrow},
                                                Operator->getOperator())) {
        E = Operator->getArg(0);
      } else {
        const auto *Ref = dyn_cast<DeclRefExpr>(E);
        return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      }
    }
    return nullptr;
  }

  /// Whether it is one of the standard library's free functions, or an object that
  /// stands for one.
  static bool isOfStd(const Callee &C) {
    return C.Function && (C.Variable ? weir::isOfStd(C.Variable)
                                     : !isa<CXXMethodDecl>(C.Function) &&
                                           C.Function->isInStdNamespace());
  }

  /// Whether \p E gives a pair of an iterator and whether it is new.
  static bool isInsertion(const Expr *E) {
    const auto *Call = E ? dyn_cast<CXXMemberCallExpr>(bare(E)) : nullptr;
    const CXXMethodDecl *F = Call ? Call->getMethodDecl() : nullptr;
    const CXXRecordDecl *Pair = Call ? recordOf(Call->getType()) : nullptr;
    return F && Pair && isStd(Pair, "pair") &&
           F->getParent()->isInStdNamespace();
  }

  /// A shared container, or one that is an element of it.
  struct Source {
    Storage Of;
    QualType Container;
    bool IsElement = false;
  };

  /// The shared container that \p Init gives a way into.
  static std::optional<Source> source(const Expr *Init, const Body &B) {
    const Expr *E = bare(Init);
    if (const auto *First = dyn_cast_or_null<MemberExpr>(E);
        First && lastName(First->getMemberDecl()) == "first" &&
        isInsertion(First->getBase()))
      E = bare(First->getBase());
    Callee C = E ? calleeOf(E) : Callee();
    const Expr *Container = C.Object;
    if (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E)) {
      if (Construct->getNumArgs() == 0)
        return std::nullopt;
      if (Construct->getConstructor()->isCopyOrMoveConstructor())
        return source(Construct->getArg(0), B);
      Container = Construct->getArg(0);
    } else if (const auto *Unary = dyn_cast_or_null<UnaryOperator>(E)) {
      return Unary->getOpcode() == UO_AddrOf ? source(Unary->getSubExpr(), B) : std::nullopt;
    } else if (isOfStd(C) && !C.Args.empty()) {
      // `std::begin(v)`, `find(v.begin(), v.end(), x)`, `std::ranges::find(v, x)`
      const Expr *First = bare(C.Args.front());
      if (isa<CallExpr>(First))
        return isIterator(First->getType()) && isIterator(E->getType())
                   ? source(First, B)
                   : std::nullopt;
      if ((C.Args.size() > 1 && !isIterator(E->getType())) || isMove(E))
        return std::nullopt;
      Container = First;
    } else if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(E);
               Operator && Operator->getOperator() == OO_Star &&
               isa<CallExpr>(bare(Operator->getArg(0)))) {
      return source(Operator->getArg(0), B); // `*v.begin()`
    }
    const CXXRecordDecl *Class = Container ? recordOf(Container->getType()) : nullptr;
    // Of a map only iterators and references to what is erased die, but that is
    // enough; an array stays.
    if (!Class || !Class->isInStdNamespace() || refers(Container->getType()) ||
        isStd(Class, "array") || isStd(Class, "tuple") || isStd(Class, "pair") ||
        isStd(Class, "unique_ptr") || isStd(Class, "shared_ptr") ||
        isStd(Class, "atomic") || isStd(Class, "reference_wrapper"))
      return std::nullopt;
    const Expr *Outer = containerAround(Container);
    std::optional<Storage> Named = storageOf(Outer ? Outer : Container);
    // Another name for it, as `__range` of a loop.
    if (const auto *Alias = Named ? dyn_cast_or_null<VarDecl>(Named->Base) : nullptr)
      if (Named->Way.empty() && Alias->hasLocalStorage() && Alias->getType()->isReferenceType() &&
          Alias->getInit())
        Named = storageOf(Alias->getInit());
    if (!Named || !isShared(*Named, B))
      return std::nullopt;
    return Source{*Named, Container->getType(), Outer != nullptr};
  }

  /// Whether \p Var, a pointer or view, is a copy of one that is stored
  /// somewhere: it refers to what that does, and not to where that is.
  static bool copiesElement(const VarDecl *Var) {
    if (Var->getType()->isReferenceType() || isIterator(Var->getType()))
      return false;
    const Expr *E = Var->getInit()->IgnoreParens();
    while (const auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr()->IgnoreParens();
    const Expr *From = nullptr;
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E);
        Cast && Cast->getCastKind() == CK_LValueToRValue)
      From = bare(Cast->getSubExpr());
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
             Construct &&
             Construct->getConstructor()->isCopyOrMoveConstructor())
      From = bare(Construct->getArg(0));
    return From && From->isGLValue() && !isa<DeclRefExpr>(From);
  }

  void declare(const VarDecl *Var, const Body &B, const Changes &Known) {
    // `__range` only names the container; `__begin` is the way into it.
    const auto *Several = dyn_cast<DecompositionDecl>(Var);
    bool IsPair = Several && isInsertion(Var->getInit());
    if ((!refers(Var->getType()) && !IsPair) ||
        Var->getName().starts_with("__range") || copiesElement(Var))
      return;
    const auto *Call = dyn_cast<CallExpr>(bare(Var->getInit()));
    if (const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
        F && lastName(F) == "getenv" && Known.isEnvironmentChangedOutside(B)) {
      FactOf[Var] = All.size();
      All.push_back({Var, {}, false, true});
      return;
    }
    const Expr *Owner = ownerOf(bare(Var->getInit()));
    const Expr *Range = loopedOver(Var);
    const Expr *Within = Owner ? Owner : Range ? Range : Var->getInit();
    // A part of what another view refers to: `it->second`.
    std::optional<Source> Way;
    if (std::optional<Storage> Of = known(viewIn(Within)))
      Way = Source{*Of, {}};
    bool IsWithin = Way || Owner; // and not the container's own
    if (!Way)
      Way = source(Owner ? Owner : Var->getInit(), B);
    if (!Way && Range) { // `for (… : lists[i])`
      Way = source(Range, B);
      IsWithin = true;
    }
    const ValueDecl *Last = Way ? Way->Of.last() : nullptr;
    // What fills a local, and then starts the coroutine, is no other.
    if (!Last || (isa<VarDecl>(Last) && cast<VarDecl>(Last)->hasLocalStorage()))
      return;
    bool IsStable = IsWithin || isStable(Var->getType(), Way->Container);
    bool Dies =
        Known.isDiminishedOutside(Last, B) ||
        (!IsStable && !Way->IsElement && Known.isChangedOutside(Last, B)) ||
        (Way->IsElement && (IsStable ? Known.isElementDiminishedOutside(Last, B)
                                     : Known.isElementChangedOutside(Last, B)));
    if (!Dies)
      return;
    FactOf[Var] = All.size();
    if (Several)
      for (const BindingDecl *Binding : Several->bindings())
        if (!IsPair || refers(Binding->getType()))
          FactOf[Binding] = All.size();
    All.push_back({Var, Way->Of});
  }

  /// What the view \p By refers into, if it is one of those that are followed.
  std::optional<Storage> known(const VarDecl *By) const {
    auto Found = FactOf.find(By);
    return Found == FactOf.end() ? std::nullopt : std::optional(All[Found->second].Of);
  }

  /// What a loop goes over whose hidden `__begin` is \p Var, if that is an
  /// expression and no container's name.
  static const Expr *loopedOver(const VarDecl *Var) {
    const auto *Begin = Var->isImplicit() && Var->getInit()
                            ? dyn_cast<CXXMemberCallExpr>(bare(Var->getInit()))
                            : nullptr;
    const auto *Range = Begin ? dyn_cast<DeclRefExpr>(bare(Begin->getImplicitObjectArgument()))
                              : nullptr;
    const auto *Hidden = Range ? dyn_cast<VarDecl>(Range->getDecl()) : nullptr;
    return Hidden && Hidden->isImplicit() && Hidden->getInit() &&
                   Hidden->getType()->isLValueReferenceType()
               ? bare(Hidden->getInit())
               : nullptr;
  }

  /// Whether a \p View into the container survives what is added to it.
  static bool isStable(QualType View, QualType Container) {
    const CXXRecordDecl *Class = recordOf(Container);
    if (!Class || !Class->isInStdNamespace())
      return false;
    StringRef Name = Class->getName();
    if (llvm::is_contained({"map", "set", "multimap", "multiset", "list", "forward_list"}, Name))
      return true;
    return (Name == "deque" || Name.starts_with("unordered_")) &&
           (View->isReferenceType() || View->isPointerType());
  }

  void threadLocal(const VarDecl *Var, const Expr *Ref) {
    auto [Known, New] = FactOf.try_emplace(Var, All.size());
    if (New) {
      Storage Of;
      Of.Base = Var;
      All.push_back({Var, Of, true});
    }
  }

  States begin() override { return States(All.size(), IsNone); }

  void suspend(const Expr *At, States &Now) override {
    for (size_t I = 0; I != All.size(); ++I)
      if (Now[I] & IsTaken) {
        Now[I] = (Now[I] & ~IsTaken) | IsStale;
        if (isReporting() && !All[I].Crossed)
          All[I].Crossed = At;
      }
  }

  void evaluate(const Stmt *S, States &Now) override {
    if (const auto *Decls = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Decls->decls())
        if (auto Found = FactOf.find(D); Found != FactOf.end())
          Now[Found->second] = IsTaken;
    if (auto Found = Used.find(S); Found != Used.end())
      for (unsigned Index : Found->second)
        use(Index, S, Now);
    if (auto Found = Renewed.find(S); Found != Renewed.end())
      for (unsigned Index : Found->second)
        Now[Index] = IsTaken;
    if (Errno && isa<CallExpr>(S)) {
      uint8_t &State = Now[*Errno];
      if (isErrno(S)) {
        if (isReporting() && State == IsStale && !All[*Errno].UsedAt)
          All[*Errno].UsedAt = S;
        State = IsTaken;
      } else if (State == IsStale) {
        State = IsNone; // it may have set it anew
      }
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    auto Found = Ref ? FactOf.find(Ref->getDecl()) : FactOf.end();
    if (Found == FactOf.end() || Targets.contains(Ref))
      return;
    use(Found->second, S, Now);
  }

  void use(unsigned Index, const Stmt *At, States &Now) {
    View &Of = All[Index];
    if (isReporting() && (Now[Index] & IsStale) && !Of.UsedAt)
      Of.UsedAt = At;
    if (Of.IsThreads)
      Now[Index] = IsTaken;
  }

  llvm::DenseMap<const Decl *, unsigned> FactOf;
  llvm::DenseMap<const Stmt *, SmallVector<unsigned, 1>> Renewed, Used;
  llvm::DenseSet<const Stmt *> Targets;
  std::optional<unsigned> Errno;
};

class StaleAcrossAwaitCheck : public Check {
public:
  using Check::Check;

private:
  void begin(Unit &U) override { Known.reset(); }

  void check(const Body &B, Unit &U) override {
    // A test fills its containers before it runs the coroutine.
    if (!B.isCoroutine() || B.isDependent() || !firstSuspension(B.stmt()) ||
        takesAsyncLock(B, U) || isTestCode(B, U))
      return;
    if (!Known)
      Known.emplace(U);
    Views Facts(B, *Known, ThreadLocals.isOn(), U);
    if (Facts.All.empty() || !Flow(B, U).run(Facts))
      return;
    for (const View &Each : Facts.All)
      if (Each.UsedAt && Each.Crossed)
        tell(Each, Facts);
  }

  void tell(const View &Each, const Views &Facts) {
    bool IsLoop = Each.Var && Each.Var->isImplicit();
    const CXXForRangeStmt *Loop = Facts.Loops.lookup(Each.Var);
    const Stmt *Inside = Loop ? firstSuspension(Loop->getBody()) : nullptr;
    {
      auto Report = report(
          IsLoop ? (Inside ? Inside : Each.Crossed)->getBeginLoc()
                 : Each.UsedAt->getBeginLoc(),
          Each.IsThreads ? "after a suspension '%0' may be another thread's"
          : IsLoop ? "the loop goes on over '%0' after a suspension in which "
                     "it may change"
                   : "'%1' refers into %0, which may have changed while the "
                     "coroutine "
                     "was suspended");
      if (!Report)
        return;
      *Report << (Each.IsEnvironments       ? "the environment"
                  : !Each.Var               ? "errno"
                  : Each.IsThreads          ? Each.Var->getNameAsString()
                  : IsLoop                  ? Each.Of.text()
                                            : "'" + Each.Of.text() + "'");
      if (!Each.IsThreads && !IsLoop)
        *Report << nameOf(Each.Var);
    }
    if (!Each.IsThreads && !IsLoop)
      note(Each.Var->getLocation(), "taken here");
    if (!IsLoop)
      note(Each.Crossed->getBeginLoc(), "suspended here");
    note(Each.UsedAt->getBeginLoc(), Each.IsThreads ? "keep it in a variable of the coroutine"
                                     : IsLoop
                                         ? "go over a copy"
                                         : "take it again after the suspension, or keep a copy");
  }

  static std::string nameOf(const VarDecl *Var) {
    const auto *Several = dyn_cast<DecompositionDecl>(Var);
    return Several && !Several->bindings().empty() ? Several->bindings().front()->getNameAsString()
                                                   : Var->getNameAsString();
  }

  std::optional<Changes> Known;
  Flag ThreadLocals{this, "ThreadLocals"};
};

WEIR_CHECK(StaleAcrossAwaitCheck, "stale-across-await", Warning,
           "Finds iterators, references and views that are used after a "
           "suspension in which they may die.")

} // namespace
} // namespace weir
