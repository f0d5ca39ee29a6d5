// Member coroutines that nobody keeps the object of alive for.
//
// `co_spawn(executor, run(), detached)` in a member function starts a coroutine
// that holds `this` as a plain pointer. Objects of a class that derives from
// enable_shared_from_this die when their last shared pointer does, whenever
// that is; whether others live long enough is decided elsewhere, so they are
// judged only where that is asked for. Silent where the class or the call shows
// an answer, such as a shared_ptr that goes along, a scope that is a member, or
// a destructor that waits.

#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Outlives.h"
#include "checks/support/Source.h"
#include "checks/support/Statements.h"
#include "clang/AST/ASTLambda.h"

using namespace clang;

namespace weir {
namespace {

class DanglingThisCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (B.isDependent())
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *Call = dyn_cast<CallExpr>(S);
      if (!Call)
        return true;
      Callee C = calleeOf(Call);
      if (const Expr *Object = objectOf(Call); Object && isa<CXXThisExpr>(bare(Object)))
        judgeMember(*Call, C, Parents, B, U);
      else if (C.Function)
        judgeCallback(*Call, C, Parents, U);
      return true;
    });
  }

  /// `spawn(run())`
  void judgeMember(const CallExpr &Call, const Callee &C, Path Parents, const Body &B, Unit &U) {
    if (!C.Function || U.function(C))
      return;
    const CXXRecordDecl *Class = cast<CXXMethodDecl>(C.Function)->getParent();
    auto Kept = isJudged(Class) ? keepsThis(C.Function, U) : std::nullopt;
    if (!Kept || isKept(Class, U) ||
        holdsOwner(C.Function->getDefinition()->getBody(), Class) ||
        holdsOwner(wholeExpression(Call, Parents), Class) ||
        endsWithObject(Parents, U))
      return;
    auto Way = escapeOf(&Call, Parents, {}, B, U);
    if (!Way ||
        (Way->How.Where != Fate::Started && Way->How.Where != Fate::Dropped) ||
        isOwnScope(Way->How.At, U))
      return;
    complain(Call.getBeginLoc(), quoted(C.Function), placeOf(*Way), *Kept->Where);
  }

  /// `spawn([this]() -> task<> { ... })`
  void judgeCallback(const CallExpr &Call, const Callee &C, Path Parents,
                     Unit &U) {
    const models::Function *Model = U.function(C);
    // What comes back is something to wait for.
    if (!Call.getType()->isVoidType() && !isStatement(&Call, Parents))
      return;
    if (!Model ||
        (Model->Role != models::Role::Spawn &&
         Model->Role != models::Role::ScopeAdd) ||
        isOwnScope(&Call, U))
      return;
    for (const Expr *Arg : C.Args) {
      const auto *Lambda = dyn_cast<LambdaExpr>(bare(Arg));
      const CXXMethodDecl *Operator = Lambda ? Lambda->getCallOperator() : nullptr;
      std::optional<TaskType> Type = Operator ? U.task(Operator->getReturnType()) : std::nullopt;
      if (const CXXMethodDecl *Method = begunOnThis(Arg)) {
        const CXXRecordDecl *Class = Method->getParent();
        auto Kept = isJudged(Class) && !isKept(Class, U) &&
                            !holdsOwner(&Call, Class) &&
                            !(Lambda && holdsOwner(Lambda->getBody(), Class))
                        ? keepsThis(Method, U)
                        : std::nullopt;
        if (Kept && !holdsOwner(Method->getDefinition()->getBody(), Class))
          complain(Arg->getBeginLoc(), quoted(Method), nameLocation(&Call),
                   *Kept->Where);
        continue;
      }
      if (!Type || !isCoroutine(Operator))
        continue;
      auto Use =
          laterUse(Operator, Type->Start, U, [](const Stmt *S) { return isa<CXXThisExpr>(S); });
      const auto *This = Use ? dyn_cast<CXXThisExpr>(Use->Use) : nullptr;
      const CXXRecordDecl *Class =
          This ? This->getType()->getPointeeCXXRecordDecl() : nullptr;
      if (Class && isJudged(Class) && !holdsOwner(Operator->getBody(), Class) &&
          !holdsOwner(&Call, Class) && !isKept(Class, U))
        complain(Lambda->getBeginLoc(), "the lambda", nameLocation(&Call),
                 *Use);
    }
  }

  /// The member coroutine that a plain lambda, `[this] { return run(); }`, or
  /// `std::bind(&session::run, this)` begins.
  static const CXXMethodDecl *begunOnThis(const Expr *Arg) {
    const Expr *E = bare(Arg);
    if (const auto *Lambda = dyn_cast<LambdaExpr>(E)) {
      const auto *Made =
          dyn_cast_or_null<CXXMemberCallExpr>(soleReturn(Lambda->getBody()));
      return Made && isa<CXXThisExpr>(bare(Made->getImplicitObjectArgument()))
                 ? Made->getMethodDecl()
                 : nullptr;
    }
    const auto *Bind = dyn_cast<CallExpr>(E);
    const FunctionDecl *F = Bind ? Bind->getDirectCallee() : nullptr;
    if (!F || !isOfStd(F) || !lastName(F).starts_with("bind") ||
        Bind->getNumArgs() < 2 || !isa<CXXThisExpr>(bare(Bind->getArg(1))))
      return nullptr;
    const auto *Address = dyn_cast<UnaryOperator>(bare(Bind->getArg(0)));
    const auto *Ref =
        Address ? dyn_cast<DeclRefExpr>(bare(Address->getSubExpr())) : nullptr;
    return Ref ? dyn_cast<CXXMethodDecl>(Ref->getDecl()) : nullptr;
  }

  void complain(SourceLocation At, StringRef Who, SourceLocation Start, const LaterUse &Use) {
    auto Report = report(At, "nothing here keeps the object of %0 alive until it is done");
    if (!Report)
      return;
    *Report << Who;
    Report.reset();
    note(Start, "it is started here, and not waited for");
    if (Use.Suspension)
      note(Use.Suspension->getBeginLoc(), "it may be suspended here");
    note(Use.Use->getBeginLoc(), "the object is used here");
    note(At, "let it hold a shared_ptr to the object, or wait for it in the "
             "destructor");
  }

  /// Whether what is started becomes a member of the object, whose type ends
  /// the coroutine when it is destroyed.
  static bool endsWithObject(Path Parents, Unit &U) {
    return llvm::any_of(Parents, [&](const Stmt *S) {
      const auto *Assigned = dyn_cast<CXXOperatorCallExpr>(S);
      if (!Assigned || Assigned->getOperator() != OO_Equal)
        return false;
      const auto *Member = dyn_cast<MemberExpr>(bare(Assigned->getArg(0)));
      std::optional<TaskType> Type =
          Member ? U.task(Member->getType()) : std::nullopt;
      return Type && Type->Discard == models::Discard::Cancels &&
             isa<CXXThisExpr>(bare(Member->getBase()));
    });
  }

  /// Whether some method in sight ends its own object.
  static bool deletesItself(const CXXRecordDecl *Class) {
    bool Found = false;
    for (const CXXMethodDecl *Method : Class->getDefinition()->methods())
      if (const FunctionDecl *Definition = Method->getDefinition();
          Definition && Definition->getBody())
        walk(Definition->getBody(), [&](const Stmt *S, Path) {
          const auto *Delete = dyn_cast<CXXDeleteExpr>(S);
          Found |= Delete && isa<CXXThisExpr>(bare(Delete->getArgument()));
          return !Found;
        });
    return Found;
  }

  /// Whether the class may see to it itself: its destructor waits, or cannot be
  /// read, or it is never destroyed by others.
  static bool isKept(const CXXRecordDecl *Class, Unit &U) {
    if (Class && Class->hasDefinition() && deletesItself(Class))
      return true;
    const CXXDestructorDecl *Destructor =
        Class && Class->hasDefinition() ? Class->getDefinition()->getDestructor() : nullptr;
    if (!Destructor || !Destructor->isUserProvided())
      return false;
    const FunctionDecl *Definition = Destructor->getDefinition();
    if (!Definition || !Definition->getBody() || Destructor->getAccess() == AS_private)
      return true;
    bool Waits = false;
    walk(Definition->getBody(), [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        Waits |= !Call->getDirectCallee() || soundsLikeWaiting(Call->getDirectCallee());
      return !Waits;
    });
    return Waits;
  }

  bool isJudged(const CXXRecordDecl *Class) const {
    return EveryClass.isOn() || isSharedItself(Class);
  }

  static const Expr *wholeExpression(const CallExpr &Call, Path Parents) {
    const Expr *Whole = &Call;
    for (const Stmt *Parent : llvm::reverse(Parents)) {
      const auto *E = dyn_cast<Expr>(Parent);
      if (!E || isa<LambdaExpr>(E))
        break;
      Whole = E;
    }
    return Whole;
  }

  /// Whether some expression in \p S is or makes a shared pointer to a \p
  /// Class.
  static bool holdsOwner(const Stmt *S, const CXXRecordDecl *Class) {
    bool Found = false;
    walk(S, [&](const Stmt *Each, Path) {
      const auto *E = dyn_cast<Expr>(Each);
      const CXXRecordDecl *Record = E ? recordOf(E->getType()) : nullptr;
      if (Record && Record->getIdentifier())
        Found |=
            llvm::is_contained({"holder", "semaphore_units"},
                               Record->getName()) ||
            (llvm::is_contained({"shared_ptr", "lw_shared_ptr", "intrusive_ptr",
                                 "weak_ptr", "QPointer", "com_ptr", "weak_ref"},
                                Record->getName()) &&
             mayOwn(Record, Class));
      return !Found;
    });
    return Found;
  }

  /// Whether what \p Pointer points to may be a \p Class, or have it.
  static bool mayOwn(const CXXRecordDecl *Pointer, const CXXRecordDecl *Class) {
    const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Pointer);
    if (!Spec || Spec->getTemplateArgs().size() == 0 ||
        Spec->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
      return true;
    const CXXRecordDecl *To = recordOf(Spec->getTemplateArgs()[0].getAsType());
    if (!To || !To->hasDefinition() || !Class->hasDefinition())
      return true;
    auto Is = [](const CXXRecordDecl *A, const CXXRecordDecl *B) {
      return A->getCanonicalDecl() == B->getCanonicalDecl() ||
             A->isDerivedFrom(B);
    };
    return Is(To, Class) || Is(Class, To) ||
           llvm::any_of(To->fields(), [&](const FieldDecl *Field) {
             const CXXRecordDecl *Part = recordOf(Field->getType());
             return Part &&
                    Part->getCanonicalDecl() == Class->getCanonicalDecl();
           });
  }

  /// Whether the task is given to a scope, or to threads, that are a member
  /// too: their end waits for it.
  static bool isOwnScope(const Stmt *Start, Unit &U) {
    const auto *Call = dyn_cast_or_null<CallExpr>(Start);
    if (!Call)
      return false;
    auto IsOwn = [](const Expr *E) {
      const auto *Member = E ? dyn_cast<MemberExpr>(bare(E)) : nullptr;
      return Member && isa<CXXThisExpr>(bare(Member->getBase()));
    };
    return IsOwn(objectOf(Call)) ||
           llvm::any_of(Call->arguments(), [&](const Expr *Arg) {
             std::optional<TaskType> Type = U.task(Arg->getType());
             return Type && Type->Kind == models::TypeKind::Pool && IsOwn(Arg);
           });
  }

  Flag EveryClass{this, "EveryClass"};
};

WEIR_CHECK(DanglingThisCheck, "dangling-this", Warning,
           "Finds member coroutines that are started while nothing keeps their "
           "object alive.")

} // namespace
} // namespace weir
