// What a coroutine uses when it no longer runs for its caller; see LaterUse.h.

#include "checks/support/LaterUse.h"
#include "checks/support/Awaits.h"
#include "checks/support/Flow.h"
#include "checks/support/Ready.h"
#include "checks/support/Unit.h"
#include "checks/support/Uses.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Analysis/CFG.h"
#include <map>

using namespace clang;

namespace weir {
namespace {

/// Whether a coroutine's type is a value like an expected or an optional: by
/// its shape alone it is eager, has something in it, and copies. Nobody resumes
/// such a coroutine later.
bool isValueLike(const TaskType &Type) {
  if (Type.Model || Type.Start == models::Start::Lazy || isDetached(Type) ||
      !Type.Record->hasDefinition())
    return false;
  return isCopyable(Type.Record) && !Type.Record->isEmpty();
}

/// Follows control from the beginning; the state is the suspension behind it.
class Follower {
public:
  Follower(const FunctionDecl *F, const Stmt *Body, Unit &U) : B(U.bodyOf(F)) {
    CFG::BuildOptions Options;
    Options.setAllAlwaysAdd();
    Graph = CFG::buildCFG(F, const_cast<Stmt *>(Body), &U.context(), Options);
  }

  std::optional<LaterUse> find(llvm::function_ref<bool(const Stmt *)> IsUse) {
    if (!Graph)
      return std::nullopt;
    std::map<const CFGBlock *, const Stmt *> Entered;
    SmallVector<const CFGBlock *, 16> Work{&Graph->getEntry()};
    Entered[Work.front()] = nullptr;
    while (!Work.empty()) {
      const CFGBlock *Block = Work.pop_back_val();
      const Stmt *Suspension = Entered[Block];
      for (const CFGElement &Element : *Block)
        if (std::optional<CFGStmt> S = Element.getAs<CFGStmt>()) {
          if (isSuspension(S->getStmt()) && !isReady(S->getStmt()))
            Suspension = S->getStmt();
          else if (const Stmt *Use =
                       Suspension ? usedBy(S->getStmt(), IsUse) : nullptr)
            return LaterUse{Use, Suspension};
        }
      bool TurnsOnce = isLoopOfMacro(Block->getTerminatorStmt());
      for (const CFGBlock *Next : Block->succs()) {
        if (!Next || (TurnsOnce && Next == *Block->succ_begin()))
          continue;
        auto [Known, New] = Entered.try_emplace(Next, Suspension);
        if (!New && (Known->second || !Suspension))
          continue;
        Known->second = Suspension;
        Work.push_back(Next);
      }
    }
    return std::nullopt;
  }

private:
  /// The graph comes to the `n` of `n += co_await f()` before the suspension;
  /// it is written behind it.
  static const Stmt *usedBy(const Stmt *S,
                            llvm::function_ref<bool(const Stmt *)> IsUse) {
    if (IsUse(S))
      return S;
    const Stmt *Found = nullptr;
    if (const auto *Assigned = dyn_cast<CompoundAssignOperator>(S))
      walk(Assigned->getLHS(), [&](const Stmt *Each, Path) {
        if (!Found && IsUse(Each))
          Found = Each;
        return !Found;
      });
    return Found;
  }

  /// `if (t.status() != value) abort(); co_await t;`
  bool isReady(const Stmt *S) const {
    const auto *Await = dyn_cast<CoawaitExpr>(S);
    Callee Awaited;
    Awaited.Object = Await ? Await->getOperand() : nullptr;
    return B && Await && isKnownReady(Await, Awaited, *B);
  }

