// What other code may do to shared objects; see Shared.h.

#include "checks/support/Shared.h"
#include "checks/support/Awaits.h"
#include "checks/support/Fate.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Unit.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

/// The pattern's member where a template was instantiated: a member of
/// `cache<int>` and of `cache<long>` is one to its author.
const ValueDecl *written(const ValueDecl *D) {
  if (const auto *Field = dyn_cast<FieldDecl>(D))
    if (const auto *Class = dyn_cast<CXXRecordDecl>(Field->getParent()))
      if (const CXXRecordDecl *Pattern = Class->getTemplateInstantiationPattern())
        for (const FieldDecl *Each : Pattern->fields())
          if (Each->getFieldIndex() == Field->getFieldIndex())
            return Each->getCanonicalDecl();
  return cast<ValueDecl>(D->getCanonicalDecl());
}

/// Whether the object with these parents is a container that is added to.
bool isAdding(Path Parents) {
  size_t Index = 0;
  const Stmt *Parent = significantParent(Parents, &Index);
  const auto *Call = isa_and_nonnull<MemberExpr>(Parent) && Index
                         ? dyn_cast<CXXMemberCallExpr>(Parents[Index - 1])
                         : nullptr;
  return Call && Call->getMethodDecl() &&
         llvm::is_contained({"push_back", "emplace_back", "push_front", "emplace_front", "insert",
                             "emplace", "try_emplace", "emplace_hint"},
                            lastName(Call->getMethodDecl()));
}

bool isContainer(QualType T) {
  const CXXRecordDecl *Class = T.isNull() ? nullptr : recordOf(T);
  return Class && Class->isInStdNamespace() && Class->getIdentifier() &&
         llvm::is_contained({"deque", "forward_list", "list", "map", "multimap",
                             "multiset", "set", "unordered_map",
                             "unordered_multimap", "unordered_multiset",
                             "unordered_set", "vector"},
                            Class->getName());
}

bool setsEnvironment(const ValueDecl *D) {
  const auto *F = dyn_cast<FunctionDecl>(D);
  return F && F->getDeclName().isIdentifier() &&
         llvm::is_contained({"setenv", "unsetenv", "putenv", "clearenv", "_putenv_s"},
                            F->getName());
}

/// Not `clock`, and not `block`.
bool saysLock(StringRef Name) {
  size_t At = Name.find_insensitive("lock");
  return At != StringRef::npos &&
         (At == 0 || !StringRef("bcBC").contains(Name[At - 1]));
}

} // namespace

