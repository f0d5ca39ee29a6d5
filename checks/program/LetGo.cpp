// Whether a variable has let go of what its destructor would wait for; see
// LetGo.h.

#include "checks/program/LetGo.h"
#include "checks/support/Uses.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir::program {
namespace {

using Members = llvm::SmallPtrSet<const ValueDecl *, 4>;

/// The members of the object itself that \p S names.
void membersIn(const Stmt *S, Members &Into) {
  walk(S, [&](const Stmt *Part, Path) {
    if (const auto *Member = dyn_cast<MemberExpr>(Part))
      if (isa<CXXThisExpr>(bare(Member->getBase())))
        Into.insert(Member->getMemberDecl());
    return true;
  });
}

/// The members that decide what the destructor does.
Members asked(const FunctionDecl *Destructor) {
  Members Found;
  if (Destructor && Destructor->getBody())
    walk(Destructor->getBody(), [&](const Stmt *S, Path) {
      if (const auto *If = dyn_cast<IfStmt>(S))
        membersIn(If->getCond(), Found);
      return true;
    });
  return Found;
}

/// Whether \p F may change one of \p Asked; so may what cannot be seen.
bool changes(const CXXMethodDecl *F, const Members &Asked) {
  const FunctionDecl *Definition = F->getDefinition();
  if (!Definition || !Definition->getBody())
    return true;
  bool Found = false;
  walk(Definition->getBody(), [&](const Stmt *S, Path) {
    const Expr *Changed = nullptr;
    if (const auto *Assign = dyn_cast<BinaryOperator>(S);
        Assign && Assign->isAssignmentOp())
      Changed = Assign->getLHS();
    else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(S);
             Call && Call->getMethodDecl() && !Call->getMethodDecl()->isConst())
      Changed = Call->getImplicitObjectArgument(); // `thread.detach()`
    Members Written;
    if (Changed)
      membersIn(Changed, Written);
    Found |= llvm::any_of(
        Written, [&](const ValueDecl *M) { return Asked.contains(M); });
    return !Found;
  });
  return Found;
}

/// `std::move(v.part)`, where \p Parents are those of `v`.
bool isPartMoved(Path Parents) {
  while (true) {
    size_t Index = 0;
    const Stmt *Parent = significantParent(Parents, &Index);
    if (!isa_and_nonnull<MemberExpr>(Parent))
      return isMove(dyn_cast_or_null<Expr>(Parent));
    Parents = Parents.take_front(Index);
  }
}

} // namespace

/// Once for all locals, so that a body costs what it is long.
void LetGo::look() {
  HasLooked = true;
  walk(B.stmt(), [&](const Stmt *S, Path Parents) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!V || !V->hasLocalStorage())
      return true;
    Use Done = useOf(Ref, Parents, U);
    if (Done.IsMove || Done.What == Use::Moved || isPartMoved(Parents) ||
        isReturned(Parents))
      Moved.insert(V);
    else if (const auto *Call = dyn_cast_or_null<CXXMemberCallExpr>(Done.Call))
      if (const CXXMethodDecl *F = Call->getMethodDecl();
          F && !F->isConst() && bare(Call->getImplicitObjectArgument()) == Ref)
        Called[V].push_back(F);
    return true;
  });
}

bool LetGo::isMoved(const VarDecl *V) {
  if (!HasLooked)
    look();
  return Moved.contains(V);
}

bool LetGo::isTouched(const VarDecl *V) {
  return isMoved(V) || Called.contains(V);
}

bool LetGo::asks(const CXXDestructorDecl *Destructor) {
  return !asked(Destructor->getDefinition()).empty();
}

bool LetGo::has(const VarDecl *V, const CXXDestructorDecl *Destructor) {
  Members Asked = asked(Destructor->getDefinition());
  if (Asked.empty())
    return false;
  if (!HasLooked)
    look();
  return Moved.contains(V) ||
         llvm::any_of(Called.lookup(V), [&](const CXXMethodDecl *F) {
           return changes(F, Asked);
         });
}

} // namespace weir::program
