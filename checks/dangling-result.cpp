// References into the result of a task that is gone.
//
// Some tasks hand out what they hold: `co_await f()` is then a reference into
// the frame of `f`, and that goes with the task, a temporary, at the end of the
// statement. `auto &&x = co_await f();` keeps the reference. It extends no
// lifetime, for the value is no temporary, and reads well since most tasks
// return a value. Reported where the task is the only one that can own the
// value, and its promise is seen to hold it.

#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace weir {
namespace {

/// What a promise is to hold: a type, or the parameter of a template that means
/// it.
struct Result {
  QualType Type;
  std::optional<unsigned> Parameter = {};

  bool is(QualType T) const {
    const auto *Named = T->getAs<TemplateTypeParmType>();
    if (Named && Parameter)
      return Named->getIndex() == *Parameter;
    return T.getCanonicalType().getUnqualifiedType() ==
           Type.getCanonicalType().getUnqualifiedType();
  }
};

class DanglingResultCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (B.isDependent() || !B.isCoroutine())
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Decls = dyn_cast<DeclStmt>(S);
      if (!Decls)
        return true;
      for (const Decl *D : Decls->decls())
        if (const auto *Var = dyn_cast<VarDecl>(D);
            Var && Var->hasLocalStorage() && Var->getInit() &&
            (Var->getType()->isReferenceType() || isView(Var->getType())))
          if (const CoawaitExpr *Await = lentBy(Var->getInit()))
            judge(Var, Await, B, U);
      return true;
    });
  }

  /// The await whose result \p E refers to, or to a part of.
  static const CoawaitExpr *lentBy(const Expr *E) {
    while (E) {
      E = bare(E);
      if (const auto *Await = dyn_cast<CoawaitExpr>(E))
        return Await->isGLValue() ? Await : nullptr;
      const auto *Construct = dyn_cast<CXXConstructExpr>(E);
      const auto *Call = dyn_cast<CXXMemberCallExpr>(E);
      const auto *Member = dyn_cast<MemberExpr>(E);
      if (Construct && isView(Construct->getType()) &&
          Construct->getNumArgs() > 0)
        E = Construct->getArg(0);
      else if (Call &&
               isa_and_nonnull<CXXConversionDecl>(Call->getMethodDecl()) &&
               isView(Call->getType()))
        E = Call->getImplicitObjectArgument();
      else if (const auto *Field =
                   Member ? dyn_cast<FieldDecl>(Member->getMemberDecl())
                          : nullptr;
               Field && !Member->isArrow() &&
               !Field->getType()->isReferenceType())
        E = Member->getBase();
      else
        return nullptr;
    }
    return nullptr;
  }

  void judge(const VarDecl *Var, const CoawaitExpr *Await, const Body &B,
             Unit &U) {
    const auto *Call = dyn_cast<CallExpr>(bare(Await->getOperand()));
    const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
    std::optional<TaskType> Type =
        F && Call->isPRValue() ? U.task(Call->getType()) : std::nullopt;
    if (!Type || !Type->isTask() || isDetached(*Type) ||
        (isCopyable(Type->Record) && !isCoroutine(F)))
      return;
    const CXXRecordDecl *Promise = promiseOf(Type->Record);
    if (!Promise || !holds(Promise, {Await->getType()}))
      return;
    // What the range of a loop is made of lives as long as the loop, since
    // C++23.
    bool IsRange = Var->isImplicit();
    const Expr *Use = IsRange ? nullptr : firstUse(Var, B);
    if (IsRange ? U.context().getLangOpts().CPlusPlus23 : !Use)
      return;
    if (auto Report = report(
            IsRange ? Await->getBeginLoc() : Var->getLocation(),
            "%select{'%1' refers|this loop goes over what refers}0 to the "
            "result "
            "of %2, which dies with its task at the end of the statement"))
      *Report << IsRange << nameOf(Var) << quoted(F) << fix(Var, Await);
    else
      return;
    note(Call->getBeginLoc(), "this %0 is a temporary, and holds the result")
        << Call->getType();
    if (Use)
      note(Use->getBeginLoc(), "it is used here");
    note(IsRange ? Await->getBeginLoc() : Var->getLocation(),
         "%select{take the result by value|keep the result in a variable}0")
        << (IsRange || !Var->getType()->isReferenceType());
  }

  /// Whether an object of \p Class has what is looked for in itself. Where
  /// nothing needed the promise yet, its template says so.
  static bool holds(const CXXRecordDecl *Class, const Result &Value,
                    unsigned Depth = 0) {
    if (!Class || Depth > 6)
      return false;
    const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Class);
    Result Inside = Value;
    if (!Class->hasDefinition()) {
      const auto *Around = Spec ? Spec
                                : dyn_cast<ClassTemplateSpecializationDecl>(
                                      Class->getDeclContext());
      const CXXRecordDecl *Pattern =
          Spec ? Spec->getSpecializedTemplate()->getTemplatedDecl()
               : Class->getInstantiatedFromMemberClass();
      if (!Around || !Pattern || !Pattern->hasDefinition())
        return false;
      ArrayRef<TemplateArgument> Args = Around->getTemplateArgs().asArray();
      const auto *Found = llvm::find_if(Args, [&](const TemplateArgument &Arg) {
        return Arg.getKind() == TemplateArgument::Type &&
               Value.is(Arg.getAsType());
      });
      if (Found == Args.end())
        return false;
      Inside.Parameter = Found - Args.begin();
      Class = Pattern;
    }
    Class = Class->getDefinition();
    for (const CXXBaseSpecifier &Base : Class->bases())
      if (holds(Base.getType()->getAsCXXRecordDecl(), Inside, Depth + 1))
        return true;
    return llvm::any_of(Class->fields(), [&](const FieldDecl *Field) {
      QualType T = Field->getType();
      return Inside.is(T) || isAmongArguments(T, Inside) ||
             holds(T->getAsCXXRecordDecl(), Inside, Depth + 1);
    });
  }

  /// Whether \p T is an optional of it, or a variant of it and others.
  static bool isAmongArguments(QualType T, const Result &Value) {
    const CXXRecordDecl *Class = recordOf(T);
    if (!Class || !Class->isInStdNamespace() ||
        !llvm::is_contained({"optional", "variant", "expected"},
                            Class->getName()))
      return false;
    ArrayRef<TemplateArgument> Args;
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Class))
      Args = Spec->getTemplateArgs().asArray();
    else if (const auto *Dependent = T->getAs<TemplateSpecializationType>())
      Args = Dependent->template_arguments();
    return llvm::any_of(Args, [&](const TemplateArgument &Arg) {
      ArrayRef<TemplateArgument> Each = Arg;
      if (Arg.getKind() == TemplateArgument::Pack)
        Each = Arg.getPackAsArray();
      return llvm::any_of(Each, [&](const TemplateArgument &One) {
        return One.getKind() == TemplateArgument::Type &&
               Value.is(One.getAsType());
      });
    });
  }

  static const Expr *firstUse(const VarDecl *Var, const Body &B) {
    const auto *Parts = dyn_cast<DecompositionDecl>(Var);
    const Expr *Found = nullptr;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      if (!Found && Ref &&
          (Ref->getDecl() == Var ||
           (Parts && llvm::is_contained(Parts->bindings(), Ref->getDecl()))))
        Found = Ref;
      return !Found;
    });
    return Found;
  }

  static std::string nameOf(const VarDecl *Var) {
    const auto *Parts = dyn_cast<DecompositionDecl>(Var);
    if (!Parts)
      return Var->getNameAsString();
    std::string Text;
    for (const BindingDecl *Each : Parts->bindings())
      Text += (Text.empty() ? "[" : ", ") + Each->getNameAsString();
    return Text + "]";
  }

  /// Without its `&`, the variable is a value, moved or copied from the task's.
  static FixItHint fix(const VarDecl *Var, const CoawaitExpr *Await) {
    const CXXRecordDecl *Record = Await->getType()->getAsCXXRecordDecl();
    const TypeSourceInfo *Info = Var->getTypeSourceInfo();
    auto Reference = Info ? Info->getTypeLoc().getAs<ReferenceTypeLoc>()
                          : ReferenceTypeLoc();
    if (!Reference || Var->isImplicit() ||
        Reference.getSigilLoc().isMacroID() || bare(Var->getInit()) != Await ||
        (Await->isLValue() && Record && !isCopyable(Record)))
      return {};
    return FixItHint::CreateRemoval(Reference.getSigilLoc());
  }
};

WEIR_CHECK(DanglingResultCheck, "dangling-result", Warning,
           "Finds references to the result of a task that is gone.")

} // namespace
} // namespace weir
