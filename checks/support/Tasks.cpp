// What a type is to an asynchronous program; see Tasks.h.

#include "checks/support/Tasks.h"
#include "checks/support/Names.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

/// The class with members to look at: its definition, or the template's where
/// nothing needed this specialisation yet.
const CXXRecordDecl *withMembers(const CXXRecordDecl *Record) {
  if (const CXXRecordDecl *Definition = Record->getDefinition())
    return Definition;
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
    return Spec->getSpecializedTemplate()->getTemplatedDecl()->getDefinition();
  // A promise that is a member of its task's template.
  if (const CXXRecordDecl *Pattern = Record->getInstantiatedFromMemberClass())
    return Pattern->getDefinition();
  return nullptr;
}

/// The class of a base. Of a base that depends on a template parameter, as that
/// of `promise_type : promise_base<promise_type>` does, it is the template's
/// own body, unless there are others it may mean.
const CXXRecordDecl *baseClass(QualType T) {
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return Record;
  const auto *Written = T->getAs<TemplateSpecializationType>();
  const auto *Template = dyn_cast_or_null<ClassTemplateDecl>(
      Written ? Written->getTemplateName().getAsTemplateDecl() : nullptr);
  if (!Template)
    return nullptr;
  SmallVector<ClassTemplatePartialSpecializationDecl *, 4> Partial;
  const_cast<ClassTemplateDecl *>(Template)->getPartialSpecializations(Partial);
  bool HasOthers =
      !Partial.empty() ||
      llvm::any_of(Template->specializations(),
                   [](const ClassTemplateSpecializationDecl *Each) {
                     return Each->isExplicitSpecialization();
                   });
  return HasOthers ? nullptr : Template->getTemplatedDecl();
}

/// Calls \p Visit with \p Record and its bases until one visit answers.
template <class Visitor>
auto throughBases(const CXXRecordDecl *Record, Visitor Visit,
                  unsigned Depth = 0) -> decltype(Visit(Record)) {
  Record = Record ? withMembers(Record) : nullptr;
  if (!Record || Depth > 8)
    return {};
  if (auto Found = Visit(Record))
    return Found;
  for (const CXXBaseSpecifier &Base : Record->bases())
    if (auto Found = throughBases(baseClass(Base.getType()), Visit, Depth + 1))
      return Found;
  return {};
}

const NamedDecl *member(const CXXRecordDecl *Record, DeclarationName Name) {
  return throughBases(Record,
                      [&](const CXXRecordDecl *Class) -> const NamedDecl * {
                        auto Found = Class->lookup(Name);
                        return Found.empty() ? nullptr : Found.front();
                      });
}

const NamedDecl *member(const CXXRecordDecl *Record, StringRef Name) {
  return member(Record,
                DeclarationName(&Record->getASTContext().Idents.get(Name)));
}

const FunctionDecl *asFunction(const NamedDecl *D) {
  return D ? D->getUnderlyingDecl()->getAsFunction() : nullptr;
}

/// Whether the class has the three functions of an awaiter with the number of
/// parameters an awaiter's have: a look-alike is not one.
bool isAwaiter(const CXXRecordDecl *Record) {
  auto Takes = [&](StringRef Name, unsigned Count) {
    const FunctionDecl *F = asFunction(member(Record, Name));
    return F && F->getMinRequiredArguments() <= Count &&
           F->getNumParams() >= Count;
  };
  return Takes("await_ready", 0) && Takes("await_suspend", 1) &&
         Takes("await_resume", 0);
}

const CXXRecordDecl *primary(const CXXRecordDecl *Record) {
  if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
    return Spec->getSpecializedTemplate()
        ->getTemplatedDecl()
        ->getCanonicalDecl();
  return Record->getCanonicalDecl();
}

bool firstParameterIs(const NamedDecl *D, const CXXRecordDecl *Record) {
  const FunctionDecl *F = asFunction(D);
  if (!F || F->getNumParams() == 0)
    return false;
  const CXXRecordDecl *Parameter = recordOf(F->getParamDecl(0)->getType());
  return Parameter && primary(Parameter) == primary(Record);
}

