// Tasks of a collection, awaited one by one.
//
// Where the tasks were started before the loop, they run at the same time
// anyway; to await them in turn gains nothing and leaves the rest behind when
// one fails. Where each iteration starts its own, the iterations wait for each
// other, which may be meant (order, back pressure, one connection), so that is
// asked for with an option. A loop that may leave early needs its order.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"

using namespace clang;

namespace weir {
namespace {

class AwaitInLoopCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (!B.isCoroutine() || isTestCode(B, U))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      if (const auto *For = dyn_cast<CXXForRangeStmt>(S);
          For && For->getCoawaitLoc().isInvalid())
        judge(For, B, U);
      return true;
    });
  }

  void judge(const CXXForRangeStmt *For, const Body &B, Unit &U) {
    const Stmt *Only = For->getBody();
    if (const auto *Block = dyn_cast<CompoundStmt>(Only)) {
      if (Block->size() != 1)
        return;
      Only = Block->body_front();
    }
    const CoawaitExpr *Await = awaitOf(Only);
    if (!Await)
      return;
    const Expr *Operand = bare(Await->getOperand());
    while (const auto *Call = dyn_cast<CallExpr>(Operand)) {
      if (!Call->isCallToStdMove())
        break;
      Operand = bare(Call->getArg(0));
    }
    const VarDecl *Element = For->getLoopVariable();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Operand); Ref && Ref->getDecl() == Element)
      element(For, Await, U.task(Element->getType()), B, U);
    else if (Calls.isOn() && isa<CallExpr>(Operand) && mentions(Operand, Element))
      call(For, Await, cast<CallExpr>(Operand), U);
  }

  /// The one await of a statement that otherwise only keeps its result.
  static const CoawaitExpr *awaitOf(const Stmt *S) {
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      const auto *V = Decls->isSingleDecl() ? dyn_cast<VarDecl>(Decls->getSingleDecl()) : nullptr;
      S = V ? V->getInit() : nullptr;
    }
    const auto *E = dyn_cast_or_null<Expr>(S);
    E = E ? bare(E) : nullptr;
    if (const auto *Cast = dyn_cast_or_null<CStyleCastExpr>(E))
      E = bare(Cast->getSubExpr());
    if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(E)) {
      // results.push_back(co_await t)
      const FunctionDecl *Callee = Call->getDirectCallee();
      if (!Callee || Call->getNumArgs() != 1 || !Callee->getDeclName().isIdentifier() ||
          (Callee->getName() != "push_back" && Callee->getName() != "emplace_back"))
        return nullptr;
      E = bare(Call->getArg(0));
    }
    while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(E))
      E = Construct->getNumArgs() == 1 ? bare(Construct->getArg(0)) : nullptr;
    return dyn_cast_or_null<CoawaitExpr>(E);
  }

  static bool mentions(const Expr *E, const VarDecl *V) {
    bool Found = false;
    walk(E, [&](const Stmt *S, Path) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      Found |= Ref && Ref->getDecl() == V;
      return !Found;
    });
    return Found;
  }

  void element(const CXXForRangeStmt *For, const CoawaitExpr *Await,
               const std::optional<TaskType> &Type, const Body &B, Unit &U) {
    bool Started = Type && (Type->Kind == models::TypeKind::Future ||
                            (Type->isTask() && Type->Start == models::Start::Eager));
    if (!Started && !(Calls.isOn() && Type && Type->isTask()))
      return;
    auto Report = report(Await->getKeywordLoc(),
                         Started ? "the started tasks of %0 are awaited one by one: when one "
                                   "fails, the rest are left behind"
                                 : "the tasks of %0 run one after the other, each when it is "
                                   "awaited");
    if (!Report)
      return;
    *Report << rangeOf(For, U);
    Report.reset();
    gather(For, Await, B, U);
  }

  void call(const CXXForRangeStmt *For, const CoawaitExpr *Await, const CallExpr *Call, Unit &U) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee)
      return;
    if (auto Report = report(Await->getKeywordLoc(), "each call of %0 waits for the one before it"))
      *Report << Callee;
  }

  static std::string rangeOf(const CXXForRangeStmt *For, Unit &U) {
    StringRef Text = textOf(For->getRangeInit()->getSourceRange(), U);
    return Text.empty() || Text.contains('\n') ? "the range" : ("'" + Text + "'").str();
  }

  void gather(const CXXForRangeStmt *For, const CoawaitExpr *Await, const Body &B, Unit &U) {
    const models::Library *Lib = U.libraryOf(B);
    const auto *Range = dyn_cast<DeclRefExpr>(bare(For->getRangeInit()));
    const CXXRecordDecl *Own = recordOf(B.decl()->getReturnType());
    auto Known = Lib && Own ? Lib->replacement("gather", modelName(Own)) : std::nullopt;
    if (!Range || !Known)
      return;
    size_t At = Known->Call.find("{args}");
    if (At == std::string::npos)
      return;
    std::string Text = Known->Call;
    Text.replace(At, 6, "std::move(" + Range->getDecl()->getNameAsString() + ")");
    note(Await->getKeywordLoc(), "await them together: '%0'") << Text;
  }

  Option Calls{this, "Calls", "false"};
};

WEIR_CHECK(AwaitInLoopCheck, "await-in-loop", Warning,
           "Finds loops that await the tasks of a collection one by one.")

} // namespace
} // namespace weir
