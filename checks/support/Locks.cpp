// Which types and calls lock a thread out; see Locks.h.

#include "checks/support/Locks.h"
#include "checks/support/Unit.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace weir {
namespace {

constexpr unsigned Depth = 3;

bool isLockRow(StringRef Name, Unit &U) {
  const models::Blocking *Row = U.models().blocking(Name);
  return Row && Row->Kind == models::BlockingKind::Lock;
}

/// `std::lock_guard::lock_guard` has a row, so it is a guard.
bool isModelledGuard(const CXXRecordDecl *Record, Unit &U) {
  return U.models().mentions(Record->getName()) &&
         isLockRow(modelName(Record) + "::" + Record->getNameAsString(), U);
}

/// The word a function's name is about: "Unlock" of `ReaderUnlock`.
bool says(const FunctionDecl *F, StringRef Word) {
  return lastName(F).contains_insensitive(Word);
}

/// Calls \p Visit for the methods of \p Record and its bases until it answers.
template <class Visitor>
bool anyMethod(const CXXRecordDecl *Record, Visitor Visit,
               unsigned Left = Depth) {
  Record = Record ? Record->getDefinition() : nullptr;
  if (!Record || !Left)
    return false;
  for (const Decl *D : Record->decls()) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(D->getAsFunction());
    if (Method && !isa<CXXConstructorDecl, CXXDestructorDecl>(Method) &&
        Visit(Method, Record))
      return true;
  }
  return llvm::any_of(Record->bases(), [&](const CXXBaseSpecifier &Base) {
    return anyMethod(recordOf(Base.getType()), Visit, Left - 1);
  });
}

/// Whether coroutines wait for it: by its model, or because some way of
/// locking it is awaited.
bool isAsyncMutex(const CXXRecordDecl *Record, Unit &U) {
  if (std::optional<TaskType> Type =
          U.task(U.context().getCanonicalTagType(Record)))
    return true;
  return anyMethod(Record,
                   [&](const CXXMethodDecl *Method, const CXXRecordDecl *) {
                     return (says(Method, "lock") || says(Method, "acquire")) &&
                            U.task(Method->getReturnType());
                   });
}

bool anyField(const CXXRecordDecl *Record,
              llvm::function_ref<bool(QualType)> Is) {
  Record = Record ? Record->getDefinition() : nullptr;
  return Record && llvm::any_of(Record->fields(), [&](const FieldDecl *Field) {
           return Is(Field->getType());
         });
}

/// One of C's: `mtx_t`, `pthread_mutex_t`, `uv_mutex_t`.
bool isCMutex(QualType T) {
  const auto *Alias = T->getAs<TypedefType>();
  return Alias && (Alias->getDecl()->getName() == "mtx_t" ||
                   Alias->getDecl()->getName().ends_with("_mutex_t"));
}

/// Whether what a `lock` or `unlock` does is of no use between threads: it
/// calls nothing but what an assertion does.
bool locksNothing(const Stmt *Body) {
  bool Found = false;
  walk(Body, [&](const Stmt *S, Path) {
    const auto *Call = dyn_cast<CallExpr>(S);
    const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
    Found |= (Call && !(F && F->isNoReturn())) || isa<AtomicExpr, AsmStmt>(S);
    return !Found;
  });
  return !Found;
}

/// `spinlock`, `IrqMutex`: by its name, and a `lock` that does something.
bool isNamedAsLock(const CXXRecordDecl *Record) {
  std::string Name = lastName(Record).lower();
  if (Record->isInStdNamespace() ||
      llvm::none_of(
          std::initializer_list<StringRef>{"mutex", "spinlock", "spin_lock",
                                           "futex"},
          [&](StringRef Word) { return StringRef(Name).contains(Word); }))
    return false;
  bool Locks = false, Unlocks = false;
  anyMethod(Record, [&](const CXXMethodDecl *Method, const CXXRecordDecl *) {
    const FunctionDecl *Defined = Method->getDefinition();
    bool DoesSomething =
        Method->getNumParams() == 0 && Method->getReturnType()->isVoidType() &&
        !(Defined && Defined->getBody() && locksNothing(Defined->getBody()));
    Locks |= DoesSomething && lastName(Method) == "lock";
    Unlocks |= DoesSomething && lastName(Method) == "unlock";
    return false;
  });
  return Locks && Unlocks;
}