const Expr *containerAround(const Expr *E) {
  bool IsInside = false;
  for (unsigned Steps = 0; E && Steps < 16; ++Steps) {
    E = bare(E);
    const auto *Member = dyn_cast<MemberExpr>(E);
    const auto *Field =
        Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if ((Field && !isOfStd(Field)) || (Var && Var->hasGlobalStorage()))
      if (isContainer(E->getType()))
        return IsInside ? E : nullptr;
    if (Member) {
      E = Member->getBase();
    } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
      if (!llvm::is_contained({OO_Subscript, OO_Star, OO_Arrow},
                              Operator->getOperator()))
        return nullptr;
      IsInside = true;
      E = Operator->getArg(0);
    } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E)) {
      if (!Call->getMethodDecl() || !isOfStd(Call->getMethodDecl()))
        return nullptr;
      IsInside = true;
      E = Call->getImplicitObjectArgument();
    } else if (Var) {
      E = Var->hasLocalStorage() && refersToOther(Var->getType())
              ? Var->getInit()
              : nullptr;
    } else if (const auto *Binding = dyn_cast_or_null<BindingDecl>(
                   Ref ? Ref->getDecl() : nullptr)) {
      const auto *Whole = dyn_cast<VarDecl>(Binding->getDecomposedDecl());
      E = Whole && Whole->getType()->isReferenceType() ? Whole->getInit()
                                                       : nullptr;
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

Access accessOf(const Expr *E, Path Parents) {
  const Stmt *Child = E;
  for (size_t I = Parents.size(); I-- > 0; Child = Parents[I]) {
    const Stmt *Parent = Parents[I];
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Parent)) {
      if (Cast->getCastKind() == CK_LValueToRValue)
        return Access::Read;
      continue;
    }
    if (isa<ParenExpr, MaterializeTemporaryExpr, FullExpr>(Parent))
      continue;
    if (const auto *Binary = dyn_cast<BinaryOperator>(Parent))
      return !Binary->isAssignmentOp() || Binary->getLHS() != Child ? Access::Read
             : Binary->isCompoundAssignmentOp()                     ? Access::Change
                                                                    : Access::Write;
    if (const auto *Unary = dyn_cast<UnaryOperator>(Parent))
      return Unary->isIncrementDecrementOp() || Unary->getOpcode() == UO_AddrOf ? Access::Change
                                                                                : Access::Read;
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Parent))
      return Construct->getConstructor()->isCopyConstructor() ? Access::Read : Access::Change;
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Parent)) {
      if (Operator->getNumArgs() == 0 || Operator->getArg(0) != Child)
        return Access::Read;
      if (Operator->getOperator() == OO_Equal)
        return Access::Write;
      if (Operator->getOperator() == OO_Subscript) {
        // `map[key] = value` writes; what else is done with an element is not
        // done to the container.
        const Stmt *Around = significantParent(Parents.take_front(I));
        const auto *Assign = dyn_cast_or_null<CXXOperatorCallExpr>(Around);
        const auto *Plain = dyn_cast_or_null<BinaryOperator>(Around);
        bool IsWritten =
            (Assign && Assign->getOperator() == OO_Equal && bare(Assign->getArg(0)) == Operator) ||
            (Plain && Plain->isAssignmentOp() && bare(Plain->getLHS()) == Operator);
        return IsWritten ? Access::Write : Access::Read;
      }
      if (Operator->isAssignmentOp() || Operator->getOperator() == OO_PlusPlus ||
          Operator->getOperator() == OO_MinusMinus)
        return Access::Change;
      return Access::Read;
    }
    if (isa<MemberExpr>(Parent)) {
      const auto *Call = I ? dyn_cast<CXXMemberCallExpr>(Parents[I - 1]) : nullptr;
      if (!Call)
        return Access::None; // a part of it, which is another object
      const CXXMethodDecl *Method = Call->getMethodDecl();
      if (!Method || Method->isConst())
        return Access::Read;
      StringRef Name = lastName(Method);
      if (Name == "assign" || Name == "insert_or_assign")
        return Access::Write;
      // A container asked for an element or an iterator is not changed by it.
      if (Name == "find" || Name == "begin" || Name == "end" || Name == "at" || Name == "back" ||
          Name == "front" || Name == "data" || Name == "get" || Name == "value" ||
          Name == "lower_bound" || Name == "upper_bound" || Name == "rbegin" || Name == "rend" ||
          Name == "top" || Name == "equal_range" || Name == "load")
        return Access::Read;
      return Access::Change;
    }
    if (const auto *Call = dyn_cast<CallExpr>(Parent)) {
      const FunctionDecl *F = Call->getDirectCallee();
      for (unsigned Index = 0; F && Index < Call->getNumArgs() && Index < F->getNumParams(); ++Index)
        if (Call->getArg(Index) == Child) {
          QualType T = F->getParamDecl(Index)->getType();
          return T->isReferenceType() && !T->getPointeeType().isConstQualified() ? Access::Change
                                                                                 : Access::Read;
        }
      // What is const nobody changes, whoever is called in the end.
      return E->getType().isConstQualified() ? Access::Read : Access::Change;
    }
    return Access::None;
  }
  return Access::None;
}

/// Whether \p E is a member of a local object that is no reference: that is
/// another object than anybody shares.
static bool isOfLocal(const Expr *E) {
  const auto *Member = dyn_cast<MemberExpr>(E);
  if (!Member)
    return false;
  while (Member && !Member->isArrow()) {
    E = bare(Member->getBase());
    Member = dyn_cast<MemberExpr>(E);
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *Local = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Local && Local->hasLocalStorage() &&
         !Local->getType()->isReferenceType() &&
         !Ref->refersToEnclosingVariableOrCapture();
}

/// Whether \p E is a part of what the function \p F is given to fill: a new
/// object, most likely, as in `void read(stream &from, table &into)`.
static bool isOfFilled(const Expr *E, const FunctionDecl *F) {
  if (isa<CXXMethodDecl>(F) ||
      !llvm::any_of(std::initializer_list<StringRef>{"read", "load", "parse",
                                                     "decode", "deserialize",
                                                     "unmarshal", "from_"},
                    [&](StringRef Word) {
                      return lastName(F).starts_with_insensitive(Word);
                    }))
    return false;
  while (const auto *Member = dyn_cast<MemberExpr>(E))
    E = bare(Member->getBase());
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref && isa<ParmVarDecl>(Ref->getDecl());
}

/// Whether what \p Parents hold is done again and again.
static bool isInLoop(Path Parents) {
  return llvm::any_of(Parents, [](const Stmt *S) {
    return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S);
  });
}