  const Body *B;
  std::unique_ptr<CFG> Graph;
};

/// A use in a handler of what is thrown behind a suspension: no edge of the
/// graph leads there.
std::optional<LaterUse> useInHandler(const Stmt *Body,
                                     llvm::function_ref<bool(const Stmt *)> IsUse) {
  std::optional<LaterUse> Found;
  walk(Body, [&](const Stmt *S, Path) {
    const auto *Try = dyn_cast<CXXTryStmt>(S);
    const Stmt *Suspension = Try ? firstSuspension(Try->getTryBlock()) : nullptr;
    for (unsigned I = 0; Suspension && I < Try->getNumHandlers(); ++I)
      walk(Try->getHandler(I)->getHandlerBlock(), [&](const Stmt *Each, Path) {
        if (!Found && IsUse(Each))
          Found = LaterUse{Each, Suspension};
        return !Found;
      });
    return !Found;
  });
  return Found;
}

/// A loop over \p IsUse that is suspended in its body: the iterators behind it
/// are used in the next turn.
std::optional<LaterUse> useAsRange(const Stmt *Body,
                                   llvm::function_ref<bool(const Stmt *)> IsUse) {
  std::optional<LaterUse> Found;
  walk(Body, [&](const Stmt *S, Path) {
    const auto *For = dyn_cast<CXXForRangeStmt>(S);
    const Stmt *Suspension = For ? firstSuspension(For->getBody()) : nullptr;
    const Expr *Range = Suspension && For->getRangeInit() ? bare(For->getRangeInit()) : nullptr;
    while (const auto *Member = dyn_cast_or_null<MemberExpr>(Range)) {
      if (Member->isArrow())
        return true;
      Range = bare(Member->getBase());
    }
    if (!Found && isa_and_nonnull<DeclRefExpr>(Range) && IsUse(Range))
      Found = LaterUse{Range, Suspension};
    return !Found;
  });
  return Found;
}

/// The parameter \p E stands for; null if it is none.
const ParmVarDecl *parameterOf(const Expr *E) {
  E = bare(E);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
      Construct && Construct->getNumArgs() == 1 && isView(Construct->getType()))
    return parameterOf(Construct->getArg(0)); // a copy of a view
  if (const auto *Conversion = dyn_cast<CXXMemberCallExpr>(E);
      Conversion && isa_and_nonnull<CXXConversionDecl>(Conversion->getMethodDecl()) &&
      isView(E->getType()))
    return parameterOf(Conversion->getImplicitObjectArgument());
  if (isMove(E))
    return parameterOf(cast<CallExpr>(E)->getArg(0));
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
}

/// A plain function hands its parameter on: what does the one do that makes the
/// task it returns?
std::optional<Keeping> handedOn(const FunctionDecl *F, unsigned Index, Unit &U,
                                unsigned Depth) {
  for (const HandedOn &Each : handsOn(F))
    if (Each.Index == Index)
      if (auto Found = keeps(calleeOf(Each.To).Function, Each.Argument, U, Depth + 1))
        return Found;
  return std::nullopt;
}

} // namespace

bool isCoroutine(const FunctionDecl *F) {
  const FunctionDecl *Definition = F ? F->getDefinition() : nullptr;
  return Definition && isa_and_nonnull<CoroutineBodyStmt>(Definition->getBody());
}

namespace {

/// Whether \p Class is nothing but the handle of a coroutine.
bool isOnlyHandle(const CXXRecordDecl *Class) {
  auto IsHandle = [](QualType T) {
    const CXXRecordDecl *Record = recordOf(T);
    return Record && isStd(Record, "coroutine_handle");
  };
  return llvm::all_of(Class->bases(),
                      [&](const CXXBaseSpecifier &Base) {
                        return IsHandle(Base.getType());
                      }) &&
         llvm::all_of(Class->fields(), [&](const FieldDecl *Field) {
           return IsHandle(Field->getType());
         });
}

} // namespace

bool isDetached(const TaskType &Type) {
  if (Type.Kind != models::TypeKind::Detached)
    return false;
  // The handle of a frame that frees itself is of no use to anybody.
  return Type.Model ||
         (Type.Start == models::Start::Eager && Type.Record->hasDefinition() &&
          (Type.Record->isEmpty() ||
           (Type.FreesItself && isOnlyHandle(Type.Record))));
}

bool isCopyable(const CXXRecordDecl *Class) {
  if (Class->needsImplicitCopyConstructor())
    return !Class->hasUserDeclaredMoveOperation() &&
           !Class->defaultedCopyConstructorIsDeleted();
  return llvm::any_of(Class->ctors(), [](const CXXConstructorDecl *Each) {
    return Each->isCopyConstructor() && !Each->isDeleted();
  });
}