bool hasCoawaitOperator(const CXXRecordDecl *Record) {
  ASTContext &Context = Record->getASTContext();
  DeclarationName Name =
      Context.DeclarationNames.getCXXOperatorName(OO_Coawait);
  if (member(Record, Name))
    return true;
  // Found by argument-dependent lookup.
  for (const NamedDecl *D :
       Record->getEnclosingNamespaceContext()->getRedeclContext()->lookup(Name))
    if (firstParameterIs(D, Record))
      return true;
  return false;
}

/// Whether the type's own coroutines accept it through await_transform.
bool isTransformed(const CXXRecordDecl *Record, const CXXRecordDecl *Promise) {
  DeclarationName Name(&Record->getASTContext().Idents.get("await_transform"));
  return throughBases(Promise, [&](const CXXRecordDecl *Class) {
    for (const NamedDecl *D : Class->lookup(Name))
      if (firstParameterIs(D, Record))
        return true;
    return false;
  });
}

/// The class a function returns, also where `auto` leaves it to the body.
const CXXRecordDecl *returned(const FunctionDecl *F) {
  if (!F)
    return nullptr;
  if (!F->getReturnType()->isUndeducedType())
    return recordOf(F->getReturnType());
  if (const FunctionDecl *Pattern = F->getTemplateInstantiationPattern())
    F = Pattern;
  if (const auto *Body = dyn_cast_or_null<CompoundStmt>(F->getBody()))
    if (const auto *Return = dyn_cast_or_null<ReturnStmt>(
            Body->body_empty() ? nullptr : Body->body_back()))
      if (const Expr *Value = Return->getRetValue())
        return recordOf(Value->getType());
  return nullptr;
}

/// Whether a coroutine that begins with \p Awaiter, or with what derives from
/// it, begins by being suspended: `suspend_always` or its like by any name.
models::Start startBy(const CXXRecordDecl *Awaiter) {
  const FunctionDecl *Ready = asFunction(member(Awaiter, "await_ready"));
  const FunctionDecl *Suspend = asFunction(member(Awaiter, "await_suspend"));
  if (!Ready || !Suspend)
    return models::Start::Unknown;
  auto IsOf = [](const FunctionDecl *F, StringRef Name) {
    const auto *Method = dyn_cast<CXXMethodDecl>(F);
    return Method && isStd(Method->getParent(), Name);
  };
  if (IsOf(Ready, "suspend_never") || alwaysReturns(Ready) == true)
    return models::Start::Eager;
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Suspend->getBody());
  bool OnlySuspends = IsOf(Suspend, "suspend_always") ||
                      (Block && Block->body_empty() &&
                       Suspend->getReturnType()->isVoidType()) ||
                      alwaysReturns(Suspend) == true;
  bool NeverReady =
      IsOf(Ready, "suspend_always") || alwaysReturns(Ready) == false;
  return NeverReady && OnlySuspends ? models::Start::Lazy
                                    : models::Start::Unknown;
}

models::Start startOf(const CXXRecordDecl *Promise) {
  const CXXRecordDecl *Awaiter =
      returned(asFunction(member(Promise, "initial_suspend")));
  if (!Awaiter)
    return models::Start::Unknown;
  if (isStd(Awaiter, "suspend_always"))
    return models::Start::Lazy;
  if (isStd(Awaiter, "suspend_never"))
    return models::Start::Eager;
  return startBy(Awaiter);
}

/// Whether it is tested and dereferenced, as an optional is.
bool isTestedAndDereferenced(const CXXRecordDecl *Record) {
  ASTContext &Context = Record->getASTContext();
  CanQualType Bool = Context.BoolTy;
  return member(Record,
                Context.DeclarationNames.getCXXConversionFunctionName(Bool)) &&
         member(Record, Context.DeclarationNames.getCXXOperatorName(OO_Star));
}

