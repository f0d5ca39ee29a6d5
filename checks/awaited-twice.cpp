// Tasks that are awaited a second time.
//
// Most tasks run once: the first await takes the result with it, and a second
// one waits for nothing, throws, or is undefined. The same goes for a task that
// was moved to somebody else. Reported is what happens on every path, and a
// loop that awaits in each of its turns a task made before it. The elements of a
// container are used up together, by the loop that awaits each of them, or one by
// one where their index is a number; a generator by the loop that takes all it has.
// A member is followed only where no other code can give it another task while the
// coroutine is suspended.

#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/Macros.h"
#include "checks/support/Shared.h"
#include "checks/support/Tests.h"
#include "checks/support/Uses.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace weir {
namespace {

class Awaits : public Facts {
public:
  /// Of a variable: still to be awaited; awaited; moved away; anything.
  enum : uint8_t { IsReady = 1, IsAwaited = 2, IsGone = 4, IsUnknown = 8 };
  /// Of a place that uses one up: whether it was passed since.
  enum : uint8_t { IsAhead = 1, IsPassed = 2 };

  /// A variable, an element of it, or a member of the coroutine's object.
  struct Object {
    static constexpr int Whole = -1;
    const ValueDecl *D;
    int Index = Whole;
    std::string text() const {
      return D->getNameAsString() + (Index == Whole ? "" : "[" + std::to_string(Index) + "]");
    }
  };
  struct Place {
    unsigned Variable;
    const Expr *Ref;
    const Stmt *At;
    bool IsAwait;
    bool IsEachTurn; ///< of the innermost loop around it
    unsigned Fact = 0;
  };
  struct Again {
    unsigned Place;
    SmallVector<unsigned, 2> Before;
  };

  Awaits(const Body &B, std::optional<Changes> &Known, Unit &U) : Known(Known) {
    for (const ParmVarDecl *P : B.decl()->parameters())
      declare(P, U);
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *For = dyn_cast<CXXForRangeStmt>(S)) {
        goOver(For, Parents, U);
      } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D); Var && Var->hasLocalStorage())
            declare(Var, U);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        name(Ref, Parents, U);
      } else if (const auto *Member = dyn_cast<MemberExpr>(S)) {
        name(Member, Parents, B, U);
      }
      return true;
    });
    for (size_t I = 0; I != Places.size(); ++I)
      Places[I].Fact = Variables.size() + I;
  }
  bool isEmpty() const { return Places.empty(); }
  /// Whether the variable is a container of tasks.
  bool isContainer(unsigned Variable) const {
    return Variables[Variable].Index == Object::Whole && elementOf(Variables[Variable].D);
  }

  bool isGenerator(unsigned Variable) const { return Kinds[Variable] == ByLoop; }

  std::vector<Object> Variables;
  std::vector<Place> Places;
  std::vector<Again> Found;

