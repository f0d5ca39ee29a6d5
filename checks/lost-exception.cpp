// Exceptions that go nowhere.
//
// A result that carries an error and is dropped unexamined, an exception_ptr
// that nobody rethrows or hands on, a promise whose unhandled_exception does
// nothing, an empty `catch (...)` around an await: each ends an exception
// without a trace. A comment in the empty braces is a decision; a handler that
// stops a cancellation is weir-swallowed-cancellation's.

#include "checks/support/Awaits.h"
#include "checks/support/Check.h"
#include "checks/support/Closing.h"
#include "checks/support/Ignored.h"
#include "checks/support/Outcome.h"
#include "checks/support/Source.h"
#include "checks/support/Statements.h"
#include "checks/support/Tests.h"
#include "checks/support/Usr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

class LostExceptionCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    if (!U.context().getLangOpts().CXXExceptions)
      return;
    promise(B, U);
    if (isTestCode(B, U) || isBenchmark(B, U))
      return;
    if (!B.isDependent()) // what a template hands on, only its instance shows
      pointers(B, U);
    if (B.isCoroutine())
      walk(B.stmt(), [&](const Stmt *S, Path Parents) {
        if (const auto *Await = dyn_cast<CoawaitExpr>(S);
            Await && isStatement(Await, Parents))
          dropped(Await, Parents, B, U);
        else if (const auto *Try = dyn_cast<CXXTryStmt>(S))
          empty(Try, Parents, B, U);
        else if (const auto *Decls = dyn_cast<DeclStmt>(S))
          unread(Decls, Parents, B, U);
        return true;
      });
    if (B.isCoroutine())
      redirected(B, U);
  }

  // A promise.

  void promise(const Body &B, Unit &U) {
    const auto *Method = dyn_cast<CXXMethodDecl>(B.decl());
    if (!Method || !Method->getDeclName().isIdentifier() ||
        Method->getName() != "unhandled_exception" || !isEmpty(B.stmt(), U) ||
        !hasMember(Method->getParent(), "get_return_object") ||
        cannotThrow(Method->getParent(), U))
      return;
    if (report(Method->getLocation(),
               "this 'unhandled_exception' does nothing: what a coroutine "
               "of this type throws is lost"))
      note(Method->getLocation(), "keep 'std::current_exception()' for whoever "
                                  "awaits, or call 'std::terminate()'");
  }

  /// Whether the unit's coroutines with that promise are all noexcept.
  static bool cannotThrow(const CXXRecordDecl *Promise, Unit &U) {
    bool Found = false;
    for (const Body &B : U.bodies()) {
      const VarDecl *Own =
          B.isCoroutine() ? B.coroutine()->getPromiseDecl() : nullptr;
      if (!Own || recordOf(Own->getType()) != Promise)
        continue;
      const auto *Proto = B.decl()->getType()->getAs<FunctionProtoType>();
      if (!Proto || !Proto->isNothrow())
        return false;
      Found = true;
    }
    return Found;
  }

  static bool hasMember(const CXXRecordDecl *Class, StringRef Name) {
    return Class->hasMemberName(
        DeclarationName(&Class->getASTContext().Idents.get(Name)));
  }

  /// Whether there is nothing between the braces, not even a word of why.
  static bool isEmpty(const Stmt *S, Unit &U) {
    const auto *Block = dyn_cast_or_null<CompoundStmt>(S);
    if (!Block || !Block->body_empty() || Block->getLBracLoc().isMacroID())
      return false;
    StringRef Text = textOf(Block->getSourceRange(), U);
    return Text.size() >= 2 && Text.drop_front().drop_back().trim().empty();
  }

  // An exception_ptr.

  void pointers(const Body &B, Unit &U) {
    llvm::MapVector<const VarDecl *, bool>
        Used; // variable that holds one -> does anybody look
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *V = dyn_cast<VarDecl>(D);
              V && isOwn(V, B) && V->getInit() && isCurrent(V->getInit()))
            Used.try_emplace(V, false);
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
        const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
        if (!V || !isOwn(V, B) || isa<ParmVarDecl>(V) ||
            (!isPointer(V->getType()) && !Used.contains(V)))
          return true;
        if (isAssignedCurrent(Ref, Parents) || keepsTheFirst(Ref, Parents))
          Used.try_emplace(V, false);
        else
          Used[V] = true;
      } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
        for (const LambdaCapture &C : Lambda->captures())
          if (C.capturesVariable())
            if (const auto *V = dyn_cast<VarDecl>(C.getCapturedVar()))
              Used[V] = true;
      }
      return true;
    });
    for (auto [V, IsUsed] : Used)
      if (!IsUsed)
        if (auto Report = report(V->getLocation(),
                                 "the exception in %0 is neither rethrown nor "
                                 "handed on"))
          *Report << V;
  }

  /// Whether \p V is a local of \p B itself, not one that a lambda captured.
  static bool isOwn(const VarDecl *V, const Body &B) {
    return V->hasLocalStorage() && V->getDeclContext() == B.decl();
  }

  static bool isPointer(QualType T) {
    const CXXRecordDecl *Record = recordOf(T);
    return Record && !T->isReferenceType() && isOfStd(Record) &&
           lastName(Record) == "exception_ptr";
  }

  static bool isCurrent(const Expr *E) {
    const Stmt *S = bare(E);
    while (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
      if (Construct->getNumArgs() != 1)
        return false;
      S = bare(Construct->getArg(0));
    }
    const auto *Call = dyn_cast<CallExpr>(S);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    return Callee && isOfStd(Callee) && lastName(Callee) == "current_exception";
  }

  static bool isAssignedCurrent(const DeclRefExpr *Ref, Path Parents) {
    const auto *Operator =
        dyn_cast_or_null<CXXOperatorCallExpr>(significantParent(Parents));
    return Operator && Operator->getOperator() == OO_Equal &&
           bare(Operator->getArg(0)) == Ref && isCurrent(Operator->getArg(1));
  }

  /// `if (!first) first = std::current_exception();` is where \p Ref is asked.
  static bool keepsTheFirst(const DeclRefExpr *Ref, Path Parents) {
    for (const Stmt *Parent : llvm::reverse(Parents)) {
      const auto *If = dyn_cast<IfStmt>(Parent);
      if (!If) {
        if (isa<Expr>(Parent))
          continue;
        return false;
      }
      const Stmt *Then = If->getThen();
      if (const auto *Block = dyn_cast<CompoundStmt>(Then))
        Then = Block->size() == 1 ? Block->body_front() : nullptr;
      const auto *E = dyn_cast_or_null<Expr>(Then);
      const auto *Assigned =
          dyn_cast_or_null<CXXOperatorCallExpr>(E ? bare(E) : nullptr);
      const auto *Kept = Assigned && Assigned->getOperator() == OO_Equal &&
                                 isCurrent(Assigned->getArg(1))
                             ? dyn_cast<DeclRefExpr>(bare(Assigned->getArg(0)))
                             : nullptr;
      return Kept && Kept->getDecl() == Ref->getDecl() && !If->getElse();
    }
    return false;
  }

  // A result.

  void dropped(const CoawaitExpr *Await, Path Parents, const Body &B, Unit &U) {
    const auto *Call = dyn_cast<CallExpr>(bare(Await->getOperand()));
    if (!Call || isClosing(Call) || weir::isClosing(B.decl()) ||
        isBeforeClosing(Parents) || runsNothing(Call) ||
        failsIfCancelled(Call, U))
      return;
    StringRef How = carrierOf(Call, U);
    bool Carries = !How.empty() || carriesError(Await->getType());
    if (!Carries && !isNodiscard(Await->getType(), U))
      return;
    if (Await->getType()->isVoidType())
      return;
    const FunctionDecl *Callee = Call->getDirectCallee();
    if (!Callee || isSaidToBeIgnored(Await->getEndLoc(), U))
      return;
    auto Report = report(Await->getKeywordLoc(),
                         Carries ? "the errors in the result of '%0' are "
                                   "dropped unexamined"
                                 : "the result of '%0' is dropped unexamined, "
                                   "though its type is [[nodiscard]]");
    if (!Report)
      return;
    *Report << displayName(Callee, nullptr) << Await->getSourceRange();
    Report.reset();
    if (!How.empty())
      note(Await->getKeywordLoc(),
           "'%0' gives an error as part of the result instead of throwing it")
          << How;
  }

  /// An error that gets a name, and is never asked for: `auto [ec, n] = …`.
  void unread(const DeclStmt *Decls, Path Parents, const Body &B, Unit &U) {
    const auto *Var = Decls->isSingleDecl() ? dyn_cast<VarDecl>(Decls->getSingleDecl()) : nullptr;
    const Expr *Init = Var && Var->getInit() ? bare(Var->getInit()) : nullptr;
    while (const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Init))
      Init = Construct->getConstructor()->isCopyOrMoveConstructor()
                 ? bare(Construct->getArg(0))
                 : nullptr;
    const auto *Await = dyn_cast_or_null<CoawaitExpr>(Init);
    const auto *Call = Await ? dyn_cast<CallExpr>(bare(Await->getOperand())) : nullptr;
    const ValueDecl *Error = Call ? unreadIn(Var) : nullptr;
    if (Call && !Error && isForgotten(Var) &&
        (carriesError(Await->getType()) || !carrierOf(Call, U).empty()))
      Error = Var;
    if (!Error || (Error == Var && mayGuard(Await->getType())) ||
        isClosing(Call) || weir::isClosing(B.decl()) ||
        isBeforeClosing(Parents) || failsIfCancelled(Call, U) ||
        decidesByOthers(Var, B))
      return;
    if (const auto *Several = dyn_cast<DecompositionDecl>(Error))
      Error = Several->bindings().front();
    if (auto Report = report(Error->getLocation(), "the error in %0 is never looked at"))
      *Report << Error;
  }

  /// Whether a \p T may be kept for what its end does: `expected<lock, error>`.
  static bool mayGuard(QualType T) {
    const auto *Spec =
        dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(T));
    return Spec &&
           llvm::any_of(Spec->getTemplateArgs().asArray(),
                        [](const TemplateArgument &A) {
                          const CXXRecordDecl *Value =
                              A.getKind() == TemplateArgument::Type
                                  ? recordOf(A.getAsType())
                                  : nullptr;
                          return Value && !Value->isInStdNamespace() &&
                                 Value->hasDefinition() &&
                                 Value->getDestructor() &&
                                 Value->getDestructor()->isUserProvided();
                        });
  }

  /// Whether nothing says the name of \p Var again, or one of those in it, and
  /// none of them says that this is meant.
  static bool isForgotten(const VarDecl *Var) {
    auto Is = [](const ValueDecl *D) {
      return !D->isReferenced() && !isMeantUnused(D);
    };
    const auto *Several = dyn_cast<DecompositionDecl>(Var);
    return Several
               ? !Var->hasAttr<UnusedAttr>() && !Several->bindings().empty() &&
                     llvm::all_of(Several->bindings(), Is)
               : Is(Var);
  }

  /// An error code that a token fills, and that nobody asks:
  /// `redirect_error(token, ec)`.
  void redirected(const Body &B, Unit &U) {
    llvm::MapVector<const VarDecl *, const CoawaitExpr *> Filled;
    llvm::DenseSet<const VarDecl *> Asked;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
        for (const LambdaCapture &C : Lambda->captures())
          if (C.capturesVariable())
            Asked.insert(dyn_cast<VarDecl>(C.getCapturedVar()));
      const auto *Ref = dyn_cast<DeclRefExpr>(S);
      const auto *Code = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      if (!Code || !isOwn(Code, B) || isa<ParmVarDecl>(Code) ||
          Code->getType()->isReferenceType() || !isError(Code->getType()))
        return true;
      const CoawaitExpr *Await = filledBy(Parents, U);
      if (!Await)
        Asked.insert(Code);
      else if (const auto *Call = dyn_cast<CallExpr>(bare(Await->getOperand()));
               Call && !isClosing(Call) && !failsIfCancelled(Call, U) &&
               !isBeforeClosing(Parents) &&
               !isSaidToBeIgnored(Await->getEndLoc(), U))
        Filled.try_emplace(Code, Await);
      return true;
    });
    for (auto [Code, Await] : Filled)
      if (!Asked.contains(Code) && !isMeantUnused(Code) &&
          !weir::isClosing(B.decl()))
        if (auto Report = report(Code->getLocation(),
                                 "the error in %0 is never looked at")) {
          *Report << Code;
          Report.reset();
          note(Await->getKeywordLoc(), "this await puts it there");
        }
  }

  /// The await, a statement of its own, to which a token gives the error that
  /// stands inside of \p Parents.
  static const CoawaitExpr *filledBy(Path Parents, Unit &U) {
    bool IsToken = false;
    for (size_t I = Parents.size(); I-- > 0;) {
      if (const auto *Await = dyn_cast<CoawaitExpr>(Parents[I]))
        return IsToken && isStatement(Await, Parents.take_front(I)) ? Await
                                                                    : nullptr;
      const auto *Call = dyn_cast<CallExpr>(Parents[I]);
      const models::Function *Model =
          Call ? U.function(calleeOf(Call)) : nullptr;
      IsToken |= Model && Model->Role == models::Role::Token;
      if (Call && !IsToken)
        return nullptr;
    }
    return nullptr;
  }

  /// Whether a condition asks another part of the result, which shows the
  /// failure too: a count of nothing, a socket that is not open.
  bool decidesByOthers(const VarDecl *Var, const Body &B) const {
    const auto *Several = dyn_cast<DecompositionDecl>(Var);
    bool Found = false;
    auto Look = [&](const Stmt *Condition) {
      if (Condition)
        walk(Condition, [&](const Stmt *S, Path) {
          const auto *Ref = dyn_cast<DeclRefExpr>(S);
          // One error says nothing of another.
          Found |= Ref &&
                   llvm::is_contained(Several->bindings(), Ref->getDecl()) &&
                   !isError(Ref->getType());
          return !Found;
        });
    };
    if (Several)
      walk(B.stmt(), [&](const Stmt *S, Path) {
        if (const auto *If = dyn_cast<IfStmt>(S))
          Look(If->getCond());
        else if (const auto *While = dyn_cast<WhileStmt>(S))
          Look(While->getCond());
        else if (const auto *Do = dyn_cast<DoStmt>(S))
          Look(Do->getCond());
        else if (const auto *For = dyn_cast<ForStmt>(S))
          Look(For->getCond());
        else if (const auto *Choice = dyn_cast<ConditionalOperator>(S))
          Look(Choice->getCond());
        else if (const auto *Switch = dyn_cast<SwitchStmt>(S))
          Look(Switch->getCond());
        return !Found;
      });
    return Found;
  }

  /// The error that \p Var is, or one of its bindings, if nothing says its name
  /// again and its own does not say that this is meant.
  const ValueDecl *unreadIn(const VarDecl *Var) const {
    auto IsUnread = [&](const ValueDecl *D) {
      // A binding of what cannot be taken apart has no type.
      return !D->getType().isNull() && isError(D->getType()) &&
             !D->isReferenced() && !isMeantUnused(D);
    };
    const auto *Several = dyn_cast<DecompositionDecl>(Var);
    if (!Several)
      return IsUnread(Var) ? Var : nullptr;
    if (Var->hasAttr<UnusedAttr>())
      return nullptr;
    for (const BindingDecl *Each : Several->bindings())
      if (IsUnread(Each))
        return Each;
    return nullptr;
  }

  /// A timer fails by being cancelled, whoever says so, and so do those who
  /// lose a race.
  static bool failsIfCancelled(const CallExpr *Call, Unit &U) {
    Callee C = calleeOf(Call);
    if (const models::Function *Model = U.function(C);
        Model && (Model->Role == models::Role::Sleep ||
                  Model->Role == models::Role::Race))
      return true;
    // So do waits for a signal.
    const auto *Of = C.Object ? dyn_cast<CallExpr>(bare(C.Object)) : nullptr;
    const models::Function *Group = Of ? U.function(calleeOf(Of)) : nullptr;
    const CXXRecordDecl *Until =
        C.Args.empty() ? nullptr : recordOf(C.Args.front()->getType());
    bool WaitsForAll = Group && Group->Role == models::Role::All && Until &&
                       lastName(Until) == "wait_for_all";
    return C.Function && !WaitsForAll &&
           (lastName(C.Function) == "async_wait" ||
            lastName(C.Function).starts_with("sleep") ||
            lastName(C.Function).starts_with("delay"));
  }

  /// Whether the type is one of errors, an `expected` by its shape, or has one
  /// of those among its elements or in plain sight among its members.
  bool carriesError(QualType T) const {
    if (isError(T))
      return true;
    const CXXRecordDecl *Record = recordOf(T);
    if (!Record || !Record->hasDefinition())
      return false;
    // An `expected` or its like by any name.
    if (isValue(Record) &&
        (hasMember(Record, "error") || hasMember(Record, "unwrap_err")))
      return true;
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record);
        Spec && isOfStd(Spec) &&
        llvm::is_contained({"tuple", "pair", "optional", "variant"},
                           lastName(Spec)))
      return llvm::any_of(
          Spec->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
            return (A.getKind() == TemplateArgument::Type &&
                    isError(A.getAsType())) ||
                   (A.getKind() == TemplateArgument::Pack &&
                    llvm::any_of(
                        A.pack_elements(), [&](const TemplateArgument &Each) {
                          return Each.getKind() == TemplateArgument::Type &&
                                 isError(Each.getAsType());
                        }));
          });
    return Record->isAggregate() &&
           llvm::any_of(Record->fields(), [&](const FieldDecl *Each) {
             return isError(Each->getType());
           });
  }

  bool isError(QualType T) const {
    const TagDecl *Type = T.getNonReferenceType()->getAsTagDecl();
    return Type && llvm::is_contained(ErrorTypes.names(), modelName(Type));
  }

  /// Whether the class or enumeration itself asks to be looked at. What is to
  /// be awaited is weir-nested-task's.
  static bool isNodiscard(QualType T, Unit &U) {
    const TagDecl *Type = T->isReferenceType() ? nullptr : T->getAsTagDecl();
    if (const auto *Spec =
            dyn_cast_or_null<ClassTemplateSpecializationDecl>(Type))
      Type = Spec->getSpecializedTemplate()->getTemplatedDecl();
    return Type && Type->hasAttr<WarnUnusedResultAttr>() && !U.task(T);
  }

  /// Whether the call only tidies up: what fails there is past caring.
  static bool isClosing(const CallExpr *Call) {
    const FunctionDecl *Callee = Call->getDirectCallee();
    return Callee && weir::isClosing(Callee);
  }

  /// Whether the next statement tidies up: this one says goodbye.
  static bool isBeforeClosing(Path Parents) {
    for (size_t I = Parents.size(); I-- > 0;)
      if (const auto *Block = dyn_cast<CompoundStmt>(Parents[I])) {
        const Stmt *Child = I + 1 < Parents.size() ? Parents[I + 1] : nullptr;
        const auto *Here = llvm::find(Block->body(), Child);
        return Child && Here != Block->body_end() &&
               Here + 1 != Block->body_end() && closes(Here[1]);
      }
    return false;
  }

  static bool closes(const Stmt *Root) {
    bool Closes = false;
    walk(Root, [&](const Stmt *S, Path) {
      if (const auto *Call = dyn_cast<CallExpr>(S))
        Closes |= isClosing(Call);
      return !Closes;
    });
    return Closes;
  }

  /// Whether the statement before asks something to stop: what is awaited here
  /// fails because it was told to.
  static bool isAfterClosing(const Stmt *Child, Path Parents) {
    const auto *Block = dyn_cast_or_null<CompoundStmt>(
        Parents.empty() ? nullptr : Parents.back());
    if (!Block)
      return false;
    const auto *Here = llvm::find(Block->body(), Child);
    return Here != Block->body_begin() && Here != Block->body_end() &&
           closes(Here[-1]);
  }

  /// Whether the call is given a lambda that does nothing, as to change
  /// threads.
  static bool runsNothing(const CallExpr *Call) {
    return llvm::any_of(Call->arguments(), [](const Expr *Arg) {
      const auto *Lambda = dyn_cast<LambdaExpr>(bare(Arg));
      const auto *Body =
          Lambda ? dyn_cast<CompoundStmt>(Lambda->getBody()) : nullptr;
      return Body && Body->body_empty();
    });
  }

  // A handler.

  void empty(const CXXTryStmt *Try, Path Parents, const Body &B, Unit &U) {
    // Where a cancellation may be among them, weir-swallowed-cancellation
    // speaks.
    const models::Library *Lib = U.libraryOf(B);
    bool Cancels = Lib && mayBeCancelled(B, *Lib);
    if (Cancels && Lib->CancelCodes.empty())
      return;
    const Stmt *Await = firstSuspension(Try->getTryBlock());
    if (!Await)
      return;
    bool IsClosing = closes(Try->getTryBlock()) || isAfterClosing(Try, Parents);
    for (unsigned I = 0; I < Try->getNumHandlers(); ++I) {
      const CXXCatchStmt *Handler = Try->getHandler(I);
      if (!Handler->getCaughtType().isNull() || IsClosing ||
          !isEmpty(Handler->getHandlerBlock(), U) ||
          (Cancels && goesOnWaiting(Try, outcomeOf(Handler), Parents, B,
                                    /*Sticks=*/false, U)))
        continue;
      if (report(Handler->getCatchLoc(),
                 "this handler drops every exception without a trace"))
        note(Await->getBeginLoc(),
             "what this await throws ends there: handle it, or say between the "
             "braces why it may be lost");
    }
  }

  Option ErrorTypes{
      this, "ErrorTypes",
      "std::expected;std::error_code;std::errc;std::exception_ptr;"
      "std::__exception_ptr::exception_ptr;"
      "boost::system::error_code;boost::system::result;boost::outcome_v2::"
      "basic_result;"
      "coro::net::io_status;coro::net::connect_status;"
      "coro::net::tls::connection_status;coro::net::tls::recv_status;"
      "coro::net::tls::send_status;folly::Try;folly::Expected;async_simple::"
      "Try;tl::expected;absl::Status;"
      "absl::StatusOr;arrow::Status;arrow::Result;weir::result"};
};

WEIR_CHECK(
    LostExceptionCheck, "lost-exception", Warning,
    "Finds exceptions and errors that are dropped without being looked at.")

} // namespace
} // namespace weir