/// The promise in a specialisation of std::coroutine_traits that is written for
/// \p Record, or for its template.
const CXXRecordDecl *promiseByTraits(const CXXRecordDecl *Record) {
  ASTContext &Context = Record->getASTContext();
  for (const NamedDecl *Std :
       Context.getTranslationUnitDecl()->lookup(&Context.Idents.get("std"))) {
    const auto *Namespace = dyn_cast<NamespaceDecl>(Std);
    if (!Namespace)
      continue;
    for (NamedDecl *D :
         Namespace->lookup(&Context.Idents.get("coroutine_traits"))) {
      auto *Traits = dyn_cast<ClassTemplateDecl>(D);
      if (!Traits)
        continue;
      // What a coroutine made of it says more than the pattern.
      SmallVector<const ClassTemplateSpecializationDecl *, 16> All(
          Traits->spec_begin(), Traits->spec_end());
      SmallVector<ClassTemplatePartialSpecializationDecl *, 4> Partial;
      Traits->getPartialSpecializations(Partial);
      All.append(Partial.begin(), Partial.end());
      for (const ClassTemplateSpecializationDecl *Each : All) {
        ArrayRef<TemplateArgument> Args = Each->getTemplateArgs().asArray();
        const CXXRecordDecl *For =
            !Args.empty() && Args[0].getKind() == TemplateArgument::Type
                ? recordOf(Args[0].getAsType())
                : nullptr;
        bool IsPattern = isa<ClassTemplatePartialSpecializationDecl>(Each);
        if (For &&
            (IsPattern ? primary(For) == primary(Record)
                       : For->getCanonicalDecl() == Record->getCanonicalDecl()))
          if (const auto *Type =
                  dyn_cast_or_null<TypeDecl>(member(Each, "promise_type")))
            return recordOf(Context.getTypeDeclType(Type));
      }
    }
  }
  return nullptr;
}

/// Whether what method \p Name gives is awaited: so is next() or begin() of an
/// asynchronous generator.
bool isAwaitedMember(const CXXRecordDecl *Record, StringRef Name) {
  const CXXRecordDecl *Given = returned(asFunction(member(Record, Name)));
  return Given && withMembers(Given) &&
         (isAwaiter(Given) || hasCoawaitOperator(Given) || promiseOf(Given));
}

bool hasNodiscard(const CXXRecordDecl *Record) {
  return Record->hasAttr<WarnUnusedResultAttr>() ||
         primary(Record)->hasAttr<WarnUnusedResultAttr>();
}

std::optional<TaskType> byModel(const CXXRecordDecl *Record,
                                const models::Models &Models) {
  const models::Type *Model = throughBases(
      Record, [&](const CXXRecordDecl *Class) -> const models::Type * {
        return Models.mentions(lastName(Class)) ? Models.type(modelName(Class))
                                                : nullptr;
      });
  // A class that is only declared has no members to look through.
  if (!Model && Models.mentions(lastName(Record)))
    Model = Models.type(modelName(Record));
  if (!Model)
    return std::nullopt;
  TaskType Result;
  Result.Kind = Model->Kind;
  Result.Start = Model->Start;
  if (Result.Start == models::Start::Unknown)
    if (const CXXRecordDecl *Promise = promiseOf(Record))
      Result.Start = startOf(Promise);
  Result.Use = Model->Use;
  Result.Discard = Model->Discard;
  Result.Model = Model;
  return Result;
}

/// Whether it may be another coroutine's, such as whoever waits.
bool isAnyHandle(QualType T) {
  const auto *Handle =
      dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(T));
  return Handle && Handle->getTemplateArgs().size() == 1 &&
         Handle->getTemplateArgs()[0].getKind() == TemplateArgument::Type &&
         Handle->getTemplateArgs()[0].getAsType()->isVoidType();
}

/// The body of the destructor in sight; that of the template, where nothing has
/// asked for its own.
const Stmt *destructorBody(const CXXRecordDecl *Class) {
  const FunctionDecl *Destructor = Class->getDestructor();
  if (Destructor && Destructor->getTemplateInstantiationPattern())
    Destructor = Destructor->getTemplateInstantiationPattern();
  Destructor = Destructor ? Destructor->getDefinition() : nullptr;
  return Destructor ? Destructor->getBody() : nullptr;
}

