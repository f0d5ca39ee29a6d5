// From the AST of a file to its summary; see Extract.h.
//
// One walk over each body. Calls are recorded with how they relate to the
// function; calls of the catalogue become blocks; what the function reads and
// writes is noted on the way. A coroutine that has moved to a pool
// (`co_await pool.schedule()`) no longer stands on the loop, so what it does
// after that is not recorded as being on this thread.

#include "checks/program/Extract.h"
#include "checks/program/CallForms.h"
#include "checks/program/Ends.h"
#include "checks/program/Handed.h"
#include "checks/program/Held.h"
#include "checks/program/Instead.h"
#include "checks/program/Lent.h"
#include "checks/program/LockSteps.h"
#include "checks/program/Loops.h"
#include "checks/program/Needless.h"
#include "checks/program/Roots.h"
#include "checks/program/Sequences.h"
#include "checks/program/StdCalls.h"
#include "checks/program/Throws.h"
#include "checks/support/Annotations.h"
#include "checks/support/Awaits.h"
#include "checks/support/Flow.h"
#include "checks/support/LaterUse.h"
#include "checks/support/Macros.h"
#include "checks/support/Ready.h"
#include "checks/support/RunsOn.h"
#include "checks/support/Source.h"
#include "checks/support/Tests.h"
#include "checks/support/Unit.h"
#include "checks/support/Usr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir::program {
namespace {

class FunctionExtractor {
public:
  /// \p OnPools receives the functions that run where they may block.
  FunctionExtractor(const Body &B, Unit &U, Summary &Into,
                    llvm::DenseSet<const FunctionDecl *> &OnPools)
      : B(B), U(U), Into(Into), OnPools(OnPools), Where(B, U), Suggest(B, U),
        Locking(B, U, Where), Ending(B, U), Lib(U.libraryOf(B)) {}

  Function extract() {
    describe();
    walk(B.stmt(),
         [&](const Stmt *S, Path Parents) { return visit(S, Parents); });
    for (const CXXCtorInitializer *Init : initialisers())
      walk(Init->getInit(),
           [&](const Stmt *S, Path Parents) { return visit(S, Parents); });
    describeLent(B, U, F, IndexOf);
    if (B.isCoroutine()) {
      F.Sequences = findSequences(B, U, F, Where, IndexOf);
      F.Loops = findLoops(B, U, F, IndexOf);
      describeNeedless(B, U, F);
      F.Held = held(B, U);
    }
    if (LockOrder Order = Locking.take(F, IndexOf); !Order.isEmpty())
      F.LockOrders.push_back(std::move(Order));
    return std::move(F);
  }

  /// Of a coroutine template that nobody instantiates: what it holds itself,
  /// and what it calls whatever it is instantiated with.
  Function extractDependent() {
    describe();
    Function Result = F;
    Result.Suspends = true;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      const auto *If = dyn_cast<IfStmt>(S);
      return !(If && If->isConstexpr()) &&
             visit(S, Parents); // one branch of it is not there
    });
    llvm::copy_if(F.Calls, std::back_inserter(Result.Calls),
                  [](const Call &Made) { return Made.Mode == Mode::Plain; });
    Result.Blocks = std::move(F.Blocks);
    Result.Held = held(B, U);
    Result.Effects.Unknown = true;
    return Result;
  }

