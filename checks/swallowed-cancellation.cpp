// Handlers that stop a cancellation.
//
// Where a library cancels by throwing out of an await, a handler around the
// await that catches everything also catches that, and the coroutine goes on
// as if nobody had asked it to stop. The handler must let it pass on all paths.
// A handler that names the cancellation knows what it does, and so does one
// that asks for it, or keeps the exception to throw it later; where the library
// reports cancellation as one error code among many, only a coroutine that goes
// on waiting afterwards is reported.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Outcome.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringMap.h"

using namespace clang;

namespace weir {
namespace {

class SwallowedCancellationCheck : public Check {
public:
  using Check::Check;

private:
  void begin(Unit &U) override {
    Known.clear();
    Cancels.clear();
  }

  void check(const Body &B, Unit &U) override {
    const models::Library *Lib = B.isCoroutine() ? U.libraryOf(B) : nullptr;
    std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
    // Nobody can cancel what nobody awaits.
    if (!Lib || !mayBeCancelled(B, *Lib) ||
        !U.context().getLangOpts().CXXExceptions ||
        Type->Kind == models::TypeKind::Detached || isTestCode(B, U) ||
        (!Lib->CancelCodes.empty() && !cancels(*Lib, U).IsSeen))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Try = dyn_cast<CXXTryStmt>(S))
        judge(Try, Parents, *Lib, B, U);
      return true;
    });
  }

  /// How a file cancels a library's operations.
  struct Cancelling {
    bool IsSeen = false;
    /// What is told to cancel what waits for it now, and nothing later.
    llvm::SmallPtrSet<const ValueDecl *, 4> Objects;
  };

  /// Where a cancellation is an error like others, it only comes of being asked
  /// for.
  const Cancelling &cancels(const models::Library &Lib, Unit &U) {
    auto [Slot, New] = Cancels.try_emplace(&Lib);
    Cancelling &Result = Slot->second;
    if (!New)
      return Result;
    auto See = [&](const Callee &C) {
      const models::Function *Model = U.function(C);
      using models::Role;
      bool IsOurs = U.libraryAround(C.Function) == &Lib;
      Result.IsSeen |=
          (Model && Model->Lib == &Lib &&
           llvm::is_contained(
               {Role::All, Role::Race, Role::Timeout, Role::Cancel},
               Model->Role)) ||
          (IsOurs && llvm::is_contained(
                         {"emit", "bind_cancellation_slot", "close", "cancel"},
                         lastName(C.Function)));
      if (IsOurs && lastName(C.Function) == "cancel" && C.Object)
        if (const ValueDecl *Object = named(C.Object))
          Result.Objects.insert(Object);
    };
    for (const Body &Each : U.bodies())
      walk(Each.stmt(), [&](const Stmt *S, Path) {
        const auto *Call = dyn_cast<CallExpr>(S);
        Callee C = Call ? calleeOf(Call) : Callee();
        if (C.Function)
          See(C);
        return true;
      });
    return Result;
  }

  /// The variable or member that \p E is, also through a pointer.
  static const ValueDecl *named(const Expr *E) {
    E = bare(E);
    if (const auto *Arrow = dyn_cast<CXXOperatorCallExpr>(E))
      return Arrow->getNumArgs() ? named(Arrow->getArg(0)) : nullptr;
    return namedBy(E);
  }

  /// Whether later awaits would be cancelled, too, or fail: all of a coroutine
  /// is cancelled, or what it waits for is closed.
  bool sticks(const CXXTryStmt *Try, const models::Library &Lib, Unit &U) {
    const Cancelling &How = cancels(Lib, U);
    auto IsCancelled = [&](const Expr *E) {
      const ValueDecl *Object = named(E);
      return Object && How.Objects.contains(Object);
    };
    bool Found = false;
    walk(Try->getTryBlock(), [&](const Stmt *S, Path) {
      const auto *Await = dyn_cast<CoawaitExpr>(S);
      const Expr *Call = Await ? awaitedCall(Await->getOperand(), U) : nullptr;
      Callee C = Call ? calleeOf(Call) : Callee();
      Found |= (C.Object && IsCancelled(C.Object)) ||
               llvm::any_of(C.Args, IsCancelled);
      return !Found;
    });
    return !Found;
  }

  void judge(const CXXTryStmt *Try, Path Parents, const models::Library &Lib,
             const Body &B, Unit &U) {
    const Stmt *Await = exposedAwait(Try->getTryBlock(), Lib, U);
    if (!Await)
      return;
    for (const std::string &Name : Lib.CancelExceptions) {
      const CXXCatchStmt *Handler = catcherOf(Name, Try, U);
      if (!Handler || isAware(Handler, Lib))
        continue;
      Outcome Out = outcomeOf(Handler);
      // A copy of the base that the handler names cancels nobody.
      const CXXRecordDecl *Caught = recordOf(Handler->getCaughtType());
      Out.Replaced |= Out.Copies && Caught && modelName(Caught) != Name;
      bool Works = WorkBeforeRethrow.isOn() && Out.alwaysRethrows() &&
                   !isBareThrow(Handler);
      if ((Out.alwaysRethrows() && !Works) ||
          (!Lib.CancelCodes.empty() &&
           !goesOnWaiting(Try, Out, Parents, B, sticks(Try, Lib, U), U)))
        continue;
      speak(Handler, Await, Name, Out, Lib, U);
      return;
    }
  }

  /// An await in \p Block whose cancellation reaches the end of it: one that
  /// no inner handler stops.
  const Stmt *exposedAwait(const Stmt *Block, const models::Library &Lib,
                           Unit &U) {
    const Stmt *Found = nullptr;
    walk(Block, [&](const Stmt *S, Path) {
      if (const auto *Inner = dyn_cast<CXXTryStmt>(S))
        for (const std::string &Name : Lib.CancelExceptions)
          if (const CXXCatchStmt *Handler = catcherOf(Name, Inner, U);
              Handler && !outcomeOf(Handler).Rethrows)
            return false;
      if (!Found && isa<CoawaitExpr, DependentCoawaitExpr, CoyieldExpr>(S) &&
          mayThrow(S, U))
        Found = S;
      return !Found;
    });
    return Found;
  }

  /// Whether the await may be where a cancellation arrives. What only asks for
  /// something of the coroutine itself does not wait.
  static bool mayThrow(const Stmt *S, Unit &U) {
    const auto *Await = dyn_cast<CoawaitExpr>(S);
    if (!Await)
      return true;
    if (const auto *Resume =
            dyn_cast_or_null<CallExpr>(bare(Await->getResumeExpr())))
      if (const FunctionDecl *F = Resume->getDirectCallee())
        if (const auto *Proto = F->getType()->getAs<FunctionProtoType>();
            Proto && Proto->isNothrow())
          return false;
    // `co_awaitTry(f())` gives it as its result.
    if (const auto *Outer = dyn_cast<CallExpr>(bare(Await->getOperand()));
        Outer && !carrierOf(Outer, U).empty())
      return false;
    const Expr *Call = awaitedCall(Await->getOperand(), U);
    const models::Function *Model = Call ? U.function(calleeOf(Call)) : nullptr;
    if (!Call)
      if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(Await->getOperand())))
        Model = U.function(Ref->getDecl());
    return !Model || (Model->Role != models::Role::Current &&
                      Model->Errors != models::Errors::InResults);
  }

  /// The handler that gets an exception of class \p Name; null if none does,
  /// or nobody knows.
  const CXXCatchStmt *catcherOf(StringRef Name, const CXXTryStmt *Try,
                                Unit &U) {
    for (unsigned I = 0; I < Try->getNumHandlers(); ++I) {
      const CXXCatchStmt *Handler = Try->getHandler(I);
      QualType Caught = Handler->getCaughtType();
      if (Caught.isNull())
        return Handler;
      const CXXRecordDecl *Class = recordOf(Caught);
      if (Class && (modelName(Class) == Name || isBase(Class, Name, U)))
        return Handler;
    }
    return nullptr;
  }

  bool isBase(const CXXRecordDecl *Base, StringRef Name, Unit &U) {
    const CXXRecordDecl *Derived = find(Name, U);
    return Derived && Base->hasDefinition() && Derived->isDerivedFrom(Base);
  }

  /// The class called \p Name, if the unit has seen its definition.
  const CXXRecordDecl *find(StringRef Name, Unit &U) {
    auto [Slot, New] = Known.try_emplace(Name);
    if (!New)
      return Slot->second;
    llvm::SmallVector<StringRef, 4> Parts;
    Name.split(Parts, "::");
    const DeclContext *Where = U.context().getTranslationUnitDecl();
    for (StringRef Part : Parts) {
      const DeclContext *Next = nullptr;
      for (const NamedDecl *D :
           Where->lookup(DeclarationName(&U.context().Idents.get(Part)))) {
        const NamedDecl *Under = D->getUnderlyingDecl();
        if (const auto *Record = dyn_cast<CXXRecordDecl>(Under))
          Next = Record->getDefinition();
        else if (const auto *Typedef = dyn_cast<TypedefNameDecl>(Under))
          Next = recordOf(Typedef->getUnderlyingType());
        else if (const auto *Namespace = dyn_cast<NamespaceDecl>(Under))
          Next = Namespace;
      }
      if (!Next)
        return nullptr;
      Where = Next;
    }
    return Slot->second = dyn_cast<CXXRecordDecl>(Where);
  }

  /// Whether the handler shows that its author thought of cancellation.
  static bool isAware(const CXXCatchStmt *Handler, const models::Library &Lib) {
    const CXXRecordDecl *Class = recordOf(Handler->getCaughtType());
    if (Class && Lib.CancelCodes.empty() &&
        llvm::is_contained(Lib.CancelExceptions, modelName(Class)))
      return true;
    bool Found = false;
    walk(Handler->getHandlerBlock(), [&](const Stmt *S, Path) {
      const NamedDecl *D = nullptr;
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
        D = Ref->getDecl();
      else if (const auto *Member = dyn_cast<MemberExpr>(S))
        D = Member->getMemberDecl();
      else if (const auto *Cast = dyn_cast<CXXDynamicCastExpr>(S))
        D = recordOf(Cast->getTypeAsWritten()->getPointeeType());
      if (!D || !D->getDeclName().isIdentifier())
        return !Found;
      // Kept for later: weir-lost-exception looks after it.
      for (StringRef Word : {"cancel", "abort", "current_exception", "stop",
                             "shutdown", "clos", "interrupt"})
        Found |= D->getName().contains_insensitive(Word);
      return !Found;
    });
    return Found;
  }

  static bool isBareThrow(const CXXCatchStmt *Handler) {
    const auto *Block = cast<CompoundStmt>(Handler->getHandlerBlock());
    return Block->size() == 1 && isa<Expr>(Block->body_front()) &&
           isa<CXXThrowExpr>(bare(cast<Expr>(Block->body_front())));
  }

  void speak(const CXXCatchStmt *Handler, const Stmt *Await, StringRef Name,
             const Outcome &Out, const models::Library &Lib, Unit &U) {
    auto Report = report(Handler->getCatchLoc(),
                         "this handler also catches '%0', with which the "
                         "coroutine is cancelled, and %1");
    if (!Report)
      return;
    *Report << Name
            << (Out.alwaysRethrows() ? "works before it rethrows it"
                : Out.Replaced       ? "throws another exception in its place"
                : Out.Rethrows       ? "does not rethrow it on every path"
                                     : "does not rethrow it");
    Report.reset();
    note(Await->getBeginLoc(), "a cancellation arrives at this await");
    SourceLocation At = Handler->getCatchLoc();
    if (!Lib.CancelCodes.empty()) {
      note(At, "rethrow the exception if its code is '%0'")
          << Lib.CancelCodes.front();
      return;
    }
    if (At.isMacroID() || !find(Name, U)) {
      note(At, "let it pass with 'catch (const %0 &) { throw; }' before this "
               "handler")
          << Name;
      return;
    }
    note(At, "let it pass") << FixItHint::CreateInsertion(
        At, ("catch (const " + Name + " &) {\n    throw;\n  } ").str());
  }

  Flag WorkBeforeRethrow{this, "WorkBeforeRethrow"};
  llvm::StringMap<const CXXRecordDecl *> Known;
  llvm::DenseMap<const models::Library *, Cancelling> Cancels;
};

WEIR_CHECK(SwallowedCancellationCheck, "swallowed-cancellation", Warning,
           "Finds handlers around an await that can stop a cancellation.")

} // namespace
} // namespace weir