std::string quoted(const FunctionDecl *F) {
  return isLambdaCallOperator(F) ? "the lambda" : "'" + F->getNameAsString() + "'";
}

bool isView(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record)
    return false;
  // A reference_wrapper is a decision.
  StringRef Name = Record->getIdentifier() ? Record->getName() : "";
  if (Record->isInStdNamespace())
    return Name == "basic_string_view" || Name == "span";
  if (Record->hasAttr<PointerAttr>())
    return true;
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record);
  return Spec && Spec->getSpecializedTemplate()->getTemplatedDecl()->hasAttr<PointerAttr>();
}

bool isIterator(QualType T) {
  // Others may be values of their own, as one over a range of numbers is.
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  const auto *Around =
      Record ? dyn_cast<NamespaceDecl>(Record->getDeclContext()) : nullptr;
  if (!Record || !Record->getIdentifier() ||
      !(Record->isInStdNamespace() ||
        (Around && Around->getName() == "__gnu_cxx")))
    return false;
  return Record->getName().ends_with("iterator") ||
         Record->getName() == "__wrap_iter";
}

bool refersToOther(QualType T) {
  return T->isReferenceType() || T->isPointerType() || isView(T) ||
         isIterator(T);
}

std::optional<LaterUse> laterUse(const FunctionDecl *Coroutine, models::Start Start,
                                 Unit &U, llvm::function_ref<bool(const Stmt *)> IsUse) {
  const FunctionDecl *Definition = Coroutine->getDefinition();
  const auto *Whole =
      Definition ? dyn_cast_or_null<CoroutineBodyStmt>(Definition->getBody()) : nullptr;
  std::optional<TaskType> Type = U.task(Coroutine->getReturnType());
  if (!Whole || Definition->isDependentContext() || (Type && isValueLike(*Type)))
    return std::nullopt;
  // Named only to be silent about it.
  llvm::DenseSet<const Stmt *> Voided;
  const Stmt *First = nullptr;
  walk(Whole->getBody(), [&](const Stmt *S, Path) {
    if (const auto *Cast = dyn_cast<CastExpr>(S); Cast && Cast->getCastKind() == CK_ToVoid)
      Voided.insert(bare(Cast->getSubExpr()));
    if (!First && IsUse(S) && !Voided.contains(S))
      First = S;
    return true;
  });
  if (!First)
    return std::nullopt;
  if (Start == models::Start::Lazy)
    return LaterUse{First};
  auto IsMeant = [&](const Stmt *S) { return IsUse(S) && !Voided.contains(S); };
  if (auto Found = Follower(Definition, Whole->getBody(), U).find(IsMeant))
    return Found;
  if (auto Found = useAsRange(Whole->getBody(), IsMeant))
    return Found;
  return useInHandler(Whole->getBody(), IsMeant);
}

/// Whether the class holds any callable of a signature.
static bool isErasedCallable(const CXXRecordDecl *Class) {
  return Class->isInStdNamespace() &&
         llvm::is_contained({"function", "move_only_function", "copyable_function"}, Class->getName());
}

bool isErasedCall(const FunctionDecl *F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  return Method && Method->getOverloadedOperator() == OO_Call && isErasedCallable(Method->getParent());
}

SmallVector<HandedOn, 2> handsOn(const FunctionDecl *F) {
  SmallVector<HandedOn, 2> Result;
  walk(F->getBody(), [&](const Stmt *S, Path) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    const auto *Call = Return && Return->getRetValue()
                           ? dyn_cast<CallExpr>(bare(Return->getRetValue()))
                           : nullptr;
    Callee C = Call ? calleeOf(Call) : Callee();
    if (!C.Function || C.Function->getCanonicalDecl() == F->getCanonicalDecl())
      return true;
    for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams(); ++I)
      if (const ParmVarDecl *P = parameterOf(C.Args[I]); P && P->getDeclContext() == F)
        Result.push_back({P->getFunctionScopeIndex(), Call, I});
    return true;
  });
  return Result;
}