private:
  ArrayRef<CXXCtorInitializer *> initialisers() const {
    if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(B.decl()))
      return {Ctor->init_begin(), Ctor->init_end()};
    return {};
  }

  void describe() {
    const FunctionDecl *D = B.decl();
    F.Usr = usrOf(D, U);
    F.Name = displayName(D, B.lambda());
    F.At = placeOf(B.lambda() ? B.lambda()->getIntroducerRange().getBegin()
                              : D->getLocation(),
                   U);
    F.Extent = placeOf(
        B.lambda() ? B.lambda()->getSourceRange() : D->getSourceRange(), U);
    F.IsLambda = B.lambda() != nullptr;
    F.IsLocalToFile = F.IsLambda || isLocalToFile(D);
    if (const auto *Method = dyn_cast<CXXMethodDecl>(D)) {
      F.IsVirtual = Method->isVirtual();
      for (const CXXMethodDecl *Overridden : Method->overridden_methods())
        Into.Mentioned.push_back(usrOf(Overridden, U));
    }
    F.IsTest = isTestCode(B, U);
    if (Lib)
      F.Library = intern(Lib->Id);
    std::optional<TaskType> Type = U.task(D->getReturnType());
    // Who iterates over a generator runs it, where that may be.
    if (B.isCoroutine() &&
        !(Type && Type->Kind == models::TypeKind::Generator)) {
      F.Kind = Kind::Coroutine;
      F.IsTask = Type && Type->isTask();
      // A coroutine with a thread of its own stands on no loop.
      OffLoop = (Type && Type->Kind == models::TypeKind::Thread) ||
                beginsOn(D, U) != RunsOn::Loop;
    }
  }

  bool visit(const Stmt *S, Path Parents) {
    Where.note(S, Parents, F.Effects);
    MayHaveLeft |=
        isa<ReturnStmt, CoreturnStmt, GotoStmt, IndirectGotoStmt>(S) &&
        !isSure(Parents);
    if (const auto *Await = dyn_cast<CoawaitExpr>(S))
      return await(Await, Parents);
    if (const auto *Thrown = dyn_cast<CXXThrowExpr>(S))
      if (auto Escapes = escaping(Thrown, Parents, B, U))
        F.Throws.push_back(std::move(*Escapes));
    if (const auto *E = dyn_cast<Expr>(S))
      if (auto Given = handed(E, Parents, U))
        F.Handed.push_back(std::move(*Given));
    if (const auto *Await = dyn_cast<DependentCoawaitExpr>(S))
      if (std::optional<RunsOn> Next = soundsLikeSwitch(*Await, U))
        OffLoop = *Next != RunsOn::Loop;
    if (isa<CoyieldExpr, DependentCoawaitExpr>(S)) {
      F.Suspends = true;
      F.Effects.Unknown = true;
    } else if (isa<CallExpr, CXXConstructExpr>(S)) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        Locking.note(Call);
      call(cast<Expr>(S), Parents);
    } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Decls->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          destroy(V);
    } else if (const auto *Delete = dyn_cast<CXXDeleteExpr>(S)) {
      Ending.forEach(Delete, [&](const CXXDestructorDecl *End, bool) {
        destroyed(End, Delete->getBeginLoc(), nullptr);
      });
    } else if (isa<AsmStmt>(S)) {
      F.Effects.Unknown = true;
    }
    return true;
  }

  bool await(const CoawaitExpr *Await, Path Parents) {
    const Expr *Operand = bare(Await->getOperand());
    const Expr *Awaited = awaitedCall(Operand, U);
    Callee C = Awaited ? calleeOf(Awaited) : Callee();
    const models::Function *Model = U.function(C);
    // An awaited call is one of F.Calls, unless its model already says what
    // awaiting it means.
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Operand); Ref && !Model)
      Model =
          U.models().function(modelName(Ref->getDecl())); // this_coro::executor
    if (!Awaited || !C.Function || Model) {
      F.Suspends |= !Model || (Model->Role != models::Role::Current &&
                               !(Model->Role == models::Role::ScopeJoin && joinsNothing(C, B)));
      if (!Model || Model->Effects == models::Effects::Unknown)
        F.Effects.Unknown |= Model || !isSleep(Operand);
    }
    // A token says where it goes on; without, it comes back to its executor.
    if (std::optional<RunsOn> Bound = boundTo(C)) {
      OffLoop = IsBound = *Bound != RunsOn::Loop;
      return true;
    }
    if (IsBound && Model && Model->Role != models::Role::Current)
      OffLoop = IsBound = false;
    // Given a task, it runs that there and comes back.
    if (Model && Model->Role == models::Role::SwitchContext &&
        (Model->Task < 0 || static_cast<size_t>(Model->Task) >= C.Args.size()))
      OffLoop = runsOn(C, *Model, U) != RunsOn::Loop;
    else if (!Model)
      if (std::optional<RunsOn> Next = soundsLikeSwitch(*Await, U))
        OffLoop = *Next != RunsOn::Loop;
    return true;
  }

  /// Where the completion token that \p C is given has it go on: the token
  /// itself, or what another one adapts.
  std::optional<RunsOn> boundTo(const Callee &C, unsigned Depth = 0) {
    for (const Expr *Arg : C.Args) {
      const auto *Token = dyn_cast<CallExpr>(bare(Arg));
      Callee Made = Token ? calleeOf(Token) : Callee();
      const models::Function *Model =
          Made.Function ? U.function(Made) : nullptr;
      if (!Model || Model->Role != models::Role::Token || Depth > 3)
        continue;
      if (Model->Executor >= 0)
        return runsOn(Made, *Model, U);
      if (auto Inner = boundTo(Made, Depth + 1))
        return Inner;
    }
    return std::nullopt;
  }

  void call(const Expr *E, Path Parents) {
    Callee C = calleeOf(E);
    if (const CXXConstructorDecl *Ctor = constructedBy(C, U)) {
      C.Function = Ctor;
      C.Object = nullptr;
    }
    if (!C.Function) {
      // Through a pointer or a dependent name: nobody knows.
      const Expr *Through = bare(cast<CallExpr>(E)->getCallee());
      switch (promised(Through->getType())) {
      case Promise::NeverBlocks:
        return;
      case Promise::Blocks:
        return blockThrough(E, Through, Parents);
      case Promise::None:
        if (!isa<CXXPseudoDestructorExpr>(Through))
          indirect(E, Through);
      }
      return;
    }
    if (isErased(C)) {
      indirect(E, C.Object);
      return;
    }
    if (E->getBeginLoc().isMacroID() &&
        U.sources().isInSystemHeader(
            U.sources().getSpellingLoc(E->getBeginLoc())))
      return;
    if (isTrivial(C.Function) && !U.blocking(C)) // fwrite is a builtin
      return;
    weir::program::Mode How = modeOf(E, Parents, U);
    if (promised(C.Function) == Promise::NeverBlocks)
      return;
    for (const Given &Each : calledBy(C))
      calls(Each, Parents);
    if (How == Mode::Plain && block(E, C, Parents))
      return;
    const models::Function *Model = U.function(C);
    if (Model && runsOn(C, *Model, U) == RunsOn::Pool)
      for (const FunctionDecl *Work : workOf(C, *Model))
        OnPools.insert(Work);
    if (Model && Model->Discard == models::Discard::Blocks &&
        (isDropped(E, Parents) || isForgotten(E, Parents)))
      waits(E, C);
    if (Model)
      if (auto Escapes = escaping(E, C, *Model, Parents, B, U))
        F.Throws.push_back(std::move(*Escapes));
    if (isDescribed(C, Model)) {
      if (!Model || Model->Effects != models::Effects::None)
        Where.noteArguments(C, F.Effects);
      if (!Model)
        return; // a part of the standard library: nothing else to follow
    }
    if (Model && Model->Role == models::Role::NonBlocking)
      return;
    if (How == Mode::Awaited && Model && Model->Role == models::Role::ScopeJoin &&
        joinsNothing(C, B))
      return;
    // What a library's functions do inside is the library's business: what they
    // mean, its model says.
    if (const models::Library *Theirs = U.libraryAround(C.Function);
        Theirs && Theirs != U.libraryAround(B.decl()) && How == Mode::Plain) {
      // Without a word on it: it changes what it is given, and has no other
      // memory.
      if (!Model)
        Where.noteArguments(C, F.Effects);
      F.Effects.Unknown |= Model && !isDescribed(C, Model);
      return;
    }
    Call Made;
    Made.Callee = usrOf(C.Function, U);
    // A template asks for it in, or with, every type it is given, be it a
    // coroutine or not.
    if (How == Mode::Awaited &&
        (isa<CXXMethodDecl>(C.Function) || isOverloaded(C.Function)) &&
        B.decl()->getTemplateInstantiationPattern())
      Into.Mentioned.push_back(Made.Callee);
    Made.Name = displayName(C.Function, nullptr);
    bool Stays = !OffLoop && !(How == Mode::Plain &&
                               (isLast(Parents) || isResultOfAwaited(E, C)));
    Made.Mode = Stays ? How : Mode::Elsewhere;
    Made.At = placeOfName(site(E, Parents), U);
    Made.IsGuarded = isGuarded(Parents);
    Made.IsSure = !MayHaveLeft && isSure(Parents);
    Made.IsDescribed = Model ? Model->Effects != models::Effects::Unknown
                             : How == Mode::Awaited && isSleep(E);
    if (How == Mode::Awaited && Model && Made.IsDescribed &&
        Model->Role == models::Role::AsyncOp)
      Made.Operation.push_back(Model->Effects == models::Effects::Arguments
                                   ? Where.named(E)
                                   : Effects());
    if (const auto *Method = dyn_cast<CXXMethodDecl>(C.Function))
      Made.IsVirtual = Method->isVirtual() && !isFinal(E, Method, C);
    Made.Receiver = C.Object ? Where.of(C.Object) : "";
    SmallVector<Root, 8> Args;
    for (const Expr *Arg : C.Args)
      Args.push_back(Where.of(Arg));
    Made.Args = intern(Args);
    if (B.isCoroutine() && How == Mode::Plain && site(E, Parents) == E)
      Suggest.ofCall(E, C, Parents, Made);
    if (How == Mode::Awaited)
      unawait(Parents, Made);
    IndexOf[E] = F.Calls.size();
    if (How == Mode::Plain)
      Locking.give(C, F.Calls.size());
    F.Calls.push_back(std::move(Made));
  }

  /// Whether a task is asked for what it has already: what its member would
  /// wait for otherwise, it does not.
  bool isResultOfAwaited(const Expr *E, const Callee &C) const {
    return C.Object && U.task(C.Object->getType()) && isKnownReady(E, C, B);
  }

  /// Whatever a pointer points to blocks, its type says.
  void blockThrough(const Expr *E, const Expr *Through, Path Parents) {
    F.Effects.Unknown = true;
    if (OffLoop || isLast(Parents))
      return;
    Block Found;
    Found.Name = intern(textOf(Through->getSourceRange(), U));
    Found.At = placeOf(E->getSourceRange(), U);
    Suggest.ofBlocking(nullptr, E, calleeOf(E), Parents, Found);
    F.Blocks.push_back(std::move(Found));
  }

  void indirect(const Expr *E, const Expr *Through) {
    F.Effects.Unknown = true;
    if (!OffLoop && Through)
      F.Indirects.push_back({textOf(Through->getSourceRange(), U).str(),
                             placeOf(E->getSourceRange(), U)});
  }

  /// Records a blocking call; false if the catalogue does not know it.
  bool block(const Expr *E, const Callee &C, Path Parents) {
    const models::Function *Model = U.function(C);
    bool IsSyncWait = Model && Model->Role == models::Role::SyncWait;
    const models::Blocking *Row = U.blocking(C);
    if (!Row && !IsSyncWait && promised(C.Function) != Promise::Blocks)
      return false;
    F.Effects.Unknown |= !Model || Model->Effects != models::Effects::None;
    // A wait that the catalogue excuses, with a timeout of zero, is none. One
    // that the code itself calls so is in no catalogue.
    if (OffLoop || isLast(Parents) ||
        (IsSyncWait && ((!Row && Model->Lib) || isKnownReady(E, C, B))))
      return true;
    if (Row && isBeside(Row->NotBeside))
      return true;
    // That it fails here is what is asserted.
    if (isInMacroArgument(E->getBeginLoc(), U, isThrowAssertion))
      return true;
    Block Found;
    // The model's word is shorter than that of a base or of a function object.
    const models::Entry *Known = Model;
    if (Row)
      Known = Row;
    Found.Name = Known && Known->Name.find('*') == std::string::npos
                     ? intern(Known->Name)
                     : displayName(C.Function, nullptr);
    Found.At = placeOfName(site(E, Parents), U);
    Found.IsSyncWait = IsSyncWait;
    if (Row) {
      Found.Kind = Row->Kind;
      Found.Confidence = Row->Confidence;
    }
    if (site(E, Parents) == E &&
        !(IsSyncWait && Suggest.ofSyncWait(*Model, E, C, Parents, Found)))
      Suggest.ofBlocking(Row, E, C, Parents, Found);
    F.Blocks.push_back(std::move(Found));
    return true;
  }

  /// Whether the body calls one of \p Names.
  bool isBeside(ArrayRef<std::string> Names) const {
    bool Found = false;
    if (!Names.empty())
      walk(B.stmt(), [&](const Stmt *S, Path) {
        const auto *Call = dyn_cast<CallExpr>(S);
        const FunctionDecl *F = Call ? Call->getDirectCallee() : nullptr;
        Found |= F && llvm::is_contained(Names, modelName(F));
        return !Found;
      });
    return Found;
  }

  /// Records that what is given to a function that calls it is called here.
  void calls(const Given &Work, Path Parents) {
    Call Made;
    Made.Callee = usrOf(Work.Function, U);
    Made.Name = displayName(Work.Function, nullptr);
    Made.Mode = OffLoop || isLast(Parents) ? Mode::Elsewhere : Mode::Plain;
    Made.At = placeOf(Work.Argument->getBeginLoc(), U);
    Made.IsGuarded = isGuarded(Parents);
    F.Calls.push_back(std::move(Made));
  }

  /// What a destructor waits for: `std::async(f);` runs f and waits.
  void waits(const Expr *E, const Callee &C) {
    F.Effects.Unknown = true;
    if (OffLoop)
      return;
    Block Found;
    Found.Name = displayName(C.Function, nullptr);
    Found.Kind = models::BlockingKind::Wait;
    Found.At = placeOfName(E, U);
    F.Blocks.push_back(std::move(Found));
  }

  /// Whether the body stays a coroutine when no call of a coroutine is awaited.
  bool staysCoroutine() {
    if (!Stays) {
      Stays = false;
      walk(B.stmt(), [&](const Stmt *S, Path) {
        const auto *Await = dyn_cast<CoawaitExpr>(S);
        const auto *Called = Await ? dyn_cast_or_null<CallExpr>(
                                         awaitedCall(Await->getOperand(), U))
                                   : nullptr;
        *Stays |=
            isa<CoreturnStmt, CoyieldExpr>(S) ||
            (Await && !(Called && isCoroutine(Called->getDirectCallee())));
        return !*Stays;
      });
    }
    return *Stays;
  }

  void unawait(Path Parents, Call &Made) {
    if (!staysCoroutine())
      return;
    for (const Stmt *Parent : llvm::reverse(Parents))
      if (const auto *Await = dyn_cast<CoawaitExpr>(Parent)) {
        if (auto Removal = removeUpTo(Await->getKeywordLoc(),
                                      Await->getOperand()->getBeginLoc(), U))
          Made.Fix.Edits.push_back(*Removal);
        return;
      }
  }

  /// A local's destructor runs here too: it may join a thread.
  void destroy(const VarDecl *V) {
    Ending.forEach(V, [&](const CXXDestructorDecl *End, bool IsWhole) {
      destroyed(End, V->getLocation(), IsWhole ? V : nullptr);
    });
  }

  /// \p End runs, that of \p V if it is given.
  void destroyed(const CXXDestructorDecl *End, SourceLocation At,
                 const VarDecl *V) {
    Callee C;
    C.Function = End;
    if (const models::Blocking *Row = U.blocking(C)) {
      if (OffLoop)
        return;
      Block Found;
      Found.Name = displayName(End, nullptr);
      Found.Kind = Row->Kind;
      Found.Confidence = Row->Confidence;
      Found.At = placeOf(At, U);
      F.Blocks.push_back(std::move(Found));
      return;
    }
    Call Made;
    Made.Callee = usrOf(End, U);
    Made.Name = displayName(End, nullptr);
    Made.Mode = OffLoop ? Mode::Elsewhere : Mode::Plain;
    Made.At = placeOf(At, U);
    if (V)
      Locking.destroy(V, F.Calls.size());
    F.Calls.push_back(std::move(Made));
  }

  const Body &B;
  Unit &U;
  Summary &Into;
  llvm::DenseSet<const FunctionDecl *> &OnPools;
  Function F;
  Roots Where;
  Instead Suggest;
  LockSteps Locking;
  std::optional<bool> Stays; ///< as staysCoroutine has found
  Ends Ending;
  const models::Library *Lib;
  llvm::DenseMap<const Expr *, unsigned> IndexOf;
  bool OffLoop = false;
  bool IsBound = false;     ///< off the loop by a completion token
  bool MayHaveLeft = false; ///< by a `return` that is not always come to
};

