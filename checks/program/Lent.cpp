// What is lent to tasks; see Lent.h.

#include "checks/program/Lent.h"
#include "checks/support/Awaits.h"
#include "checks/support/Flow.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Outlives.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "clang/AST/ASTLambda.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace weir::program {
namespace {

bool isShortLived(QualType T, Unit &U) {
  if (isView(T))
    return true;
  if (!T->isRValueReferenceType() &&
      !(T->isLValueReferenceType() &&
        T.getNonReferenceType().isConstQualified()))
    return false;
  const CXXRecordDecl *Record = recordOf(T);
  if (Record && (!Record->hasDefinition() || Record->isEmpty()))
    return false;
  std::optional<TaskType> Type = U.task(T);
  return !Type || (!Type->runsWork() && Type->Kind != models::TypeKind::Scope);
}

/// The edits that make \p P a value in every declaration of \p F.
std::vector<Edit> byValue(const ParmVarDecl &P, const FunctionDecl &F,
                          Unit &U) {
  std::vector<Edit> Result;
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  QualType Value = P.getType().getNonReferenceType().getUnqualifiedType();
  const CXXRecordDecl *Record = Value->getAsCXXRecordDecl();
  if ((Method && Method->isVirtual()) || F.isTemplateInstantiation() ||
      !P.getType()->isReferenceType() || Value->isArrayType() ||
      Value->isFunctionType() ||
      (Record &&
       (Record->isAbstract() || (!Record->hasNonTrivialCopyConstructor() &&
                                 !Record->hasTrivialCopyConstructor()))))
    return {};
  for (const FunctionDecl *Each : F.redecls()) {
    const ParmVarDecl *Parameter =
        Each->getParamDecl(P.getFunctionScopeIndex());
    const TypeSourceInfo *Info = Parameter->getTypeSourceInfo();
    auto Reference = Info ? Info->getTypeLoc().getAs<ReferenceTypeLoc>()
                          : ReferenceTypeLoc();
    if (!Reference || Parameter->getBeginLoc().isMacroID() ||
        Parameter->getName().empty())
      return {};
    StringRef Text = textOf(
        Reference.getPointeeLoc().getUnqualifiedLoc().getSourceRange(), U);
    auto Removal =
        removeUpTo(Parameter->getBeginLoc(), Parameter->getLocation(), U);
    if (Text.empty() || !Removal)
      return {};
    Removal->Text = (Text + " ").str();
    Result.push_back(std::move(*Removal));
  }
  return Result;
}

class Describer {
public:
  Describer(const Body &B, Unit &U, Function &F,
            const llvm::DenseMap<const Expr *, unsigned> &IndexOf)
      : B(B), U(U), F(F), IndexOf(IndexOf) {}

  void describeCallee() {
    std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
    if (!Type)
      return;
    if (!B.isCoroutine()) {
      pass();
      return;
    }
    for (const ParmVarDecl *P : B.decl()->parameters())
      if (auto Found = keeps(B.decl(), P->getFunctionScopeIndex(), U))
        keep(*Found);
    if (auto Found = keepsThis(B.decl(), U))
      keep(*Found);
    if (!startsSuspended(B, U))
      passToAwaited();
    if (isDetached(*Type))
      F.Detached = intern(B.decl()->getReturnType().getAsString(
          U.context().getPrintingPolicy()));
  }

  void describeCaller() {
    auto Visit = [&](const Stmt *S, Path Parents) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        this->call(Call, Parents);
      return true;
    };
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(B.decl()))
      for (const CXXCtorInitializer *Each : Constructor->inits())
        walk(Each->getInit(), Visit);
    walk(B.stmt(), Visit);
  }

