// What an expression refers to; see Referent.h.

#include "checks/support/Referent.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Uses.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

bool isEmpty(QualType T) {
  const CXXRecordDecl *Record = recordOf(T);
  return Record && Record->hasDefinition() && Record->isEmpty();
}

/// `std::make_shared<T>(...)`, which nobody else shares yet.
bool isMadeShared(const Expr *E) {
  const auto *Call = dyn_cast<CallExpr>(bare(E));
  const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
  return F && F->isInStdNamespace() && lastName(F) == "make_shared";
}

/// Whether what \p Method does may share its object. Others of its methods are
/// not looked into.
bool mayShare(const CXXMethodDecl *Method) {
  const FunctionDecl *Definition = Method->getDefinition();
  bool Found = !Definition || !Definition->getBody();
  if (!Found)
    walk(Definition->getBody(), [&](const Stmt *S, Path) {
      const auto *Call = dyn_cast<CallExpr>(S);
      const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
      const Expr *Object = Call ? objectOf(Call) : nullptr;
      Found |= F && (llvm::is_contained({"shared_from_this", "weak_from_this",
                                         "get_strong", "get_weak"},
                                        lastName(F)) ||
                     (Object && isa<CXXThisExpr>(bare(Object))));
      return !Found;
    });
  return Found;
}

/// Whether \p E names a local std::shared_ptr of an object that is made for it,
/// and that nobody else is given.
bool isUnshared(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
  const auto *Local = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  const auto *F =
      Local ? dyn_cast<FunctionDecl>(Local->getDeclContext()) : nullptr;
  if (!F || !F->getBody() || isa<ParmVarDecl>(Local) ||
      !Local->hasLocalStorage() || !Local->getInit() ||
      !isMadeShared(Local->getInit()))
    return false;
  bool Found = false;
  walk(F->getBody(), [&](const Stmt *S, Path Parents) {
    const auto *Each = dyn_cast<DeclRefExpr>(S);
    if (!Each || Each->getDecl() != Local || Found)
      return !Found;
    // `p->m` and `(*p).m`
    size_t At = Parents.size();
    auto Next = [&]() -> const Stmt * {
      while (At > 0 && isa<ParenExpr, ImplicitCastExpr>(Parents[At - 1]))
        --At;
      return At > 0 ? Parents[--At] : nullptr;
    };
    const auto *Operator = dyn_cast_or_null<CXXOperatorCallExpr>(Next());
    const auto *Member = Operator && llvm::is_contained({OO_Arrow, OO_Star},
                                                        Operator->getOperator())
                             ? dyn_cast_or_null<MemberExpr>(Next())
                             : nullptr;
    const auto *Method =
        Member ? dyn_cast<CXXMethodDecl>(Member->getMemberDecl()) : nullptr;
    Found = !Member ||
            (Method && isSharedItself(Method->getParent()) && mayShare(Method));
    return !Found;
  });
  return !Found;
}

/// The container whose element `*i` is, of the hidden iterator of a loop.
const Expr *loopedOver(const CallExpr *Call) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
  const Expr *Object =
      Operator && Operator->getOperator() == OO_Star ? objectOf(Call) : nullptr;
  const auto *Ref = Object ? dyn_cast<DeclRefExpr>(bare(Object)) : nullptr;
  const auto *Iterator = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Iterator || !Iterator->isImplicit() ||
      !isIterator(Iterator->getType()) || !Iterator->getInit())
    return nullptr;
  const auto *Begin = dyn_cast<CXXMemberCallExpr>(bare(Iterator->getInit()));
  const Expr *Container = Begin ? Begin->getImplicitObjectArgument() : nullptr;
  return Container && isOwner(Container->getType()) ? Container : nullptr;
}

/// Whether \p Call is the view of what a stream or a path has in it:
/// `s.view()`.
bool isViewOfText(const CallExpr *Call, const Callee &C) {
  const CXXRecordDecl *Of = C.Object ? recordOf(C.Object->getType()) : nullptr;
  return Of && Of->isInStdNamespace() && isView(Call->getType()) &&
         lastName(C.Function) == "view";
}