/// Whether the destructor in sight resumes the coroutine, which then runs
/// though nobody awaits it.
bool destructorResumes(const CXXRecordDecl *Record) {
  bool Found = false;
  if (const Stmt *Body = destructorBody(Record))
    walk(Body, [&](const Stmt *S, Path) {
      const auto *Call = dyn_cast<CallExpr>(S);
      const Expr *Called = Call ? bare(Call->getCallee()) : nullptr;
      if (const auto *Member = dyn_cast_or_null<MemberExpr>(Called))
        Found |= lastName(Member->getMemberDecl()) == "resume" &&
                 !isAnyHandle(Member->getBase()->getType());
      else if (const auto *Member =
                   dyn_cast_or_null<CXXDependentScopeMemberExpr>(Called))
        Found |= Member->getMember().getAsString() == "resume";
      return !Found;
    });
  return Found;
}

/// Whether the destructor in sight, or a base's, destroys the coroutine's frame
/// whether it is done or not: `if (handle) handle.destroy();`.
bool destructorDestroys(const CXXRecordDecl *Record) {
  auto AsksFor = [](const Stmt *Condition) {
    bool Asks = false;
    walk(Condition, [&](const Stmt *S, Path) {
      const auto *Call = dyn_cast<CallExpr>(S);
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      Asks |= Ref && isa<VarDecl>(Ref->getDecl()); // what a call gave before
      Asks |= Call && !isa<CXXOperatorCallExpr>(Call) &&
              !isa_and_nonnull<CXXConversionDecl>(Call->getDirectCallee());
      return !Asks;
    });
    return Asks;
  };
  return throughBases(Record, [&](const CXXRecordDecl *Class) {
    bool Found = false;
    if (const Stmt *Body = destructorBody(Class))
      walk(Body, [&](const Stmt *S, Path) {
        if (const auto *If = dyn_cast<IfStmt>(S); If && AsksFor(If->getCond()))
          return false;
        const auto *Call = dyn_cast<CallExpr>(S);
        const Expr *Called =
            Call && Call->getNumArgs() == 0 ? bare(Call->getCallee()) : nullptr;
        if (const auto *Member = dyn_cast_or_null<MemberExpr>(Called))
          Found |= lastName(Member->getMemberDecl()) == "destroy";
        else if (const auto *Member =
                     dyn_cast_or_null<CXXDependentScopeMemberExpr>(Called))
          Found |= Member->getMember().getAsString() == "destroy";
        return !Found;
      });
    return Found;
  });
}

/// Whether nobody can come by what it yields: an empty class, without methods.
bool hasNothingToTake(const CXXRecordDecl *Record) {
  return Record->hasDefinition() && Record->isEmpty() &&
         llvm::all_of(Record->methods(), [](const CXXMethodDecl *Method) {
           return isa<CXXConstructorDecl, CXXDestructorDecl>(Method) ||
                  Method->isCopyAssignmentOperator() ||
                  Method->isMoveAssignmentOperator();
         });
}