/// Whether what \p E makes, or is to run, goes on by itself.
static bool isStarted(const Expr *E, Path Parents, Unit &U) {
  Fate Becomes = fateOf(E, Parents, U);
  std::optional<TaskType> Type = U.task(E->getType());
  return Becomes.Where == Fate::Started ||
         (Becomes.Where == Fate::Dropped && Type &&
          Type->Kind == models::TypeKind::Detached);
}

/// Whether the caller waits for the task of \p Call, and for no other beside
/// it.
static bool isWaitedFor(const CallExpr *Call, Path Parents, Unit &U) {
  if (isAwaited(Call, Parents, U))
    return true;
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    if (isa<CoawaitExpr>(Parent))
      break;
    const auto *Around = dyn_cast<CallExpr>(Parent);
    Callee C = Around ? calleeOf(Around) : Callee();
    const models::Function *Model = U.function(C);
    if ((Model && llvm::is_contained({models::Role::All, models::Role::Race},
                                     Model->Role)) ||
        llvm::count_if(C.Args, [&](const Expr *Arg) {
          return U.task(Arg->getType()).has_value();
        }) > 1)
      return false;
  }
  return fateOf(Call, Parents, U).Where == Fate::Awaited;
}

/// Whether \p F may be called from other files.
static bool isVisible(const FunctionDecl *F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  return Method
             ? Method->getAccess() == AS_public && !isLambdaCallOperator(Method)
             : F->isExternallyVisible();
}

/// Whether \p Call is that of a function without an object, or of a method of
/// the caller's own.
static bool isOfSameObject(const CallExpr *Call) {
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  return Member ? isa<CXXThisExpr>(bare(Member->getImplicitObjectArgument()))
                : !isa<CXXOperatorCallExpr>(Call);
}

Changes::Changes(Unit &U) {
  // Lambdas that a loop starts, and what lambdas run of their own object's.
  llvm::SmallPtrSet<const LambdaExpr *, 4> StartedInLoop;
  std::vector<std::pair<const LambdaExpr *, const ValueDecl *>> RunBy;
  for (const Body &B : U.bodies()) {
    if (isa<CXXConstructorDecl, CXXDestructorDecl>(B.decl()))
      continue;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        if (const FunctionDecl *F = Call->getDirectCallee();
            F && isCoroutine(F)) {
          (isWaitedFor(Call, Parents, U) ? Awaiting : Starting)[written(F)]
              .insert(B.decl()->getCanonicalDecl());
          if (isOfSameObject(Call)) {
            if (isInLoop(Parents) && isStarted(Call, Parents, U))
              Repeated.insert(written(F));
            if (B.lambda())
              RunBy.push_back({B.lambda(), written(F)});
          }
        }
      if (const auto *Lambda = dyn_cast<LambdaExpr>(S);
          Lambda && isInLoop(Parents) && isStarted(Lambda, Parents, U))
        StartedInLoop.insert(Lambda);
      const auto *E = dyn_cast<Expr>(S);
      if (E && isa<DeclRefExpr, MemberExpr, CallExpr>(E) &&
          isContainer(E->getType()))
        element(E, Parents, B);
      if (!E || !isa<DeclRefExpr, MemberExpr>(E) || isOfLocal(E) ||
          isOfFilled(E, B.decl()))
        return true;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(E); Ref && setsEnvironment(Ref->getDecl()))
        ByEnvironment.insert(B.decl()->getCanonicalDecl());
      const ValueDecl *D = isa<DeclRefExpr>(E) ? cast<DeclRefExpr>(E)->getDecl()
                                               : cast<MemberExpr>(E)->getMemberDecl();
      if (!isa<VarDecl, FieldDecl>(D))
        return true;
      Access How = accessOf(E, Parents);
      if (How == Access::Write || How == Access::Change) {
        By[written(D)].insert(B.decl()->getCanonicalDecl());
        if (!isAdding(Parents))
          Diminished[written(D)].insert(B.decl()->getCanonicalDecl());
      }
      return true;
    });
  }
  for (auto [Lambda, Run] : RunBy)
    if (StartedInLoop.contains(Lambda))
      Repeated.insert(Run);
}

