// What is awaited, and how; see Awaits.h.

#include "checks/support/Awaits.h"
#include "checks/support/Unit.h"

using namespace clang;

namespace weir {
namespace {

/// The part of a call that is awaited in its stead; null if it is itself.
const Expr *adapted(const CallExpr *Call, Unit &U) {
  Callee C = calleeOf(Call);
  if (!C.Function)
    return nullptr;
  if (C.Function->isInStdNamespace() && C.Args.size() == 1 &&
      C.Function->getDeclName().isIdentifier() &&
      (C.Function->getName() == "move" || C.Function->getName() == "forward"))
    return C.Args.front();
  const models::Function *Model = U.function(C);
  if (!Model || (Model->Role != models::Role::AwaitAdaptor &&
                 Model->Role != models::Role::BindExecutor))
    return nullptr;
  if (Model->Task >= 0 && static_cast<size_t>(Model->Task) < C.Args.size())
    return C.Args[Model->Task];
  if (C.Object && U.task(C.Object->getType()))
    return C.Object;
  return C.Args.empty() ? nullptr : C.Args.front();
}

} // namespace

const Expr *awaitedCall(const Expr *Operand, Unit &U) {
  const Expr *E = bare(Operand);
  while (const auto *Call = dyn_cast_or_null<CallExpr>(E)) {
    const Expr *Inner = adapted(Call, U);
    if (!Inner)
      return Call;
    E = bare(Inner);
  }
  return nullptr;
}

bool isAwaited(const Expr *E, Path Parents, Unit &U) {
  while (true) {
    size_t Index = 0;
    const Stmt *Parent = significantParent(Parents, &Index);
    if (!Parent)
      return false;
    if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(Parent))
      return isa<CoawaitExpr, DependentCoawaitExpr>(Parent);
    // The object of a member call is two steps down: call, member, object.
    const auto *Call = dyn_cast<CallExpr>(Parent);
    if (!Call && isa<MemberExpr>(Parent)) {
      Parents = Parents.take_front(Index);
      Parent = significantParent(Parents, &Index);
      Call = dyn_cast_or_null<CallExpr>(Parent);
    }
    if (!Call)
      return false;
    const Expr *Inner = adapted(Call, U);
    if (!Inner || bare(Inner) != bare(E))
      return false;
    E = Call;
    Parents = Parents.take_front(Index);
  }
}

} // namespace weir
