// Which destructors do their work where an object ends; see Ends.h.

#include "checks/program/Ends.h"
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
void Ends::look() {
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

bool Ends::isMoved(const VarDecl *V) {
  if (!HasLooked)
    look();
  return Moved.contains(V);
}

bool Ends::isTouched(const VarDecl *V) {
  return isMoved(V) || Called.contains(V);
}

bool Ends::has(const VarDecl *V, const CXXDestructorDecl *Destructor) {
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

/// Whether the pointer \p V owns something from its declaration to its end.
bool Ends::owns(const VarDecl *V) {
  const Expr *Init = V->getInit() ? bare(V->getInit()) : nullptr;
  Callee Made = Init ? calleeOf(Init) : Callee();
  bool Makes = isa_and_nonnull<CallExpr>(Init) && Made.Function &&
               Made.Function->isInStdNamespace() &&
               lastName(Made.Function) == "make_unique";
  bool Takes = isa_and_nonnull<CXXConstructExpr>(Init) && !Made.Args.empty() &&
               isa<CXXNewExpr>(bare(Made.Args.front()));
  return (Makes || Takes) && !isTouched(V);
}

void Ends::forEach(const VarDecl *V, Visitor Visit) {
  const CXXRecordDecl *Record = V->getType()->getAsCXXRecordDecl();
  if (Record && V->hasLocalStorage() && Record->hasDefinition() &&
      !(Record->getDestructor() && has(V, Record->getDestructor())))
    visit(Record, V, 0, Visit);
}

void Ends::forEach(const CXXDeleteExpr *Delete, Visitor Visit) {
  if (QualType T = Delete->getDestroyedType(); !T.isNull())
    visit(T->getAsCXXRecordDecl(), nullptr, 0, Visit);
}

/// An object of \p Record ends, \p V itself or at a \p Depth in it.
void Ends::visit(const CXXRecordDecl *Record, const VarDecl *V, unsigned Depth,
                 Visitor Visit) {
  constexpr unsigned Deepest = 3;
  Record = Record ? Record->getDefinition() : nullptr;
  const CXXDestructorDecl *End = Record && !Record->hasTrivialDestructor()
                                     ? Record->getDestructor()
                                     : nullptr;
  if (!End || Depth > Deepest)
    return;
  Callee C;
  C.Function = End;
  bool IsWhole = V && Depth == 0;
  if (U.blocking(C))
    return Visit(End, IsWhole);
  if (End->isUserProvided()) {
    // Who knows what was said to the part, or to what a pointer points to.
    if (!IsWhole && !asked(End->getDefinition()).empty())
      return;
    // What another file defines is known when all are seen.
    bool IsElsewhere = !End->hasBody() && !U.libraryAround(End) &&
                       !U.sources().isInSystemHeader(End->getLocation());
    if (U.bodyOf(End) || IsElsewhere)
      Visit(End, IsWhole);
    else if (IsWhole && isStd(Record, "unique_ptr") && owns(V))
      visit(recordOf(cast<ClassTemplateSpecializationDecl>(Record)
                         ->getTemplateArgs()[0]
                         .getAsType()),
            V, Depth + 1, Visit);
    return;
  }
  if (Record->isInStdNamespace() || U.libraryAround(Record) ||
      (V && isMoved(V)))
    return;
  for (const FieldDecl *Member : Record->fields())
    visit(Member->getType()->getAsCXXRecordDecl(), V, Depth + 1, Visit);
  for (const CXXBaseSpecifier &Base : Record->bases())
    visit(Base.getType()->getAsCXXRecordDecl(), V, Depth + 1, Visit);
}

} // namespace weir::program