/// Notes what is done to the container \p E, if that is an element of another.
void Changes::element(const Expr *E, Path Parents, const Body &B) {
  Access How = accessOf(E, Parents);
  const Expr *Outer = How == Access::Write || How == Access::Change
                          ? containerAround(E)
                          : nullptr;
  if (!Outer)
    return;
  const auto *Member = dyn_cast<MemberExpr>(Outer);
  const ValueDecl *D = written(Member ? Member->getMemberDecl()
                                      : cast<DeclRefExpr>(Outer)->getDecl());
  ElementBy[D].insert(B.decl()->getCanonicalDecl());
  if (!isAdding(Parents))
    ElementDiminished[D].insert(B.decl()->getCanonicalDecl());
}

bool Changes::isEnvironmentChangedOutside(const Body &B) const {
  return llvm::any_of(ByEnvironment, [&](const FunctionDecl *F) {
    return F != B.decl()->getCanonicalDecl();
  });
}

/// The one coroutine below which all runs that await \p F, \p On receives those
/// on the way; null if there are several.
const FunctionDecl *Changes::rootOf(const FunctionDecl *F, Bodies &On) const {
  const FunctionDecl *Root = nullptr;
  SmallVector<const FunctionDecl *> Open{F};
  while (!Open.empty()) {
    const FunctionDecl *Next = Open.pop_back_val();
    if (!On.insert(Next).second)
      continue;
    auto Above = Awaiting.find(written(Next));
    if (Above != Awaiting.end() && !Starting.contains(written(Next)) &&
        !isVisible(Next))
      Open.append(Above->second.begin(), Above->second.end());
    else if (Root)
      return nullptr;
    else
      Root = Next;
  }
  return Root;
}

/// Whether \p F runs before or after \p B, for one coroutine awaits both, or it
/// is the one that awaits \p B; what \p B awaits itself runs in between.
bool Changes::isApart(const FunctionDecl *F, const Body &B) const {
  const FunctionDecl *Own = B.decl()->getCanonicalDecl();
  auto IsOneOf = [&](const Places &All) {
    auto Found = All.find(written(Own));
    return Found != All.end() && Found->second.contains(F);
  };
  if (IsOneOf(Awaiting) && !IsOneOf(Starting))
    return true;
  Bodies OnOwn, OnOther;
  const FunctionDecl *Root = rootOf(Own, OnOwn);
  return Root && isCoroutine(F) && rootOf(F, OnOther) == Root &&
         !OnOther.contains(Own) && !Repeated.contains(written(Root));
}

bool Changes::isIn(const Places &Where, const ValueDecl *D,
                   const Body &B) const {
  auto Found = Where.find(written(D));
  return Found != Where.end() &&
         llvm::any_of(Found->second, [&](const FunctionDecl *F) {
           return F != B.decl()->getCanonicalDecl() && !isApart(F, B);
         });
}

bool Changes::isChangedByItsLike(const Places &Where, const ValueDecl *D,
                                 const Body &B) const {
  auto Found = Where.find(written(D));
  return Found != Where.end() &&
         Found->second.contains(B.decl()->getCanonicalDecl()) &&
         Repeated.contains(written(B.decl()));
}

bool takesAsyncLock(const Body &B, Unit &U) {
  auto IsLock = [&](QualType T) {
    std::optional<TaskType> Type = T.isNull() ? std::nullopt : U.task(T);
    return Type && (Type->Kind == models::TypeKind::Guard || Type->Kind == models::TypeKind::Mutex);
  };
  bool Found = false;
  walk(B.stmt(), [&](const Stmt *S, Path) {
    if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        if (const auto *Var = dyn_cast<VarDecl>(D)) {
          Found |= IsLock(Var->getType());
          if (const auto *Spec =
                  dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(Var->getType())))
            for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
              Found |= A.getKind() == TemplateArgument::Type && IsLock(A.getAsType());
        }
    } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
      const models::Function *Model = U.function(calleeOf(Call));
      Found |= Model && Model->Role == models::Role::AsyncLock;
      const FunctionDecl *F = Call->getDirectCallee();
      Found |= F && (saysLock(lastName(F)) ||
                     lastName(F).starts_with_insensitive("acquire"));
    }
    return !Found;
  });
  return Found;
}

} // namespace weir