private:
  enum Kind { IsNone, ByMove, ByAwait, ByLoop };

  /// What uses a task of this type up.
  static Kind isSingleShot(QualType T, Unit &U) {
    std::optional<TaskType> Type = U.task(T);
    // Nobody else has what a `T &&` is bound to.
    if (T->isLValueReferenceType() || !Type)
      return IsNone;
    if (Type->Kind == models::TypeKind::Generator)
      return ByLoop;
    if (!Type->isTask() || !Type->Record)
      return IsNone;
    if (Type->Use == models::Use::Once || Type->Use == models::Use::OnceRvalue)
      return ByAwait;
    if (Type->Use == models::Use::Many)
      return IsNone;
    const CXXRecordDecl *Record = Type->Record->getDefinition();
    if (!Record || Record->hasCopyConstructorWithConstParam() == false)
      return Record && takesRvalue(Record) ? ByAwait : IsNone;
    bool Copies = llvm::any_of(Record->ctors(), [](const CXXConstructorDecl *Ctor) {
      return Ctor->isCopyConstructor() && !Ctor->isDeleted();
    });
    if (Copies || Record->needsImplicitCopyConstructor())
      return IsNone;
    return takesRvalue(Record) ? ByAwait : ByMove;
  }

  /// Whether only `co_await std::move(t)` compiles.
  static bool takesRvalue(const CXXRecordDecl *Record) {
    bool Any = false;
    for (const NamedDecl *D :
         Record->lookup(Record->getASTContext().DeclarationNames.getCXXOperatorName(OO_Coawait))) {
      const auto *Method = dyn_cast_or_null<CXXMethodDecl>(D->getAsFunction());
      if (!Method || Method->getRefQualifier() != RQ_RValue)
        return false;
      Any = true;
    }
    return Any;
  }

  /// What a variable holds many of.
  static std::optional<QualType> elementOf(const ValueDecl *Var) {
    if (const ArrayType *Array = Var->getType()->getAsArrayTypeUnsafe())
      return Array->getElementType();
    const auto *Class =
        dyn_cast_or_null<ClassTemplateSpecializationDecl>(Var->getType()->getAsCXXRecordDecl());
    if (!Class || !Class->isInStdNamespace() ||
        !llvm::is_contained({"vector", "array", "deque", "list"}, Class->getName()))
      return std::nullopt;
    return Class->getTemplateArgs()[0].getAsType();
  }

  /// A loop that awaits each element of a container, or takes all that a
  /// generator has.
  void goOver(const CXXForRangeStmt *For, Path Parents, Unit &U) {
    const auto *Range = dyn_cast_or_null<DeclRefExpr>(bare(For->getRangeInit()));
    const VarDecl *Each = For->getLoopVariable();
    auto Known = Range ? FactOf.find({Range->getDecl(), Object::Whole}) : FactOf.end();
    if (Known == FactOf.end() || !Each)
      return;
    if (isGenerator(Known->second)) {
      if (!leavesEarly(For->getBody()))
        useUp(Known->second, Range, For, true, Parents);
      return;
    }
    if (!Each->getType()->isReferenceType())
      return;
    walk(For->getBody(), [&](const Stmt *S, Path Inside) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      if (!Ref || Ref->getDecl() != Each || Gone.contains(Range))
        return true;
      Use Done = useOf(Ref, Inside, U);
      if (Done.What != Use::Moved && Done.What != Use::Awaited)
        return true;
      bool IsAwait = Done.What == Use::Awaited;
      if (isSometimes(Inside) || (IsAwait && Kinds[Known->second] != ByAwait))
        return true;
      useUp(Known->second, Ref, For, IsAwait, Parents);
      Gone.insert(Range);
      return true;
    });
  }

  void useUp(unsigned Variable, const DeclRefExpr *Ref, const CXXForRangeStmt *For, bool IsAwait,
             Path Parents) {
    Gone.insert(Ref);
    PlacesAt[For->getRangeStmt()].push_back(Places.size());
    Places.push_back({Variable, Ref, For->getRangeStmt(), IsAwait, isEachTurn(Parents), 0});
  }

  /// Whether a loop with this body may end before it has seen everything.
  static bool leavesEarly(const Stmt *Loop) {
    bool Found = false;
    walk(Loop, [&](const Stmt *S, Path) {
      Found |=
          isa<BreakStmt, GotoStmt, ReturnStmt, CoreturnStmt, CXXThrowExpr>(S);
      return !Found && !isa<LambdaExpr>(S);
    });
    return Found;
  }

  /// Whether something inside the body of a loop decides about the use.
  static bool isSometimes(Path Inside) {
    return llvm::any_of(Inside, [](const Stmt *S) {
      return isa<IfStmt, SwitchStmt, ConditionalOperator, CXXTryStmt, WhileStmt, ForStmt, DoStmt,
                 CXXForRangeStmt, LambdaExpr>(S);
    });
  }

  void declare(const ValueDecl *Var, Unit &U) {
    std::optional<QualType> Element = elementOf(Var);
    Kind How = isSingleShot(Element ? *Element : Var->getType(), U);
    if (How != IsNone && !(Element && How == ByLoop))
      fact({Var}, How);
  }

  unsigned fact(Object Of, Kind How) {
    auto [Known, New] = FactOf.try_emplace({Of.D, Of.Index}, Variables.size());
    if (New) {
      Variables.push_back(Of);
      Kinds.push_back(How);
    }
    return Known->second;
  }

  void name(const DeclRefExpr *Ref, Path Parents, Unit &U) {
    auto Known = FactOf.find({Ref->getDecl(), Object::Whole});
    if (Known == FactOf.end() || Ref->refersToEnclosingVariableOrCapture() || Gone.contains(Ref))
      return;
    if (isGenerator(Known->second)) {
      Lost[Ref].push_back(Known->second);
      return;
    }
    const Expr *Element = Ref;
    Path Around = Parents;
    if (std::optional<int> Index = elementOf(Element, Around)) {
      // What the loops over the container find is not known any more.
      Touched[Element].push_back(Known->second);
      use(fact({Ref->getDecl(), *Index}, Kinds[Known->second]), Element, Around, U);
      return;
    }
    use(Known->second, Ref, Parents, U);
  }

  /// The number of the element that is named, where it is a constant; \p E and
  /// \p Parents become the element's.
  static std::optional<int> elementOf(const Expr *&E, Path &Parents) {
    size_t I = Parents.size();
    while (I && isa<ImplicitCastExpr, ParenExpr>(Parents[I - 1]))
      --I;
    const auto *At = I ? dyn_cast<Expr>(Parents[I - 1]) : nullptr;
    const Expr *Index = nullptr;
    if (const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(At);
        Operator && Operator->getOperator() == OO_Subscript && bare(Operator->getArg(0)) == E)
      Index = Operator->getArg(1);
    else if (const auto *Subscript = dyn_cast_or_null<ArraySubscriptExpr>(At);
             Subscript && bare(Subscript->getBase()) == E)
      Index = Subscript->getIdx();
    const auto *Number = dyn_cast_or_null<IntegerLiteral>(Index ? bare(Index) : nullptr);
    if (!Number || Number->getValue().getActiveBits() > 31)
      return std::nullopt;
    E = At;
    Parents = Parents.take_front(I - 1);
    return static_cast<int>(Number->getValue().getZExtValue());
  }

  /// A member of the object whose coroutine this is.
  void name(const MemberExpr *Member, Path Parents, const Body &B, Unit &U) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (!Field || B.lambda() || !isa<CXXThisExpr>(bare(Member->getBase())))
      return;
    Kind How = isSingleShot(Field->getType(), U);
    if (How != IsNone && isOnlyHere(Field, B, U))
      use(fact({Field}, How), Member, Parents, U);
  }

  /// Whether no other code can give \p Field a value but the constructors.
  bool isOnlyHere(const FieldDecl *Field, const Body &B, Unit &U) {
    const auto *Class = dyn_cast<CXXRecordDecl>(Field->getParent());
    if (!Class || Field->getAccess() != AS_private || Class->hasFriends() ||
        Class->getTemplateInstantiationPattern())
      return false;
    for (const CXXMethodDecl *Method : Class->methods())
      if (!Method->isImplicit() && !Method->isDefaulted() && !Method->isDeleted() &&
          !Method->isPureVirtual() && !Method->hasBody())
        return false;
    if (!Known)
      Known.emplace(U);
    return !Known->isChangedOutside(Field, B);
  }

  void use(unsigned Variable, const Expr *Ref, Path Parents, Unit &U) {
    Use Done = useOf(Ref, Parents, U);
    bool IsTaken =
        Done.What == Use::Moved || (Done.What == Use::Passed && Done.IsMove &&
                                    Done.Call && takes(*Done.Call, U));
    bool IsAwait = Done.What == Use::Awaited && Kinds[Variable] == ByAwait;
    if (IsTaken || Done.What == Use::Awaited) {
      if (!IsTaken && !IsAwait) {
        // Awaiting it may leave it as it was, but a moved one is gone.
        Watched[Done.At].push_back(Places.size());
      }
      PlacesAt[Done.At].push_back(Places.size());
      Places.push_back({Variable, Ref, Done.At, !IsTaken, isEachTurn(Parents), 0});
    } else if (Done.What == Use::Assigned) {
      Renewed[Done.At].push_back(Variable);
    } else if (Done.What != Use::Looked && Done.What != Use::Discarded) {
      Lost[Done.At].push_back(Variable);
    }
  }

  /// Whether the call takes what it is given to move from.
  static bool takes(const CallExpr &Call, Unit &U) {
    Callee C = calleeOf(&Call);
    if (U.function(C))
      return true;
    if (!C.Function || !isOfStd(C.Function))
      return false;
    StringRef Name = lastName(C.Function);
    return Name.starts_with("make_") || Name.starts_with("push") ||
           Name.starts_with("emplace_");
  }

  /// Whether nothing between the innermost loop and the use decides about it.
  static bool isEachTurn(Path Parents) {
    for (size_t I = Parents.size(); I-- > 0;) {
      const Stmt *Parent = Parents[I];
      if (isa<WhileStmt, ForStmt, DoStmt, CXXForRangeStmt>(Parent)) {
        // A macro's own loop may well turn once.
        if (Parent->getBeginLoc().isMacroID())
          continue;
        return true;
      }
      if (isa<IfStmt, SwitchStmt, ConditionalOperator>(Parent) ||
          (isa<CXXTryStmt>(Parent) && !beginsWith(Parents.drop_front(I + 1))))
        return false;
      if (const auto *Binary = dyn_cast<BinaryOperator>(Parent); Binary && Binary->isLogicalOp())
        return false;
    }
    return false;
  }

  /// Whether the block that \p Inside begins with does so with the use.
  static bool beginsWith(Path Inside) {
    const auto *Block =
        dyn_cast_or_null<CompoundStmt>(Inside.empty() ? nullptr : Inside[0]);
    return Block && Inside.size() > 1 && Block->body_front() == Inside[1];
  }

  States begin() override {
    States Now(Variables.size(), IsReady);
    Now.resize(Variables.size() + Places.size(), IsAhead);
    return Now;
  }

  void renew(unsigned Variable, States &Now, uint8_t State) {
    Now[Variable] = State;
    for (const Place &Each : Places)
      if (Each.Variable == Variable)
        Now[Each.Fact] = IsAhead;
    renewElements(Variable, Now, State);
  }

  void renewElements(unsigned Container, States &Now, uint8_t State) {
    if (Variables[Container].Index == Object::Whole)
      for (auto [I, Each] : llvm::enumerate(Variables))
        if (Each.D == Variables[Container].D && Each.Index != Object::Whole)
          renew(I, Now, State);
  }

  void evaluate(const Stmt *S, States &Now) override {
    if (const auto *Decls = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Decls->decls())
        if (auto Known = FactOf.find({D, Object::Whole}); Known != FactOf.end())
          renew(Known->second, Now, IsReady);
    if (auto Here = Touched.find(S); Here != Touched.end())
      for (unsigned Container : Here->second)
        Now[Container] = IsUnknown;
    if (auto Here = PlacesAt.find(S); Here != PlacesAt.end())
      for (unsigned Index : Here->second)
        pass(Index, Now, Watched.count(S));
    if (auto Here = Renewed.find(S); Here != Renewed.end())
      for (unsigned Variable : Here->second)
        renew(Variable, Now, IsReady);
    if (auto Here = Lost.find(S); Here != Lost.end())
      for (unsigned Variable : Here->second)
        renew(Variable, Now, IsUnknown);
  }

  void pass(unsigned Index, States &Now, bool IsWatched) {
    const Place &Here = Places[Index];
    uint8_t &State = Now[Here.Variable];
    bool IsAgain = !(State & (IsReady | IsUnknown)) ||
                   (Here.IsEachTurn && (Now[Here.Fact] & IsPassed) && !(State & IsUnknown));
    if (isReporting() && IsAgain) {
      Again Report{Index, {}};
      for (size_t I = 0; I != Places.size(); ++I)
        if (Places[I].Variable == Here.Variable && (Now[Places[I].Fact] & IsPassed))
          Report.Before.push_back(I);
      Found.push_back(Report);
    }
    if (IsWatched)
      return;
    State = Here.IsAwait ? IsAwaited : IsGone;
    Now[Here.Fact] = IsPassed;
    renewElements(Here.Variable, Now, IsUnknown);
  }

  std::optional<Changes> &Known;
  llvm::DenseMap<std::pair<const Decl *, int>, unsigned> FactOf;
  std::vector<Kind> Kinds;
  llvm::DenseSet<const Expr *> Gone; ///< containers, named as the range of a loop
  llvm::DenseMap<const Stmt *, SmallVector<unsigned, 1>> PlacesAt, Watched, Renewed, Lost, Touched;
};