bool isThreadMutex(QualType T, Unit &U, unsigned Left) {
  if (isCMutex(T))
    return true;
  const CXXRecordDecl *Record = recordOf(T);
  if (!Record || !Left || isModelledGuard(Record, U) || isAsyncMutex(Record, U))
    return false;
  bool Unlocks = false;
  bool Known = anyMethod(Record, [&](const CXXMethodDecl *Method,
                                     const CXXRecordDecl *Class) {
    Unlocks |= lastName(Method) == "unlock";
    return says(Method, "lock") && U.models().mentions(lastName(Method)) &&
           (isLockRow(modelName(Class) + "::" + lastName(Method).str(), U) ||
            isLockRow(modelName(Record) + "::" + lastName(Method).str(), U));
  });
  if (Known || Record->hasAttr<CapabilityAttr>() || isNamedAsLock(Record))
    return true;
  // A mutex around a mutex, or around the flag of a spin lock.
  return Unlocks && !Record->isInStdNamespace() &&
         anyField(Record, [&](QualType Field) {
           const CXXRecordDecl *Part = recordOf(Field);
           return Part &&
                  (isStd(Part, "atomic_flag") || isStd(Part, "atomic") ||
                   isThreadMutex(Field, U, Left - 1));
         });
}

/// The mutex a guard is for: the first template argument that is a class.
bool guardsThreadMutex(const CXXRecordDecl *Record, Unit &U) {
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record);
  if (!Spec) // of a template, nobody knows the mutex
    return !Record->getDescribedClassTemplate();
  bool Any = false, Foreign = false;
  auto Look = [&](const TemplateArgument &A) {
    if (A.getKind() != TemplateArgument::Type)
      return;
    (isThreadMutex(A.getAsType(), U) ? Any : Foreign) = true;
  };
  ArrayRef<TemplateArgument> Args = Spec->getTemplateArgs().asArray();
  for (const TemplateArgument &A : Args)
    if (A.getKind() == TemplateArgument::Pack)
      for (const TemplateArgument &Each : A.pack_elements())
        Look(Each);
    else if (&A == Args.begin())
      Look(A);
  return Any && !Foreign;
}

/// Whether the destructor in sight unlocks a mutex that is kept by reference,
/// and has not locked it itself: that only waits until others are out.
bool unlocksInDestructor(const CXXRecordDecl *Record, Unit &U) {
  if (Record->isInStdNamespace() || !Record->hasDefinition() ||
      !Record->hasUserDeclaredDestructor())
    return false;
  const CXXDestructorDecl *Dtor = Record->getDestructor();
  const auto *Body =
      dyn_cast_or_null<CompoundStmt>(Dtor ? Dtor->getBody() : nullptr);
  if (!Body)
    return false;
  // In a branch it unlocks what the constructor has locked, or else nothing is
  // known.
  bool Locks =
      llvm::any_of(Record->ctors(), [&](const CXXConstructorDecl *Ctor) {
        const FunctionDecl *Defined = Ctor->getDefinition();
        bool Found = false;
        if (Defined && Defined->getBody())
          walk(Defined->getBody(), [&](const Stmt *S, Path) {
            const auto *Call = dyn_cast<CallExpr>(S);
            const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
            Found |= F && lastName(F).starts_with_insensitive("lock");
            return !Found;
          });
        return Found;
      });
  llvm::SmallPtrSet<const ValueDecl *, 2> Locked;
  bool Found = false;
  walk(Body, [&](const Stmt *S, Path Parents) {
    const auto *Call = dyn_cast<CallExpr>(S);
    Callee C = Call ? calleeOf(Call) : Callee();
    const auto *Member =
        C.Object ? dyn_cast<MemberExpr>(bare(C.Object)) : nullptr;
    if (!Member || !C.Function)
      return true;
    if (lastName(C.Function).starts_with_insensitive("lock"))
      Locked.insert(Member->getMemberDecl());
    if (!says(C.Function, "unlock") || Locked.contains(Member->getMemberDecl()))
      return true;
    bool IsCertain =
        llvm::none_of(Parents, [](const Stmt *P) { return isa<IfStmt>(P); });
    // `owner.lock`, where `owner` is kept by reference.
    bool IsElsewhere = false;
    for (const MemberExpr *Part = Member; Part;
         Part = dyn_cast<MemberExpr>(bare(Part->getBase()))) {
      QualType T = Part->getMemberDecl()->getType();
      IsElsewhere |= T->isPointerType() || T->isReferenceType();
    }
    QualType T = Member->getMemberDecl()->getType();
    if (T->isPointerType() || T->isReferenceType())
      T = T->getPointeeType();
    Found |= (IsCertain || Locks) && IsElsewhere && isThreadMutex(T, U);
    return true;
  });
  return Found;
}