private:
  void keep(const Keeping &Found) {
    Kept K;
    if (const ParmVarDecl *P = Found.Parameter) {
      K.Index = P->getFunctionScopeIndex();
      K.What = parameter(P);
      K.IsReference = P->getType()->isReferenceType();
      K.IsShortLived = isShortLived(P->getType(), U);
      if (K.IsShortLived)
        K.ByValue.Edits = byValue(*P, *B.decl(), U);
    }
    if (const Stmt *Suspension = Found.Where->Suspension)
      K.Suspension = placeOf(Suspension->getSourceRange(), U);
    K.Use = placeOf(Found.Where->Use->getSourceRange(), U);
    F.Kept.push_back(std::move(K));
  }

  /// A plain lambda gives what it captured to the task it returns: as if a
  /// capture were one more parameter.
  void passCaptures() {
    if (!B.lambda())
      return;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Return = dyn_cast<ReturnStmt>(S);
      const auto *To = Return && Return->getRetValue()
                           ? dyn_cast<CallExpr>(bare(Return->getRetValue()))
                           : nullptr;
      auto Call = IndexOf.find(To);
      Callee C = To ? calleeOf(To) : Callee();
      if (!C.Function || Call == IndexOf.end())
        return true;
      for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams();
           ++I) {
        const Expr *Arg = bare(C.Args[I]);
        while (const auto *Member = dyn_cast_or_null<MemberExpr>(Arg))
          Arg = Member->isArrow() ? nullptr : bare(Member->getBase());
        const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Arg);
        if (!Ref || !Ref->refersToEnclosingVariableOrCapture() ||
            !C.Function->getParamDecl(I)->getType()->isReferenceType())
          continue;
        unsigned Index = B.decl()->getNumParams();
        for (const LambdaCapture &Each : B.lambda()->captures()) {
          if (Each.capturesVariable() &&
              Each.getCapturedVar() == Ref->getDecl())
            F.Passed.push_back({static_cast<int>(Index), Call->second,
                                static_cast<int>(I), declared(C.Function, I)});
          ++Index;
        }
      }
      return true;
    });
  }

  /// Whether a plain member returns the task of another of its object.
  void passObject() {
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Return = dyn_cast<ReturnStmt>(S);
      const auto *To = Return && Return->getRetValue()
                           ? dyn_cast<CallExpr>(bare(Return->getRetValue()))
                           : nullptr;
      const Expr *Object = To ? objectOf(To) : nullptr;
      auto Call = IndexOf.find(To);
      if (Object && isa<CXXThisExpr>(bare(Object)) && Call != IndexOf.end() && !B.lambda())
        F.Passed.push_back({-1, Call->second, -1, {}});
      return true;
    });
  }

  void pass() {
    passCaptures();
    passObject();
    for (const HandedOn &Each : handsOn(B.decl())) {
      Callee C = calleeOf(Each.To);
      auto Call = IndexOf.find(Each.To);
      if (Call == IndexOf.end() ||
          !refersToOther(B.decl()->getParamDecl(Each.Index)->getType()) ||
          !refersToOther(C.Function->getParamDecl(Each.Argument)->getType()))
        continue;
      Passed P;
      P.Index = static_cast<int>(Each.Index);
      P.Call = Call->second;
      P.Argument = Each.Argument;
      P.Declared = declared(C.Function, Each.Argument);
      F.Passed.push_back(std::move(P));
    }
  }

  /// What an eager coroutine, which has been given it, gives to one that it
  /// awaits: whoever drops its task drops that one's.
  void passToAwaited() {
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Await = dyn_cast<CoawaitExpr>(S);
      const auto *To =
          Await
              ? dyn_cast_or_null<CallExpr>(awaitedCall(Await->getOperand(), U))
              : nullptr;
      auto Call = IndexOf.find(To);
      Callee C = To ? calleeOf(To) : Callee();
      if (!C.Function || Call == IndexOf.end() ||
          C.Function->getCanonicalDecl() == B.decl()->getCanonicalDecl())
        return true;
      for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams();
           ++I) {
        const auto *Ref = dyn_cast<DeclRefExpr>(bare(C.Args[I]));
        const auto *P = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
        if (P && P->getDeclContext() == B.decl() &&
            refersToOther(P->getType()) &&
            refersToOther(C.Function->getParamDecl(I)->getType()))
          F.Passed.push_back({static_cast<int>(P->getFunctionScopeIndex()),
                              Call->second,
                              static_cast<int>(I),
                              {}});
      }
      return true;
    });
  }

  void call(const CallExpr *Call, Path Parents) {
    std::optional<TaskType> Type = Call->isPRValue() ? U.task(Call->getType()) : std::nullopt;
    if (!Type || (Type->Model && Type->Model->ParamsSafe))
      return;
    Callee C = calleeOf(Call);
    bool IsErased = C.Function && isErasedCall(C.Function);
    auto Index = IndexOf.find(Call);
    bool Generates = Type->isLazy() && (Type->Kind == models::TypeKind::Generator ||
                                        Type->Kind == models::TypeKind::AsyncGenerator);
    // What only adapts a task, and what nobody can look into.
    bool IsCoroutines = Type->isTask() || isDetached(*Type) || Generates ||
                        (C.Function && isCoroutine(C.Function));
    if (!IsCoroutines || U.function(C) ||
        (!IsErased && (Index == IndexOf.end() ||
                       (C.Function->hasBody() && !U.bodyOf(C.Function)))))
      return;
    Outlived O;
    O.Made = placeOfName(Call, U);
    O.IsGenerator = Generates;
    if (!IsErased)
      O.Call = Index->second;
    else if (const Expr *Holder = objectOf(Call))
      O.Erased = intern(textOf(bare(Holder)->getSourceRange(), U));
    for (unsigned I = 0; I < C.Args.size() && I < C.Function->getNumParams();
         ++I) {
      QualType Parameter = C.Function->getParamDecl(I)->getType();
      O.Argument = I;
      if (!refersToOther(Parameter)) {
        closure(Call, Parents, C.Args[I], O);
        members(Call, Parents, C.Args[I], O);
        continue;
      }
      O.Declared = declared(C.Function, I);
      argument(Call, Parents, C.Args[I], Parameter, O);
      if (Type->isTask() && isShortLived(Parameter, U))
        lent(Call, Parents, C.Args[I], O);
    }
    if (const Expr *Object = objectOf(Call);
        Object && !IsErased && isLambdaCallOperator(C.Function)) {
      captures(Call, Parents, *Object, cast<CXXMethodDecl>(C.Function), O);
    } else if (Object && !IsErased) {
      O.Argument = -1;
      O.Declared = {};
      if (auto What = referentOf(
              Object, U.context().getLValueReferenceType(Object->getType())))
        outlived(Call, Parents, Object, *What, O);
    }
  }

  /// What a plain lambda that is an argument, by value, captured by reference.
  void closure(const CallExpr *Call, Path Parents, const Expr *Arg, Outlived O) {
    const Expr *E = bare(Arg);
    while (const auto *Made = dyn_cast<CXXConstructExpr>(E)) {
      if (Made->getNumArgs() != 1)
        return;
      E = bare(Made->getArg(0)); // a std::function
    }
    const auto *Lambda = dyn_cast<LambdaExpr>(E);
    if (!Lambda || isCoroutine(Lambda->getCallOperator()))
      return;
    O.Declared = {};
    for (const LambdaCapture &Each : Lambda->captures())
      if (const auto *Captured = Each.capturesVariable() && Each.getCaptureKind() == LCK_ByRef
                                     ? dyn_cast<VarDecl>(Each.getCapturedVar())
                                     : nullptr;
          Captured && Captured->hasLocalStorage() && Captured->getDeclContext() == B.decl() &&
          !Captured->getType()->isReferenceType())
        outlived(Call, Parents, Arg, Referent{nullptr, Captured}, O);
  }

  /// What the members of an object that is an argument, by value, refer to.
  void members(const CallExpr *Call, Path Parents, const Expr *Arg,
               Outlived O) {
    Arg = written(Arg);
    O.Declared = {};
    auto Judge = [&](const FieldDecl *Member, const Expr *Init) {
      if (Member && Init &&
          (Member->getType()->isReferenceType() || isView(Member->getType())))
        argument(Call, Parents, Init, Member->getType(), O);
    };
    if (const auto *List = dyn_cast<InitListExpr>(Arg)) {
      const CXXRecordDecl *Record = recordOf(List->getType());
      if (Record && Record->getNumBases() == 0 && !Record->isUnion())
        for (auto [Member, Init] : llvm::zip(Record->fields(), List->inits()))
          Judge(Member, Init);
    } else if (const auto *Made = dyn_cast<CXXConstructExpr>(Arg)) {
      const auto *Constructor = dyn_cast_or_null<CXXConstructorDecl>(
          Made->getConstructor()->getDefinition());
      if (!Constructor)
        return;
      for (const CXXCtorInitializer *Each : Constructor->inits()) {
        const auto *Ref = dyn_cast<DeclRefExpr>(bare(Each->getInit()));
        const auto *Given =
            Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
        if (Given && Given->getType()->isReferenceType() &&
            Given->getFunctionScopeIndex() < Made->getNumArgs())
          Judge(Each->getMember(),
                Made->getArg(Given->getFunctionScopeIndex()));
      }
    }
  }

  /// What the closure of a plain lambda holds; a coroutine's closure is
  /// weir-dangling-capture's.
  void captures(const CallExpr *Call, Path Parents, const Expr &Closure,
                const CXXMethodDecl *Operator, Outlived O) {
    O.Declared = {};
    O.Argument = Operator->getNumParams();
    if (isCoroutine(Operator))
      return;
    for (const LambdaCapture &Each : Operator->getParent()->captures()) {
      const auto *Captured = Each.capturesVariable()
                                 ? dyn_cast<VarDecl>(Each.getCapturedVar())
                                 : nullptr;
      std::optional<Referent> What;
      if (Captured && Each.getCaptureKind() == LCK_ByCopy)
        What = referentOf(
            &Closure, U.context().getLValueReferenceType(Closure.getType()));
      else if (Captured && Captured->hasLocalStorage() &&
               Captured->getDeclContext() == B.decl() &&
               !Captured->getType()->isReferenceType())
        What = Referent{nullptr, Captured};
      if (What)
        outlived(Call, Parents, Call, *What, O);
      ++O.Argument;
    }
  }

  void argument(const CallExpr *Call, Path Parents, const Expr *Arg,
                QualType Parameter, Outlived O) {
    auto What = referentOf(Arg, Parameter);
    if (!What)
      return;
    if (!isView(Arg->getType()))
      return outlived(Call, Parents, Arg, *What, O);
    if (Parameter->isReferenceType()) {
      O.Which = Outlived::OnlyView;
      outlived(Call, Parents, Arg, *What, O);
      O.Which = Outlived::OnlyBehind;
    }
    if (auto Behind = referentOf(Arg, Arg->getType()))
      outlived(Call, Parents, Arg, *Behind, O);
  }

  void outlived(const CallExpr *Call, Path Parents, const Expr *Arg,
                const Referent &What, Outlived O) {
    std::optional<Escape> Way = escapeOf(Call, Parents, What, B, U);
    if (!Way)
      return;
    O.What = What.Temporary ? Outlived::Temporary : Outlived::Local;
    if (!What.Temporary)
      O.Name = intern(isa<DecompositionDecl>(What.Local)
                          ? textOf(bare(Arg)->getSourceRange(), U).str()
                          : What.Local->getNameAsString());
    O.Dies = intern(deathOf(What, B));
    // What a default argument makes, the caller does not see.
    const Expr *Shown = isa<CXXDefaultArgExpr>(Arg) ? Call
                        : What.Temporary            ? What.Temporary
                                                    : Arg;
    O.At = weir::placeOf(Shown->getSourceRange(), U);
    add(*Way, std::move(O));
  }

  /// What \p F was only lent itself.
  void lent(const CallExpr *Call, Path Parents, const Expr *Arg, Outlived O) {
    Arg = bare(Arg);
    if (const auto *Copy = dyn_cast<CXXConstructExpr>(Arg);
        Copy && Copy->getNumArgs() == 1 && isView(Copy->getType()))
      Arg = bare(Copy->getArg(0)); // a copy of a view
    const auto *Ref = dyn_cast<DeclRefExpr>(Arg);
    const auto *Given = Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
    if (!Given || Ref->refersToEnclosingVariableOrCapture() ||
        !isShortLived(Given->getType(), U))
      return;
    std::optional<Escape> Way = escapeOf(Call, Parents, {nullptr, Given}, B, U);
    if (!Way || Way->How.Where != Fate::Started)
      return;
    O.What = Outlived::Lent;
    O.Name = intern(Given->getNameAsString());
    O.At = weir::placeOf(Ref->getSourceRange(), U);
    add(*Way, std::move(O));
  }

  void add(const Escape &Way, Outlived O) {
    SourceLocation Away = weir::placeOf(Way);
    O.Away = weir::placeOf(SourceRange(Away, Away), U);
    O.How = weir::describe(Way, O.IsGenerator ? "generator" : "task");
    F.Outlived.push_back(std::move(O));
  }

  Parameter declared(const FunctionDecl *Callee, unsigned Index) {
    const ParmVarDecl *P = Callee->getParamDecl(Index);
    if (isErasedCall(Callee)) {
      std::optional<TaskType> Type = U.task(Callee->getReturnType());
      bool Keeps = Type && Type->isLazy() &&
                   (P->getType()->isLValueReferenceType() || isView(P->getType()));
      return Keeps ? parameter(P) : Parameter();
    }
    return Callee->hasBody() || !keepsByDeclaration(Callee, Index, U) ? Parameter() : parameter(P);
  }
  Parameter parameter(const ParmVarDecl *P) {
    return {intern(P->getName()),
            weir::placeOf(SourceRange(P->getLocation(), P->getLocation()), U),
            P->getType()->isReferenceType()};
  }

  const Body &B;
  Unit &U;
  Function &F;
  const llvm::DenseMap<const Expr *, unsigned> &IndexOf;
};

