// Tasks used where their result was meant.
//
// `if (is_allowed(user))` compiles where the task converts to bool, and asks
// whether there is a task: there always is. The same goes for comparisons,
// streams and test assertions, and for `auto g = mutex.lock();`, which keeps
// the operation alive and locks nothing. A variable that is tested may be
// meant as "is there a task", so only what was made on the spot is reported.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Macros.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir {
namespace {

class TaskAsValueCheck : public Check {
public:
  using Check::Check;

private:
  /// What somebody does to a task; the words of the message.
  enum class As { Nothing, Condition, Comparison, Text, Assertion };

  void check(const Body &B, Unit &U) override {
    llvm::SmallPtrSet<const VarDecl *, 16> Used;
    llvm::SmallVector<std::pair<const VarDecl *, bool>, 4>
        Guards; // and whether it can be awaited there
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
          Used.insert(V);
      } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
        for (const LambdaCapture &C : Lambda->captures())
          if (C.capturesVariable())
            Used.insert(dyn_cast<VarDecl>(C.getCapturedVar()));
      } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *V = dyn_cast<VarDecl>(D); V && isUntakenLock(V, U))
            Guards.push_back({V, !forbidsAwait(Parents)});
      } else if (const auto *E = dyn_cast<Expr>(S)) {
        if (As Use = useOf(E, Parents, U); Use != As::Nothing)
          value(E, Use, forbidsAwait(Parents), B, U);
      }
      return true;
    });
    for (auto [V, CanAwait] : Guards)
      if (!Used.contains(V))
        guard(V, CanAwait, B, U);
  }

  /// How a task that \p E makes is used, if its result was meant.
  static As useOf(const Expr *E, Path Parents, Unit &U) {
    if (!isa<CallExpr>(E) || !E->isPRValue() || !isAwaitable(E->getType(), U))
      return As::Nothing;
    size_t Index = 0;
    const Stmt *Parent = significantParent(Parents, &Index);
    // A chosen task is as good as a named one.
    while (isa_and_nonnull<ConditionalOperator>(Parent))
      Parent = significantParent(Parents = Parents.take_front(Index), &Index);
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(Parent))
      return isa<CXXConversionDecl>(Member->getMemberDecl()) && isTruth(Member)
                 ? As::Condition
                 : As::Nothing;
    if (isAsserted(E, Parent, U))
      return As::Assertion;
    const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Parent);
    if (!Operator || Operator->getNumArgs() != 2)
      return As::Nothing;
    const Expr *Left = bare(Operator->getArg(0)),
               *Right = bare(Operator->getArg(1));
    if (turnsIntoResult(E->getType()))
      return As::Nothing;
    if (Operator->isComparisonOp() &&
        !isAwaitableOrNull(Left == E ? Right : Left, U))
      return As::Comparison;
    if (Operator->getOperator() == OO_LessLess && Right == E &&
        isStream(Left->getType()))
      return As::Text;
    return As::Nothing;
  }

  static bool isAwaitable(QualType T, Unit &U) {
    std::optional<TaskType> Type = U.task(T);
    return Type && (Type->isTask() || Type->Kind == models::TypeKind::Sender ||
                    Type->Kind == models::TypeKind::Awaiter);
  }

  static bool isAwaitableOrNull(const Expr *E, Unit &U) {
    return isAwaitable(E->getType(), U) || E->getType()->isNullPtrType();
  }

  /// "Is there a task?" Any other conversion is a library's way to wait here
  /// and now, also one to the result's type that happens to be bool.
  static bool isTruth(const MemberExpr *Member) {
    const auto *Conversion = cast<CXXConversionDecl>(Member->getMemberDecl());
    const FunctionDecl *Pattern = Conversion->getTemplateInstantiationPattern();
    return Conversion->getConversionType()->isBooleanType() &&
           !(Pattern && Pattern->getReturnType()->isDependentType()) &&
           !givesResult(Pattern ? Pattern : Conversion);
  }

  /// Whether the body in sight gives what an await would.
  static bool givesResult(const FunctionDecl *Conversion) {
    const FunctionDecl *Defined = nullptr;
    bool Found = false;
    if (Conversion->hasBody(Defined))
      walk(Defined->getBody(), [&](const Stmt *S, Path) {
        if (const auto *Member = dyn_cast<MemberExpr>(S))
          Found |= lastName(Member->getMemberDecl()) == "await_resume";
        else if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(S))
          Found |= Member->getMember().getAsString() == "await_resume";
        return !Found;
      });
    return Found;
  }

  /// Whether tasks of this type turn into their results, waiting for them, so
  /// that its operators do, too.
  static bool turnsIntoResult(QualType T) {
    const CXXRecordDecl *Record = recordOf(T);
    if (!Record || !Record->hasDefinition())
      return false;
    for (const NamedDecl *D : Record->getVisibleConversionFunctions()) {
      if (isa<FunctionTemplateDecl>(D->getUnderlyingDecl()))
        return true;
      const auto *Conversion = dyn_cast<CXXConversionDecl>(D->getUnderlyingDecl());
      const FunctionDecl *Pattern =
          Conversion && !Conversion->isDeleted() && !Conversion->isExplicit()
              ? Conversion->getTemplateInstantiationPattern()
              : nullptr;
      if (Pattern && Pattern->getReturnType()->getAs<TemplateTypeParmType>())
        return true;
    }
    return false;
  }

  /// Whether \p E is itself the argument of an assertion: what takes it is
  /// part of the macro, not of the argument.
  static bool isAsserted(const Expr *E, const Stmt *Parent, Unit &U) {
    if (!isa_and_nonnull<CallExpr, CXXConstructExpr>(Parent) ||
        !isInMacroArgument(E->getBeginLoc(), U, isValueAssertion))
      return false;
    SourceLocation At = nameLocation(cast<Expr>(Parent));
    return At.isMacroID() && !U.sources().isMacroArgExpansion(At) &&
           isInMacro(At, U, isValueAssertion);
  }

  static bool isValueAssertion(StringRef Macro) {
    return isAssertion(Macro) && !isThrowAssertion(Macro) &&
           !Macro.contains("THAT");
  }

  static bool isStream(QualType T) {
    for (const CXXRecordDecl *Record = recordOf(T); Record;) {
      if (isStd(Record, "basic_ostream"))
        return true;
      if (!Record->hasDefinition() || Record->getNumBases() == 0)
        return false;
      Record = recordOf(Record->bases_begin()->getType());
    }
    return false;
  }

  /// Whether \p V keeps the operation of an asynchronous lock.
  static bool isUntakenLock(const VarDecl *V, Unit &U) {
    const Expr *Init = V->getInit() ? bare(V->getInit()) : nullptr;
    if (!isa_and_nonnull<CallExpr>(Init))
      return false;
    // What must be awaited by its model need not show how.
    const models::Function *Model = U.function(calleeOf(Init));
    bool IsLock = Model && Model->Role == models::Role::AsyncLock;
    if (IsLock && Model->Discard == models::Discard::NeverRuns)
      return true;
    if (!isAwaitable(V->getType(), U))
      return false;
    if (IsLock)
      return true;
    // A task whose result is a guard, whoever makes it.
    QualType Result = resultOf(*U.task(V->getType()));
    const CXXRecordDecl *Record = recordOf(Result);
    if (!Record)
      return false;
    std::optional<TaskType> Held = U.task(Result);
    return isStd(Record, "unique_lock") || isStd(Record, "shared_lock") ||
           (Held && Held->Kind == models::TypeKind::Guard);
  }

  void value(const Expr *E, As Use, bool InHandler, const Body &B, Unit &U) {
    static constexpr StringRef Words[] = {"", "tested", "compared", "written",
                                          "asserted"};
    Callee C = calleeOf(E);
    if (!C.Function)
      return;
    auto Report = report(nameLocation(E),
                         "%0 makes a %1 that is %2 instead of its result");
    if (!Report)
      return;
    *Report << C.Function << typeForMessage(E->getType(), U.context())
            << Words[static_cast<int>(Use)] << E->getSourceRange();
    if (!InHandler)
      await(E, *Report, B, U);
  }

  void guard(const VarDecl *V, bool CanAwait, const Body &B, Unit &U) {
    // What has begun may have the lock, but nobody waits until it does.
    std::optional<TaskType> Type = U.task(V->getType());
    bool HasBegun = Type && Type->Start == models::Start::Eager;
    auto Report = report(
        V->getLocation(),
        "%0 holds a %1, not the lock: %select{nothing is locked until it is "
        "awaited|what follows does not wait until it is taken}2");
    if (!Report)
      return;
    *Report << V << typeForMessage(V->getType(), U.context()) << HasBegun;
    if (CanAwait &&
        isa<AutoType>(V->getTypeSourceInfo()->getType().getTypePtr()))
      await(bare(V->getInit()), *Report, B, U);
  }

  static void await(const Expr *E, const DiagnosticBuilder &Report,
                    const Body &B, Unit &U) {
    std::optional<TaskType> Type = U.task(E->getType());
    if (!Type)
      return;
    QualType Result = resultOf(*Type);
    if (E->getBeginLoc().isMacroID() || !canAwait(*Type, B, U) ||
        Result.isNull() || Result->isVoidType())
      return;
    // An operator binds less tightly than the await.
    bool Bare = !isa<CXXOperatorCallExpr>(E) ||
                cast<CXXOperatorCallExpr>(E)->getOperator() == OO_Call;
    Report << FixItHint::CreateInsertion(E->getBeginLoc(),
                                         Bare ? "co_await " : "co_await (");
    if (!Bare)
      Report << FixItHint::CreateInsertion(
          Lexer::getLocForEndOfToken(E->getEndLoc(), 0, U.sources(),
                                     U.context().getLangOpts()),
          ")");
  }
};

WEIR_CHECK(TaskAsValueCheck, "task-as-value", Warning,
           "Finds tasks that are used where their result was meant.")

} // namespace
} // namespace weir
