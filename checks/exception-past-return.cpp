// Handlers and guards that are gone when the task runs.
//
// A function that is no coroutine and returns a task leaves its scope before
// the task does anything: a handler around the return sees no exception of it,
// a lock is released before its body begins. Where other code stands in the try
// block, or between the guard and the return, it may be what they are for.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"

using namespace clang;

namespace weir {
namespace {

class ExceptionPastReturnCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
    if (B.isCoroutine() || B.isDependent() || !Type || !Type->isTask())
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *Return = dyn_cast<ReturnStmt>(S);
      const Expr *Task = Return ? madeBy(Return->getRetValue(), U) : nullptr;
      if (Task && runsLater(Task, U)) {
        if (const CXXTryStmt *Try = tryAround(Parents, U))
          pastHandler(*Return, *Task, *Try, B, U);
        else if (const VarDecl *Guard = guardBefore(Return, Parents, B, U))
          pastGuard(*Task, *Guard);
      }
      return true;
    });
  }

  /// The call that makes the task \p Value, also where a variable holds it.
  static const Expr *madeBy(const Expr *Value, Unit &U) {
    const Expr *E = Value ? bare(Value) : nullptr;
    if (const auto *Copy = dyn_cast_or_null<CXXConstructExpr>(E);
        Copy && Copy->getNumArgs() == 1 && Copy->getConstructor()->isCopyOrMoveConstructor())
      E = bare(Copy->getArg(0));
    if (const auto *Choice = dyn_cast_or_null<ConditionalOperator>(E)) {
      const Expr *Other = madeBy(Choice->getFalseExpr(), U);
      return Other && runsLater(Other, U) ? madeBy(Choice->getTrueExpr(), U)
                                          : nullptr;
    }
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E);
    const auto *Kept = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (Kept && Kept->hasLocalStorage() && !Kept->getType()->isReferenceType() && Kept->getInit())
      return awaitedCall(Kept->getInit(), U);
    return Value ? awaitedCall(Value, U) : nullptr;
  }

  /// Whether nothing of what the call does, exceptions included, happens before
  /// the task is awaited.
  static bool runsLater(const Expr *Call, Unit &U, unsigned Depth = 0) {
    Callee C = calleeOf(Call);
    std::optional<TaskType> Type = U.task(Call->getType());
    if (!C.Function || !Type || !Type->isTask() || Depth > 3)
      return false;
    if (isCoroutine(C.Function))
      return true;
    const FunctionDecl *Definition = C.Function->getDefinition();
    if (!Definition || !Definition->getBody())
      return Type->isLazy() && !U.function(C);
    const Expr *Returned = soleReturn(Definition->getBody());
    const Expr *Inner = Returned ? awaitedCall(Returned, U) : nullptr;
    return Inner && runsLater(Inner, U, Depth + 1);
  }

  /// The try block that the code below \p Parents stands in, if that code is
  /// all in it that can throw.
  static const CXXTryStmt *tryAround(Path Parents, Unit &U) {
    for (size_t I = Parents.size(); I-- > 0;) {
      if (isa<CXXCatchStmt>(Parents[I]))
        return nullptr;
      if (const auto *Try = dyn_cast<CXXTryStmt>(Parents[I]))
        return throwsEarlier(Try->getTryBlock(), U) || passesOn(*Try) ? nullptr : Try;
    }
    return nullptr;
  }

  static bool throwsEarlier(const Stmt *Block, Unit &U) {
    bool Found = false;
    walk(Block, [&](const Stmt *S, Path) {
      if (const auto *E = dyn_cast<Expr>(S))
        Found |= mayThrow(E, U);
      return !Found;
    });
    return Found;
  }

  static bool mayThrow(const Expr *E, Unit &U) {
    if (isa<CXXThrowExpr, CXXNewExpr>(E))
      return true;
    if (!isa<CallExpr, CXXConstructExpr>(E))
      return false;
    Callee C = calleeOf(E);
    if (!C.Function)
      return true;
    const auto *Proto = C.Function->getType()->getAs<FunctionProtoType>();
    if (Proto && (isNoexceptExceptionSpec(Proto->getExceptionSpecType()) || Proto->isNothrow()))
      return false;
    // Whoever catches an exception of these means something else.
    if (isOfStd(C.Function))
      return C.Function->getDeclName().isIdentifier() &&
             !llvm::is_contained({"move", "forward", "ref", "cref", "make_shared", "make_unique",
                                  "c_str", "data", "size", "empty", "begin", "end", "get",
                                  "to_string"},
                                 C.Function->getName());
    if (const auto *Method = dyn_cast<CXXMethodDecl>(C.Function))
      if (Method->isDefaulted() || isa<CXXConversionDecl>(Method) ||
          (isa<CXXConstructorDecl>(Method) && Method->isImplicit()))
        return false;
    return !runsLater(E, U) && !isGetter(C.Function);
  }

  /// A visible body that calls nothing and throws nothing.
  static bool isGetter(const FunctionDecl *F) {
    const FunctionDecl *Definition = F->getDefinition();
    if (!Definition || !Definition->getBody())
      return false;
    bool Plain = true;
    walk(Definition->getBody(), [&](const Stmt *S, Path) {
      Plain &= !isa<CallExpr, CXXThrowExpr, CXXNewExpr>(S);
      return Plain;
    });
    return Plain;
  }

  /// Whether a handler makes a failed task of the exception: the same thing.
  static bool passesOn(const CXXTryStmt &Try) {
    for (unsigned I = 0; I < Try.getNumHandlers(); ++I) {
      bool Takes = false, Returns = false;
      walk(Try.getHandler(I)->getHandlerBlock(), [&](const Stmt *S, Path) {
        const auto *Ref = dyn_cast<DeclRefExpr>(S);
        Takes |= Ref && lastName(Ref->getDecl()).contains("current_exception");
        Returns |= isa<ReturnStmt>(S);
        return true;
      });
      if (Takes && Returns)
        return true;
    }
    return false;
  }

  void pastHandler(const ReturnStmt &Return, const Expr &Task, const CXXTryStmt &Try, const Body &B,
                   Unit &U) {
    SmallVector<FixItHint, 4> Fix = asCoroutine(B);
    bool IsSafe = keepsNothing(*B.decl());
    auto Report = report(Task.getBeginLoc(), "an exception of %0 does not reach the "
                                             "handler: the task that is returned "
                                             "runs when the try block is left");
    if (!Report)
      return;
    *Report << quoted(calleeOf(&Task).Function) << Task.getSourceRange();
    if (IsSafe)
      for (const FixItHint &Each : Fix)
        *Report << Each;
    Report.reset();
    note(Try.getHandler(0)->getBeginLoc(), "this handler cannot catch what the task throws");
    auto Advice = note(Return.getBeginLoc(), "await it in the try block: 'co_return co_await'");
    if (!IsSafe)
      for (const FixItHint &Each : Fix)
        Advice << Each;
  }

  /// Whether as a lazy coroutine the function would refer to nothing of its
  /// caller's.
  static bool keepsNothing(const FunctionDecl &F) {
    const auto *Method = dyn_cast<CXXMethodDecl>(&F);
    return (!Method || Method->isStatic()) &&
           llvm::none_of(F.parameters(),
                         [](const ParmVarDecl *P) { return refersToOther(P->getType()); });
  }

  /// The edits that make \p B a coroutine, if every return can be one of it.
  static SmallVector<FixItHint, 4> asCoroutine(const Body &B) {
    SmallVector<FixItHint, 4> Fix;
    bool Possible = true;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *Return = dyn_cast<ReturnStmt>(S);
      if (!Return)
        return true;
      const Expr *Value = Return->getRetValue();
      bool InHandler = llvm::any_of(Parents, [](const Stmt *P) { return isa<CXXCatchStmt>(P); });
      Possible &= !InHandler && Value && !Return->getBeginLoc().isMacroID() &&
                  isa<CallExpr>(bare(Value)) &&
                  Value->getType()->getCanonicalTypeUnqualified() ==
                      B.decl()->getReturnType()->getCanonicalTypeUnqualified();
      Fix.push_back(FixItHint::CreateReplacement(Return->getReturnLoc(), "co_return co_await"));
      return true;
    });
    if (!Possible)
      Fix.clear();
    return Fix;
  }

  /// A guard right before the return, with nothing else it could be for.
  static const VarDecl *guardBefore(const ReturnStmt *Return, Path Parents, const Body &B,
                                    Unit &U) {
    const auto *Block = Parents.empty() ? nullptr : dyn_cast<CompoundStmt>(Parents.back());
    if (!Block || readsShared(Return, U))
      return nullptr;
    const Stmt *Before = nullptr;
    for (const Stmt *Each : Block->body()) {
      if (Each == Return)
        break;
      Before = Each;
    }
    const auto *Declaration = dyn_cast_or_null<DeclStmt>(Before);
    const auto *Guard = Declaration && Declaration->isSingleDecl()
                            ? dyn_cast<VarDecl>(Declaration->getSingleDecl())
                            : nullptr;
    return Guard && Guard->hasLocalStorage() && isGuard(Guard->getType(), U) &&
                   !Guard->isReferenced()
               ? Guard
               : nullptr;
  }

  /// Whether the returned expression itself does what a guard may be for.
  static bool readsShared(const ReturnStmt *Return, Unit &U) {
    bool Found = false;
    walk(Return->getRetValue(), [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        Found |= !isMove(Call) && !runsLater(Call, U);
      if (const auto *Construct = dyn_cast<CXXConstructExpr>(S))
        Found |= Construct->getConstructor()->isCopyConstructor() &&
                 !isLocal(bare(Construct->getArg(0)));
      if (const auto *Cast = dyn_cast<ImplicitCastExpr>(S))
        Found |= Cast->getCastKind() == CK_LValueToRValue && !isLocal(bare(Cast->getSubExpr()));
      return !Found;
    });
    return Found;
  }
  static bool isMove(const CallExpr *Call) {
    const FunctionDecl *F = Call->getDirectCallee();
    return F && F->isInStdNamespace() && lastName(F) == "move";
  }
  static bool isLocal(const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return Variable && Variable->hasLocalStorage() && !Variable->getType()->isReferenceType();
  }

  static bool isGuard(QualType T, Unit &U) {
    const CXXRecordDecl *Record = recordOf(T);
    if (!Record || T->isReferenceType() || !Record->hasDefinition() || !Record->getIdentifier())
      return false;
    if (Record->isInStdNamespace())
      return llvm::is_contained({"lock_guard", "scoped_lock", "unique_lock", "shared_lock"},
                                Record->getName());
    if (std::optional<TaskType> Type = U.task(T))
      return Type->Kind == models::TypeKind::Guard;
    const CXXDestructorDecl *End = Record->getDestructor();
    return End && End->isUserProvided() &&
           llvm::any_of(
               std::initializer_list<StringRef>{"guard", "lock", "scope",
                                                "span", "timer", "finally",
                                                "defer", "cleanup"},
               [&](StringRef Word) { return says(Record->getName(), Word); });
  }

  /// Whether \p Word begins a word of \p Name: `ScopedLock`, and not `Clock`.
  static bool says(StringRef Name, StringRef Word) {
    std::string Lower = Name.lower();
    for (size_t At = Lower.find(Word); At != std::string::npos;
         At = Lower.find(Word, At + 1))
      if (At == 0 || Name[At - 1] == '_' || isUppercase(Name[At]))
        return true;
    return false;
  }

  void pastGuard(const Expr &Task, const VarDecl &Guard) {
    auto Report = report(Task.getBeginLoc(), "%0 is gone before the task of %1 runs: the task that "
                                             "is returned begins when it is awaited");
    if (!Report)
      return;
    *Report << &Guard << quoted(calleeOf(&Task).Function) << Task.getSourceRange();
    Report.reset();
    note(Guard.getLocation(), "%0 is destroyed at the return") << &Guard;
    note(Task.getBeginLoc(), "make the function a coroutine that awaits the task, with a guard "
                             "that may be held across a suspension");
  }
};

WEIR_CHECK(ExceptionPastReturnCheck, "exception-past-return", Warning,
           "Finds tasks that are returned out of the try block or the guard "
           "that was meant for "
           "them.")

} // namespace
} // namespace weir