class AwaitedTwiceCheck : public Check {
public:
  using Check::Check;

private:
  void begin(Unit &U) override { Known.reset(); }

  void check(const Body &B, Unit &U) override {
    Awaits Facts(B, Known, U);
    if (Facts.isEmpty() || !Flow(B, U).run(Facts))
      return;
    for (const Awaits::Again &Each : Facts.Found)
      // A test may await it again to see it refused; a macro may say its
      // argument again, to show it.
      if (!isSaidAgain(Each, Facts, U) &&
          !isInMacro(Facts.Places[Each.Place].Ref->getExprLoc(), U,
                     isThrowAssertion))
        tell(Each, Facts);
  }

  /// Whether it stands where it was used up before.
  static bool isSaidAgain(const Awaits::Again &Each, const Awaits &Facts,
                          Unit &U) {
    auto Where = [&](unsigned Place) {
      return U.sources().getFileLoc(Facts.Places[Place].Ref->getExprLoc());
    };
    return Facts.Places[Each.Place].Ref->getExprLoc().isMacroID() &&
           llvm::any_of(Each.Before, [&](unsigned Before) {
             return Before != Each.Place && Where(Before) == Where(Each.Place);
           });
  }

  void tell(const Awaits::Again &Each, const Awaits &Facts) {
    const Awaits::Place &Here = Facts.Places[Each.Place];
    bool IsLoop = llvm::is_contained(Each.Before, Each.Place);
    enum { IsTask, IsContainer, IsGenerator } What =
        Facts.isGenerator(Here.Variable)   ? IsGenerator
        : Facts.isContainer(Here.Variable) ? IsContainer
                                           : IsTask;
    enum { HandedOn, Awaited, GoneThrough };
    auto Verb = [&](const Awaits::Place &Place) {
      return What == IsGenerator && Place.IsAwait ? GoneThrough
             : Place.IsAwait                      ? Awaited
                                                  : HandedOn;
    };
    {
      auto Report =
          report(Here.Ref->getExprLoc(),
                 "the %select{task '%0' is|tasks of '%0' are|generator '%0' is}1 %select{handed "
                 "on|awaited|gone through}2 %select{again|in every turn of the loop}3, but "
                 "%select{it|each|it}1 runs only once");
      if (!Report)
        return;
      *Report << Facts.Variables[Here.Variable].text() << What << Verb(Here) << IsLoop;
    }
    for (unsigned Index : Each.Before)
      if (Index != Each.Place)
        note(Facts.Places[Index].Ref->getExprLoc(),
             "%select{it was|they were|it was}1 %select{handed on|awaited|gone through}0 here")
            << Verb(Facts.Places[Index]) << What;
    note(Facts.Variables[Here.Variable].D->getLocation(),
         IsLoop ? "make the %select{task|generator}0 inside the loop"
                : "make another %select{task, or keep the first result|generator, or keep "
                  "what it gave}0")
        << (What == IsGenerator);
  }

  std::optional<Changes> Known;
};

WEIR_CHECK(AwaitedTwiceCheck, "awaited-twice", Warning,
           "Finds tasks that are awaited again, or after they were moved away.")

} // namespace
} // namespace weir