/// What runs on a pool may block there, as may what says that it never does.
void leaveLoop(Function &F) {
  F.Blocks.clear();
  for (Call &Made : F.Calls)
    if (Made.Mode == Mode::Plain)
      Made.Mode = Mode::Elsewhere;
}

/// Whatever it does, it blocks.
void block(Function &F) {
  Block &Itself = F.Blocks.emplace_back();
  Itself.Name = F.Name;
  Itself.At = F.At;
}

} // namespace

Summary extract(Unit &U) {
  Summary Result;
  for (const FunctionDecl *F : U.mentioned())
    Result.Mentioned.push_back(usrOf(F, U));
  for (const CXXMethodDecl *Method : U.virtuals()) {
    Virtual &Each = Result.Virtuals.emplace_back(
        Virtual{usrOf(Method, U), {}, Method->isPureVirtual()});
    for (const CXXMethodDecl *Overridden : Method->overridden_methods())
      Each.Overrides.push_back(usrOf(Overridden, U));
  }
  llvm::DenseSet<const FunctionDecl *> OnPools;
  std::vector<const FunctionDecl *> Extracted;
  for (const Body &B : U.bodies())
    if (B.isDependent()) {
      if (!B.isCoroutine())
        continue;
      Result.Functions.push_back(
          FunctionExtractor(B, U, Result, OnPools).extractDependent());
      Extracted.push_back(B.decl()->getCanonicalDecl());
    } else {
      Function &F = Result.Functions.emplace_back(
          FunctionExtractor(B, U, Result, OnPools).extract());
      // Where a virtual call leads here, the declaration it names does not say.
      Promise Own = promised(B.decl());
      if (Own == Promise::NeverBlocks)
        leaveLoop(F);
      else if (Own == Promise::Blocks && F.Blocks.empty() && !B.isCoroutine())
        block(F);
      Extracted.push_back(B.decl()->getCanonicalDecl());
    }
  for (size_t I = 0; I != Extracted.size(); ++I)
    if (OnPools.contains(Extracted[I]))
      leaveLoop(Result.Functions[I]);
  return Result;
}

} // namespace weir::program