using Asked = std::pair<const Function *, int>;

/// The keeper of what \p F is given as argument \p Index.
std::optional<Keeper> keeperIn(const Function &F, int Index, const Program &P,
                               llvm::DenseSet<Asked> &Seen);

std::optional<Keeper> keeperOf(const Function &F, unsigned CallIndex,
                               int Argument, const Parameter &Declared,
                               const Program &P, llvm::DenseSet<Asked> &Seen) {
  const Call &C = F.Calls[CallIndex];
  llvm::ArrayRef<const Function *> All = P.runBy(C);
  // An override may do otherwise; that this one is called at times is enough.
  const Function *Own =
      All.empty() && C.IsVirtual ? P.function(C.Callee) : nullptr;
  if (Own)
    All = Own;
  if (All.empty() && Declared.At.isValid())
    return Keeper{{}, nullptr, nullptr, C.Name, Declared};
  std::optional<Keeper> First;
  for (const Function *Each : All) {
    auto Found = keeperIn(*Each, Argument, P, Seen);
    if (!Found)
      return std::nullopt;
    if (!First)
      First = std::move(Found);
  }
  return First;
}

std::optional<Keeper> keeperIn(const Function &F, int Index, const Program &P,
                               llvm::DenseSet<Asked> &Seen) {
  if (!Seen.insert({&F, Index}).second)
    return std::nullopt;
  for (const Kept &Each : F.Kept)
    if (Each.Index == Index)
      return Keeper{{}, &F, &Each, F.Name, Each.What};
  for (const Passed &Each : F.Passed)
    if (Each.Index == Index)
      if (auto Found =
              keeperOf(F, Each.Call, Each.Argument, Each.Declared, P, Seen)) {
        Found->Way.insert(Found->Way.begin(), {&F, &F.Calls[Each.Call]});
        return Found;
      }
  return std::nullopt;
}

} // namespace

void describeLent(const Body &B, Unit &U, Function &F,
                  const llvm::DenseMap<const Expr *, unsigned> &IndexOf) {
  Describer D(B, U, F, IndexOf);
  D.describeCallee();
  D.describeCaller();
}

std::string Keeper::quoted() const {
  return By && By->IsLambda ? "the lambda" : ("'" + Name + "'").str();
}

std::vector<Note> steps(const Keeper &K) {
  std::vector<Note> Result;
  for (auto [By, Made] : K.Way)
    Result.push_back(
        {Made->At, ("'" + By->Name +
                    (By->Kind == Kind::Coroutine ? "' awaits '"
                                                 : "' returns the task of '") +
                    Made->Name + "'")
                       .str()});
  return Result;
}

std::optional<Keeper> keeperOf(const Function &F, const Outlived &O, const Program &P) {
  if (!O.Erased.empty()) {
    if (!O.Declared.At.isValid())
      return std::nullopt;
    return Keeper{{}, nullptr, nullptr, O.Erased, O.Declared};
  }
  llvm::DenseSet<Asked> Seen;
  return keeperOf(F, O.Call, O.Argument, O.Declared, P, Seen);
}

} // namespace weir::program