const Expr *callReferent(const CallExpr *Call) {
  Callee C = calleeOf(Call);
  C.Object = objectOf(Call);
  if (!C.Function)
    return nullptr;
  if (isa<CXXConversionDecl>(C.Function))
    return C.Object && isView(Call->getType()) && !isView(C.Object->getType())
               ? C.Object
               : nullptr;
  if (const Expr *Container = loopedOver(Call))
    return Container;
  if (isViewOfText(Call, C))
    return C.Object;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call))
    return C.Object &&
                   (isOwner(C.Object->getType()) || isMadeShared(C.Object) ||
                    isUnshared(C.Object)) &&
                   llvm::is_contained({OO_Subscript, OO_Star, OO_Arrow},
                                      Operator->getOperator())
               ? C.Object
               : nullptr;
  if (!C.Function->getDeclName().isIdentifier() ||
      !C.Function->isInStdNamespace())
    return C.Object && C.Function->getDeclName().isIdentifier() &&
                   isOwner(C.Object->getType()) &&
                   (isIterator(Call->getType()) ||
                    llvm::is_contained({"front", "back", "at", "data", "c_str",
                                        "get", "value"},
                                       C.Function->getName()))
               ? C.Object
               : nullptr;
  if (llvm::is_contained({"move", "forward", "as_const", "addressof"},
                         C.Function->getName()))
    return C.Args.empty() ? nullptr : C.Args.front();
  return nullptr;
}

/// The view that \p Call gives a part of.
const Expr *wholeView(const CallExpr *Call) {
  const Expr *Object = objectOf(Call);
  const FunctionDecl *F = Call->getDirectCallee();
  return Object && F && isView(Call->getType()) && isView(Object->getType()) &&
                 F->getDeclName().isIdentifier() &&
                 llvm::is_contained(
                     {"substr", "subview", "subspan", "first", "last"},
                     F->getName())
             ? Object
             : nullptr;
}

std::optional<Referent> lvalueReferent(const Expr *E, unsigned Steps = 0) {
  for (; E && Steps < 16; ++Steps) {
    E = E->IgnoreParens();
    if (const auto *Full = dyn_cast<FullExpr>(E)) {
      E = Full->getSubExpr();
    } else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E)) {
      E = Default->getExpr();
    } else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
      if (Temporary->getStorageDuration() != SD_FullExpression ||
          isEmpty(E->getType()))
        return std::nullopt;
      return Referent{Temporary};
    } else if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      switch (Cast->getCastKind()) {
      case CK_NoOp:
      case CK_DerivedToBase:
      case CK_UncheckedDerivedToBase:
      case CK_ArrayToPointerDecay:
      case CK_UserDefinedConversion:
      case CK_ConstructorConversion:
        E = Cast->getSubExpr();
        break;
      default:
        return std::nullopt;
      }
    } else if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const ValueDecl *D = Ref->getDecl();
      if (const auto *Binding = dyn_cast<BindingDecl>(D))
        D = Binding->getDecomposedDecl();
      const auto *Variable = dyn_cast_or_null<VarDecl>(D);
      if (!Variable || !Variable->hasLocalStorage() ||
          Ref->refersToEnclosingVariableOrCapture() ||
          isEmpty(Variable->getType().getNonReferenceType()))
        return std::nullopt;
      if (!Variable->getType()->isReferenceType())
        return Referent{nullptr, Variable};
      // Another name for something in sight, and for ever. What a loop over a
      // range calls its range is one if that has a name.
      if (isa<ParmVarDecl>(Variable) || !Variable->getInit() ||
          (Variable->isImplicit() &&
           !isa<DeclRefExpr>(bare(Variable->getInit()))))
        return std::nullopt;
      E = Variable->getInit();
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
      if (Member->isArrow() || !Field || Field->getType()->isReferenceType())
        return std::nullopt;
      E = Member->getBase();
    } else if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Subscript->getBase();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      if (Unary->getOpcode() != UO_AddrOf)
        return std::nullopt;
      E = Unary->getSubExpr();
    } else if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
      // Either may be what is gone.
      if (std::optional<Referent> First =
              lvalueReferent(Choice->getTrueExpr(), Steps + 1))
        return First;
      E = Choice->getFalseExpr();
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      if (const Expr *Whole = wholeView(Call))
        return referentOf(Whole, Whole->getType());
      E = callReferent(Call);
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
      // A view made of what it shall refer to; not a copy of another view.
      QualType From = Construct->getNumArgs() > 0
                          ? Construct->getArg(0)->getType()
                          : QualType();
      if (isIterator(Construct->getType()) && !From.isNull() &&
          isIterator(From)) { // of `iterator` a `const_iterator`
        E = bare(Construct->getArg(0));
        continue;
      }
      if (!isView(Construct->getType()) || From.isNull() || isView(From) ||
          !(isOwner(From) || From->isArrayType() || From->isPointerType()))
        return std::nullopt;
      if (From->isPointerType())
        return referentOf(Construct->getArg(0), From);
      E = Construct->getArg(0);
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// What a copy of the view, pointer or iterator \p E refers to: as far as it is
/// a local that was made of a local.
std::optional<Referent> copyReferent(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *Local = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Local || isa<ParmVarDecl>(Local) || !Local->hasLocalStorage() ||
      !Local->getInit() || Local->getType()->isReferenceType() ||
      !refersToOther(Local->getType()) ||
      Ref->refersToEnclosingVariableOrCapture() || isReassigned(Local) ||
      names(Local->getInit(), Local)) // `view v = v.substr(1);`, half typed
    return std::nullopt;
  std::optional<Referent> What = referentOf(Local->getInit(), Local->getType());
  // The compiler itself reports a view of a temporary.
  return What && What->Local ? What : std::nullopt;
}

} // namespace

