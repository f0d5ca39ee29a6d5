// Tasks that outlive what they refer to.
//
// A reference parameter of a coroutine is a reference in its frame. Awaited in
// the expression that makes it, the task is done before any argument dies;
// kept, returned or started, it reads what is gone. So the report stands at the
// call, at the argument that dies first, and only where the callee is known to
// use it after its first suspension. The closure of a lambda is
// weir-dangling-capture's.

#include "checks/support/Check.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Outlives.h"
#include "checks/support/Source.h"
#include "clang/AST/ASTLambda.h"

using namespace clang;

namespace weir {
namespace {

class DanglingTaskCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (B.isDependent())
      return;
    auto Visit = [&](const Stmt *S, Path Parents) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        judgeCall(Call, Parents, B, U);
      return true;
    };
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(B.decl()))
      for (const CXXCtorInitializer *Each : Constructor->inits())
        walk(Each->getInit(), Visit);
    walk(B.stmt(), Visit);
  }

  void judgeCall(const CallExpr *Call, Path Parents, const Body &B, Unit &U) {
    Callee C = calleeOf(Call);
    if (!C.Function || !isMade(Call, C, U))
      return;
    for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams();
         ++I)
      if (refersToOther(C.Function->getParamDecl(I)->getType()))
        if (auto What =
                referentOf(C.Args[I], C.Function->getParamDecl(I)->getType()))
          if (auto Kept = keeps(C.Function, I, U)) {
            if (copiesView(*Kept, C.Args[I]))
              What = referentOf(C.Args[I], C.Args[I]->getType());
            if (What && judge(Call, Parents, C.Args[I], *What, *Kept, B, U))
              return; // one report for each call
          }
    if (const Expr *Object = objectOf(Call);
        Object && !isLambdaCallOperator(C.Function))
      if (auto What = referentOf(
              Object, U.context().getLValueReferenceType(Object->getType())))
        if (auto Kept = keepsThis(C.Function, U))
          judge(Call, Parents, Object, *What, *Kept, B, U);
  }

  /// Whether \p Arg is a view that is lent to a function that copies it.
  static bool copiesView(const Keeping &Kept, const Expr *Arg) {
    return Kept.Parameter && !Kept.Parameter->getType()->isReferenceType() &&
           isView(Arg->getType());
  }

  /// Whether the call makes a task itself, rather than as a known adaptor.
  static bool isMade(const CallExpr *Call, const Callee &C, Unit &U) {
    std::optional<TaskType> Type = U.task(Call->getType());
    if (!Type || !Call->isPRValue() || U.function(C))
      return false;
    return Type->isTask() || isDetached(*Type) || isGenerator(*Type);
  }

  /// What runs only when it is asked for a value.
  static bool isGenerator(const TaskType &Type) {
    return Type.isLazy() && (Type.Kind == models::TypeKind::Generator ||
                             Type.Kind == models::TypeKind::AsyncGenerator);
  }

  bool judge(const CallExpr *Call, Path Parents, const Expr *Arg, const Referent &What,
             const Keeping &Kept, const Body &B, Unit &U) {
    std::optional<Escape> Way = escapeOf(Call, Parents, What, B, U);
    if (!Way)
      return false;
    // What a default argument makes, the caller does not see.
    bool Generates = isGenerator(*U.task(Call->getType()));
    StringRef Noun = Generates ? "generator" : "task";
    const Expr *Shown = isa<CXXDefaultArgExpr>(Arg) ? Call : What.Temporary ? What.Temporary : Arg;
    auto Report =
        report(Shown->getBeginLoc(), What.Temporary ? "the %3 of %0 refers to a temporary%1 that %2"
                                                    : "the %3 of %0 refers to %1, which %2");
    if (!Report)
      return true;
    std::string Who = quoted(Kept.By);
    if (const Expr *Erased = isErasedCall(Kept.By) ? objectOf(Call) : nullptr)
      Who = "'" + textOf(bare(Erased)->getSourceRange(), U).str() + "'";
    *Report << Who
            << (What.Temporary ? "" : "'" + What.Local->getNameAsString() + "'")
            << deathOf(What, B) << Noun << Shown->getSourceRange();
    Report.reset();
    note(placeOf(*Way), "%0") << describe(*Way, Noun);
    if (!isErasedCall(Kept.By))
      explain(Kept, Generates);
    note(Call->getBeginLoc(), "%select{await it in the expression that makes "
                              "it|use it where that is alive}0, or "
                              "%select{keep the object of %2 alive until it is "
                              "done|let %2 take its parameter by value}1")
        << Generates << (Kept.Parameter != nullptr) << Who;
    return true;
  }

  void explain(const Keeping &Kept, bool Generates) {
    if (!Kept.Where) {
      note(Kept.Parameter->getLocation(),
           "a lazy %select{task|generator}2 keeps %select{this parameter|%1}0 as a reference until "
           "it has run")
          << !Kept.Parameter->getName().empty() << Kept.Parameter << Generates;
      return;
    }
    if (Kept.Where->Suspension)
      note(Kept.Where->Suspension->getBeginLoc(), "%0 may be suspended here") << quoted(Kept.By);
    note(Kept.Where->Use->getBeginLoc(),
         "%0 is used here%select{, and nothing of a lazy task runs before it is awaited|, and "
         "nothing of a generator runs before it is asked for a value|}1")
        << (Kept.Parameter ? "'" + Kept.Parameter->getNameAsString() + "'" : "the object")
        << (Kept.Where->Suspension ? 2 : int(Generates));
  }
};

WEIR_CHECK(DanglingTaskCheck, "dangling-task", Warning,
           "Finds tasks that run when something they refer to is gone.")

} // namespace
} // namespace weir