/// What says the members of \p Record: its template, where nothing in the file
/// has asked for more than its name.
const CXXRecordDecl *definitionOrPattern(const CXXRecordDecl *Record) {
  if (const CXXRecordDecl *Definition = Record->getDefinition())
    return Definition;
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record);
  const CXXRecordDecl *Pattern =
      Spec ? Spec->getSpecializedTemplate()->getTemplatedDecl() : nullptr;
  return Pattern && Pattern->getDefinition() ? Pattern->getDefinition()
                                             : Record;
}

Holds contains(QualType T, Unit &U, unsigned Left) {
  if (T->isReferenceType() || T->isPointerType() || !Left)
    return Holds::Never;
  if (const auto *Array = T->getAsArrayTypeUnsafe())
    return contains(Array->getElementType(), U, Left - 1);
  const CXXRecordDecl *Record = recordOf(T);
  if (!Record || U.task(T))
    return Holds::Never;
  if (isThreadGuard(Record, U))
    return anyMethod(definitionOrPattern(Record),
                     [](const CXXMethodDecl *Method, const CXXRecordDecl *) {
                       return says(Method, "unlock") || says(Method, "release");
                     })
               ? Holds::Maybe
               : Holds::Always;
  Record = Record->getDefinition();
  if (!Record)
    return Holds::Never;
  Holds Found = Holds::Never;
  if (Record->isInStdNamespace()) {
    // What the standard library's wrappers own is what they are templates of.
    StringRef Name = Record->getName();
    bool Fixed = Name == "pair" || Name == "tuple" || Name == "array";
    if (!Fixed && Name != "optional" && Name != "unique_ptr" &&
        Name != "vector" && Name != "shared_ptr" && Name != "variant")
      return Holds::Never;
    auto Look = [&](const TemplateArgument &A) {
      if (A.getKind() == TemplateArgument::Type)
        Found = std::max(Found, contains(A.getAsType(), U, Left - 1));
    };
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
      for (const TemplateArgument &A : Spec->getTemplateArgs().asArray()) {
        if (A.getKind() == TemplateArgument::Pack)
          llvm::for_each(A.pack_elements(), Look);
        else
          Look(A);
      }
    return Fixed ? Found : std::min(Found, Holds::Maybe);
  }
  for (const FieldDecl *Field : Record->fields())
    Found = std::max(Found, contains(Field->getType(), U, Left - 1));
  for (const CXXBaseSpecifier &Base : Record->bases())
    Found = std::max(Found, contains(Base.getType(), U, Left - 1));
  return Found;
}

/// Whether it is worth a look what \p C does to locks: it says so, or the
/// catalogue knows something of that name.
bool mayLock(const Callee &C, Unit &U) {
  return C.Function && (says(C.Function, "lock") ||
                        U.models().mentions(lastName(C.Function)) ||
                        C.Function->hasAttr<AcquireCapabilityAttr>() ||
                        C.Function->hasAttr<ReleaseCapabilityAttr>());
}

/// What a call that returns a guard says about it.
LockCall byName(const FunctionDecl *F) {
  if (!F || !says(F, "lock") || says(F, "unlock") || says(F, "defer"))
    return LockCall::None;
  return says(F, "try") ? LockCall::Try : LockCall::Acquire;
}

/// What constructing a guard from \p Args does: the tags say so by their names.
LockCall constructed(ArrayRef<const Expr *> Args, Unit &U) {
  if (Args.empty() || isa<CXXDefaultArgExpr>(Args.front()))
    return LockCall::None;
  for (const Expr *Arg : Args.drop_front())
    if (const CXXRecordDecl *Tag = recordOf(Arg->getType())) {
      StringRef Name = Tag->getName();
      if (Name.contains_insensitive("defer"))
        return LockCall::None;
      if (Name.contains_insensitive("try") || Name == "duration" ||
          Name == "time_point")
        return LockCall::Try;
    }
  return LockCall::Acquire;
}

} // namespace

bool isThreadMutex(QualType T, Unit &U) { return isThreadMutex(T, U, Depth); }