bool isReassigned(const VarDecl *Local) {
  const auto *F = dyn_cast<FunctionDecl>(Local->getDeclContext());
  bool Found = !F || !F->getBody();
  if (!Found)
    walk(F->getBody(), [&](const Stmt *S, Path) {
      const Expr *Left = nullptr;
      if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S);
          Operator && Operator->isAssignmentOp())
        Left = Operator->getArg(0);
      else if (const auto *Binary = dyn_cast<BinaryOperator>(S);
               Binary && Binary->isAssignmentOp())
        Left = Binary->getLHS();
      else if (const auto *Unary = dyn_cast<UnaryOperator>(S);
               Unary && Unary->getOpcode() == UO_AddrOf)
        Left = Unary->getSubExpr();
      const auto *Ref = Left ? dyn_cast<DeclRefExpr>(bare(Left)) : nullptr;
      Found |= Ref && Ref->getDecl() == Local;
      return !Found;
    });
  return Found;
}

bool isSharedItself(const CXXRecordDecl *Class) {
  auto Shares = [](const CXXRecordDecl *Base) {
    return Base->getIdentifier() &&
           ((Base->getName().starts_with("enable_") &&
             Base->getName().ends_with("shared_from_this")) ||
            llvm::is_contained({"winrt::implements",
                                "boost::sp_adl_block::intrusive_ref_counter"},
                               modelName(Base)));
  };
  return Class->hasDefinition() &&
         !Class->forallBases(
             [&](const CXXRecordDecl *Base) { return !Shares(Base); });
}

bool isOwner(QualType T) {
  const CXXRecordDecl *Record = recordOf(T);
  if (!Record || !Record->getIdentifier())
    return false;
  if (llvm::is_contained(
          {"Own", "scoped_ptr", "QScopedPointer", "basic_sstring"},
          Record->getName()))
    return llvm::is_contained({"kj::Own", "boost::scoped_ptr", "QScopedPointer",
                               "seastar::basic_sstring"},
                              modelName(Record));
  return Record->isInStdNamespace() &&
         llvm::is_contained({"basic_string", "vector", "array", "deque", "list",
                             "map", "set", "unordered_map", "unordered_set",
                             "optional", "unique_ptr", "pair", "tuple"},
                            Record->getName());
}

const Expr *written(const Expr *E) {
  E = bare(E);
  while (const auto *Cast = dyn_cast<CXXFunctionalCastExpr>(E))
    E = bare(Cast->getSubExpr());
  return E;
}

const Expr *objectOf(const CallExpr *Call) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    return Member->getImplicitObjectArgument();
  if (isa<CXXOperatorCallExpr>(Call) &&
      isa_and_nonnull<CXXMethodDecl>(Call->getDirectCallee()) &&
      Call->getNumArgs() > 0)
    return Call->getArg(0);
  return nullptr;
}

std::optional<Referent> referentOf(const Expr *E, QualType As) {
  // A copy of a view or a pointer refers to what the original does.
  if (!As->isReferenceType()) {
    const Expr *Copied = bare(E);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Copied);
        Construct && (Construct->getConstructor()->isCopyOrMoveConstructor() ||
                      (Construct->getNumArgs() > 0 && isView(As) &&
                       isView(Construct->getArg(0)->getType()))))
      Copied = bare(Construct->getArg(0));
    if (isMove(Copied))
      Copied = bare(cast<CallExpr>(Copied)->getArg(0));
    if (isa<DeclRefExpr, MemberExpr>(Copied) &&
        !Copied->getType()->isArrayType())
      return copyReferent(Copied);
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E->IgnoreParens());
        Cast && isView(As) && Cast->getCastKind() == CK_NoOp)
      E = Cast->getSubExpr();
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(bare(E));
        Construct && Construct->getConstructor()->isCopyOrMoveConstructor())
      E = Construct->getArg(0);
    if (const auto *Temporary =
            dyn_cast<MaterializeTemporaryExpr>(E->IgnoreParens()))
      E = Temporary->getSubExpr();
  }
  return lvalueReferent(E);
}

std::string deathOf(const Referent &What, const Body &B) {
  if (What.Temporary)
    return "dies at the end of the statement";
  if (isa<ParmVarDecl>(What.Local) && !B.isCoroutine())
    return B.lambda()
               ? "dies when the lambda returns"
               : "dies when '" + B.decl()->getNameAsString() + "' returns";
  return "dies at the end of its scope";
}

} // namespace weir