bool keepsByDeclaration(const FunctionDecl *F, unsigned Index, Unit &U) {
  QualType P = F->getParamDecl(Index)->getType();
  std::optional<TaskType> Type = U.task(F->getReturnType());
  // A function that takes `T &&` may be one that moves it into the task, and so
  // may a template that forwards, whose body may have been left out.
  return Type && !(Type->Model && Type->Model->ParamsSafe) && Type->isTask() && Type->isLazy() &&
         (P->isLValueReferenceType() || isView(P)) && !F->isTemplateInstantiation() &&
         !U.sources().isInSystemHeader(F->getLocation());
}

static bool isReferenceOrView(const FieldDecl *Field) {
  return Field->getType()->isReferenceType() || isView(Field->getType());
}

/// The mentions of \p P in \p Body that read a member which is a value.
static llvm::DenseSet<const Stmt *> usesOfValues(const Stmt *Body,
                                                 const ParmVarDecl *P) {
  llvm::DenseSet<const Stmt *> Result;
  walk(Body, [&](const Stmt *S, Path) {
    const auto *Member = dyn_cast<MemberExpr>(S);
    const auto *Field =
        Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
    const auto *Ref =
        Field ? dyn_cast<DeclRefExpr>(bare(Member->getBase())) : nullptr;
    if (Ref && Ref->getDecl() == P && !isReferenceOrView(Field))
      Result.insert(Ref);
    return true;
  });
  return Result;
}

/// Whether a \p T may refer to what its maker had: an object with a reference
/// or a view, a lambda that captures by reference, or what holds any callable.
static bool mayHoldReference(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition())
    return false;
  if (llvm::any_of(Record->fields(), isReferenceOrView))
    return true;
  if (Record->isLambda())
    return llvm::any_of(Record->captures(), [](const LambdaCapture &Each) {
      return Each.capturesVariable() && Each.getCaptureKind() == LCK_ByRef;
    });
  return isErasedCallable(Record);
}

std::optional<Keeping> keeps(const FunctionDecl *F, unsigned Index, Unit &U,
                             unsigned Depth) {
  if (Depth > 4 || Index >= F->getNumParams())
    return std::nullopt;
  const FunctionDecl *Definition = F->getDefinition();
  const ParmVarDecl *P = (Definition ? Definition : F)->getParamDecl(Index);
  std::optional<TaskType> Type = U.task(F->getReturnType());
  bool MayDangle =
      refersToOther(P->getType()) || mayHoldReference(P->getType());
  if (!Type || !MayDangle || (Type->Model && Type->Model->ParamsSafe))
    return std::nullopt;
  if (isCoroutine(F)) {
    llvm::DenseSet<const Stmt *> OfValues;
    if (!refersToOther(P->getType()))
      OfValues = usesOfValues(Definition->getBody(), P);
    auto Use = laterUse(F, Type->Start, U, [&](const Stmt *S) {
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      return Ref && Ref->getDecl() == P && !OfValues.contains(Ref);
    });
    if (!Use)
      return std::nullopt;
    return Keeping{Definition, P, Use};
  }
  if (isErasedCall(F))
    return Type->isLazy() && (P->getType()->isLValueReferenceType() ||
                              isView(P->getType()))
               ? std::optional(Keeping{F, P, std::nullopt})
               : std::nullopt;
  if (Definition && Definition->getBody())
    return handedOn(Definition, Index, U, Depth);
  if (!keepsByDeclaration(F, Index, U))
    return std::nullopt;
  return Keeping{F, P, std::nullopt};
}

std::optional<Keeping> keepsThis(const FunctionDecl *F, Unit &U) {
  std::optional<TaskType> Type = U.task(F->getReturnType());
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  if (!Type || !isCoroutine(F) || !Method || Method->isStatic() ||
      (Type->Model && Type->Model->ParamsSafe))
    return std::nullopt;
  auto Use = laterUse(F, Type->Start, U, [](const Stmt *S) { return isa<CXXThisExpr>(S); });
  if (!Use)
    return std::nullopt;
  return Keeping{F->getDefinition(), nullptr, Use};
}

} // namespace weir