bool isThreadGuard(const CXXRecordDecl *Record, Unit &U) {
  if (U.task(U.context().getCanonicalTagType(Record)))
    return false;
  const CXXRecordDecl *Definition = Record->getDefinition();
  if (!isModelledGuard(Record, U) &&
      !(Definition && Definition->hasAttr<ScopedLockableAttr>()) &&
      !(Definition && unlocksInDestructor(Definition, U)))
    return false;
  return guardsThreadMutex(Record, U);
}

Holds holdsLock(QualType T, Unit &U) { return contains(T, U, Depth); }

LockCall lockCall(const Callee &C, Unit &U) {
  if (!C.Function || isa<CXXConstructorDecl>(C.Function))
    return LockCall::None;
  const CXXRecordDecl *Class =
      C.Object ? recordOf(C.Object->getType()) : nullptr;
  if (C.Object && C.Object->getType()->isPointerType())
    Class = recordOf(C.Object->getType()->getPointeeType());
  bool IsLock =
      Class &&
      (isThreadMutex(U.context().getCanonicalTagType(Class), U) ||
       holdsLock(U.context().getCanonicalTagType(Class), U) != Holds::Never);
  if (C.Function->hasAttr<ReleaseCapabilityAttr>() ||
      (says(C.Function, "unlock") && (IsLock || !C.Object)))
    return LockCall::Release;
  if (U.task(C.Function->getReturnType()))
    return LockCall::None;
  if (C.Function->hasAttr<AcquireCapabilityAttr>())
    return LockCall::Acquire;
  if (!IsLock && C.Object)
    return LockCall::None;
  if (says(C.Function, "try") && says(C.Function, "lock"))
    return C.Object ? LockCall::Try : LockCall::None;
  for (const std::string &Name : namesOf(C))
    if (isLockRow(Name, U))
      return lastName(C.Function).contains("once") ? LockCall::None
                                                   : LockCall::Acquire;
  return C.Object && lastName(C.Function) == "lock" ? LockCall::Acquire
                                                    : LockCall::None;
}

SmallVector<const Expr *, 2> lockedByHand(const CallExpr *Call, LockCall &Done,
                                          Unit &U) {
  SmallVector<const Expr *, 2> Mutexes;
  Callee C = calleeOf(Call);
  if (!mayLock(C, U) || isa<CXXOperatorCallExpr>(Call) || returnsGuard(Call, U))
    return Mutexes;
  Done = lockCall(C, U);
  if (Done == LockCall::None)
    return Mutexes;
  if (C.Object)
    Mutexes.push_back(C.Object);
  else
    Mutexes.append(C.Args.begin(), C.Args.end());
  for (const Expr *&Object : Mutexes) {
    const auto *Address = dyn_cast<UnaryOperator>(bare(Object));
    if (Address && Address->getOpcode() == UO_AddrOf)
      Object = Address->getSubExpr();
  }
  return Mutexes;
}

bool isUnderGuard(Path Parents, Unit &U) {
  for (size_t I = 0; I + 1 < Parents.size(); ++I) {
    const auto *Block = dyn_cast<CompoundStmt>(Parents[I]);
    if (!Block)
      continue;
    for (const Stmt *S : Block->body()) {
      if (S == Parents[I + 1])
        break;
      if (const auto *Decls = dyn_cast<DeclStmt>(S))
        for (const Decl *D : Decls->decls())
          if (const auto *V = dyn_cast<VarDecl>(D);
              V && holdsLock(V->getType(), U) != Holds::Never)
            return true;
    }
  }
  return false;
}

bool returnsGuard(const Expr *E, Unit &U) {
  const auto *Call = dyn_cast<CallExpr>(E);
  const CXXRecordDecl *Result =
      Call && Call->isPRValue() ? recordOf(Call->getType()) : nullptr;
  if (!Result || U.task(Call->getType()) || !Result->hasDefinition() ||
      Result->hasTrivialDestructor())
    return false;
  return llvm::any_of(namesOf(calleeOf(Call)), [&](const std::string &Name) {
    return isLockRow(Name, U);
  });
}

static LockCall lockedBy(const Expr *Init, Unit &U, unsigned Left);