std::optional<TaskType> byShape(const CXXRecordDecl *Record) {
  if (!withMembers(Record) || Record->isLambda() || isValue(Record))
    return std::nullopt;
  TaskType Result;
  const CXXRecordDecl *Promise = promiseOf(Record);
  bool Awaitable = isAwaiter(Record) || hasCoawaitOperator(Record) ||
                   (Promise && isTransformed(Record, Promise));
  if (!Promise) {
    // What P2300 asks of a sender, and what it asked before.
    bool IsSender =
        isa_and_nonnull<TypeDecl>(member(Record, "sender_concept")) ||
        (member(Record, "value_types") && member(Record, "error_types") &&
         member(Record, "sends_done"));
    if (!Awaitable && !IsSender)
      return std::nullopt;
    Result.Kind =
        IsSender ? models::TypeKind::Sender : models::TypeKind::Awaiter;
    if (IsSender) {
      Result.Start = models::Start::Lazy;
      Result.Discard = models::Discard::NeverRuns;
    }
    return Result;
  }
  // What shares the promise of the type that coroutines return was begun
  // before.
  const CXXRecordDecl *Made =
      returned(asFunction(member(Promise, "get_return_object")));
  if (!Made || primary(Made) == primary(Record) || promiseOf(Made) != Promise)
    Result.Start = startOf(Promise);
  const CXXRecordDecl *Final =
      returned(asFunction(member(Promise, "final_suspend")));
  Result.FreesItself = Final && isStd(Final, "suspend_never");
  bool Yields = member(Promise, "yield_value") != nullptr;
  if (Awaitable)
    Result.Kind = models::TypeKind::Task;
  else if (Yields && !hasNothingToTake(Record))
    Result.Kind =
        isAwaitedMember(Record, "next") || isAwaitedMember(Record, "begin")
            ? models::TypeKind::AsyncGenerator
            : models::TypeKind::Generator;
  else
    Result.Kind = models::TypeKind::Detached;
  if (Result.isTask() && Result.isLazy())
    Result.Discard = destructorResumes(Record) ? models::Discard::KeepsRunning
                                               : models::Discard::NeverRuns;
  else if (Result.isTask() && Result.Start == models::Start::Eager && Final &&
           !Result.FreesItself && destructorDestroys(Record))
    Result.Discard = models::Discard::Cancels;
  return Result;
}

} // namespace

const CXXRecordDecl *promiseOf(const CXXRecordDecl *Record) {
  const NamedDecl *Found = member(Record, "promise_type");
  if (const auto *Type = dyn_cast_or_null<TypeDecl>(Found))
    return recordOf(Type->getASTContext().getTypeDeclType(Type));
  return promiseByTraits(Record);
}

bool isValue(const CXXRecordDecl *Record) {
  auto HasAny = [&](std::initializer_list<StringRef> Names) {
    return llvm::any_of(Names,
                        [&](StringRef Name) { return member(Record, Name); });
  };
  // It says which of the two it is, and is never asked whether it is done.
  bool Says = HasAny({"has_value", "hasValue", "has_error", "hasError", "is_ok",
                      "isOk", "ok", "is_err", "isErr"}) &&
              HasAny({"value", "value_or", "error", "unwrap", "unwrap_err"});
  return (Says || isTestedAndDereferenced(Record)) &&
         !HasAny({"done", "ready", "is_ready", "isReady", "is_done", "isDone",
                  "valid"});
}

bool isStd(const CXXRecordDecl *Record, StringRef Name) {
  return Record->getIdentifier() && Record->getName() == Name &&
         Record->isInStdNamespace();
}

std::optional<TaskType> classifyByShape(const CXXRecordDecl *Record) {
  std::optional<TaskType> Result = byShape(Record);
  if (Result) {
    Result->Record = Record;
    Result->Nodiscard = hasNodiscard(Record);
  }
  return Result;
}

std::optional<TaskType> classify(const CXXRecordDecl *Record,
                                 const models::Models &Models) {
  std::optional<TaskType> Result = byModel(Record, Models);
  if (!Result)
    return classifyByShape(Record);
  Result->Record = Record;
  Result->Nodiscard = hasNodiscard(Record);
  return Result;
}

bool owns(QualType T, llvm::function_ref<bool(QualType)> Is) {
  const auto *Spec =
      dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(T));
  if (!Spec || !Spec->isInStdNamespace() ||
      !llvm::is_contained({"array", "deque", "expected", "forward_list", "list",
                           "map", "multimap", "optional", "pair",
                           "priority_queue", "queue", "shared_ptr", "stack",
                           "tuple", "unique_ptr", "unordered_map",
                           "unordered_multimap", "variant", "vector"},
                          Spec->getName()))
    return false;
  auto IsOne = [&](const TemplateArgument &A) {
    return A.getKind() == TemplateArgument::Type && Is(A.getAsType());
  };
  return llvm::any_of(
      Spec->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
        return IsOne(A) || (A.getKind() == TemplateArgument::Pack &&
                            llvm::any_of(A.pack_elements(), IsOne));
      });
}

} // namespace weir