/// Acquire if every way out of \p F, a function in sight, returns a guard that
/// was locked where it was made.
static LockCall returned(const FunctionDecl *F, Unit &U, unsigned Left) {
  const FunctionDecl *Defined = nullptr;
  if (!F || !Left || !F->hasBody(Defined) || U.sources().isInSystemHeader(Defined->getLocation()))
    return LockCall::None;
  bool Any = false, All = true;
  walk(Defined->getBody(), [&](const Stmt *S, Path) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    if (!Return || !Return->getRetValue())
      return true;
    const Expr *E = bare(Return->getRetValue());
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E);
        Construct && Construct->getConstructor()->isCopyOrMoveConstructor())
      E = bare(Construct->getArg(0));
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      if (const auto *Local = dyn_cast<VarDecl>(Ref->getDecl()); Local && Local->getInit())
        E = bare(Local->getInit());
    Any = true;
    All &= isa<CXXConstructExpr, ExplicitCastExpr>(E) && lockedBy(E, U, Left - 1) == LockCall::Acquire;
    return true;
  });
  return Any && All ? LockCall::Acquire : LockCall::None;
}

/// What \p Ctor, one in sight, does to the guard that is a part of its object.
static LockCall lockedIn(const CXXConstructorDecl *Ctor, Unit &U,
                         unsigned Left) {
  const FunctionDecl *Defined = nullptr;
  if (!Left || !Ctor->hasBody(Defined))
    return LockCall::None;
  bool LetsGo = false;
  walk(Defined->getBody(), [&](const Stmt *S, Path) {
    // A method of its own may let go, too.
    const auto *Call = dyn_cast<CallExpr>(S);
    Callee C = Call ? calleeOf(Call) : Callee();
    LetsGo |= Call && (lockCall(C, U) == LockCall::Release ||
                       (C.Object && isa<CXXThisExpr>(bare(C.Object))));
    return !LetsGo;
  });
  if (LetsGo)
    return LockCall::None;
  for (const CXXCtorInitializer *Part :
       cast<CXXConstructorDecl>(Defined)->inits()) {
    const Expr *Init = Part->getInit();
    if (const auto *Default = dyn_cast_or_null<CXXDefaultInitExpr>(Init))
      Init = Default->getExpr();
    if (Init && lockedBy(Init, U, Left - 1) == LockCall::Acquire)
      return LockCall::Acquire;
  }
  return LockCall::None;
}

static LockCall lockedBy(const Expr *Init, Unit &U, unsigned Left) {
  const Expr *E = bare(Init);
  if (!E)
    return LockCall::None;
  const auto *Construct = dyn_cast<CXXConstructExpr>(E);
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E))
    return lockedBy(Cast->getSubExpr(), U, Left);
  Holds Kind = holdsLock(E->getType(), U);
  if (Kind == Holds::Never)
    return returnsGuard(E, U) ? LockCall::Acquire : LockCall::None;
  if (Construct) {
    ArrayRef<const Expr *> Args(Construct->getArgs(), Construct->getNumArgs());
    if (isThreadGuard(recordOf(E->getType()), U)) {
      if (!Construct->getConstructor()->isCopyOrMoveConstructor())
        return constructed(Args, U);
    } else if (Kind == Holds::Always) {
      return LockCall::Acquire;
    }
    // `std::optional<std::unique_lock<std::mutex>> lock(mutex)`
    if (isOfStd(Construct->getConstructor()))
      for (size_t I = 0; I < Args.size(); ++I)
        if (isThreadMutex(Args[I]->getType(), U))
          return constructed(Args.drop_front(I), U);
    // Something around a guard is locked if what it is made from is.
    for (const Expr *Arg : Args)
      if (LockCall By = lockedBy(Arg, U, Left); By != LockCall::None)
        return By;
    return lockedIn(Construct->getConstructor(), U, Left);
  }
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    for (const Expr *Part : List->inits())
      if (LockCall By = lockedBy(Part, U, Left); By != LockCall::None)
        return By;
    return LockCall::None;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (Kind == Holds::Always)
      return LockCall::Acquire;
    Callee C = calleeOf(Call);
    if (isThreadGuard(recordOf(E->getType()), U))
      return std::max(byName(C.Function), returned(C.Function, U, Left));
    // make_unique, make_optional: what it makes is constructed from the
    // arguments.
    if (C.Function && C.Function->isInStdNamespace() &&
        lastName(C.Function).starts_with("make_"))
      return constructed(C.Args, U);
    return std::max(byName(C.Function), returned(C.Function, U, Left));
  }
  return LockCall::None;
}

LockCall lockedBy(const Expr *Init, Unit &U) { return lockedBy(Init, U, Depth); }

} // namespace weir
