// What to write instead of a call that blocks; see Instead.h.

#include "checks/program/Instead.h"
#include "checks/support/Awaits.h"
#include "checks/support/Locks.h"
#include "checks/support/Source.h"
#include "checks/support/Statements.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir::program {
namespace {

/// A sleep's replacement wants a duration where the call had one, or a plain
/// number of known unit; a point in time is neither.
bool takesDuration(StringRef Template, const models::Blocking *Row,
                   const Callee &C) {
  if (!Row || Row->Kind != models::BlockingKind::Sleep ||
      !Template.contains("{0}"))
    return true;
  if (C.Args.empty())
    return false;
  const CXXRecordDecl *Record = recordOf(C.Args.front()->getType());
  return Record ? modelName(Record) == "std::chrono::duration"
                : !Row->Unit.empty();
}

std::string inUnit(std::string Template, const models::Blocking *Row,
                   const Callee &C) {
  if (Row && !Row->Unit.empty() && !C.Args.empty() &&
      !recordOf(C.Args.front()->getType()))
    if (size_t At = Template.find("{0}"); At != std::string::npos)
      Template.replace(At, 3, Row->Unit + "({0})");
  return Template;
}

/// Whether what \p C locks, or waits with, belongs to the thread that calls it:
/// such a call cannot be made on another one.
bool isOfTheThread(const Block &Made, const Callee &C, Unit &U) {
  return Made.Kind == models::BlockingKind::Lock ||
         llvm::any_of(C.Args, [&](const Expr *Arg) {
           QualType T = Arg->getType();
           if (T->isPointerType())
             T = T->getPointeeType();
           return holdsLock(T, U) != Holds::Never || isThreadMutex(T, U);
         });
}

/// Whether \p E is one of the calls that a loop over a range makes by itself.
bool isOfTheLoop(const Expr *E, Path Parents) {
  const Stmt *Child = E;
  for (const Stmt *Parent : llvm::reverse(Parents)) {
    if (const auto *For = dyn_cast<CXXForRangeStmt>(Parent))
      return Child == For->getInc() || Child == For->getCond() || Child == For->getBeginStmt() ||
             Child == For->getEndStmt();
    Child = Parent;
  }
  return false;
}

/// \p Await as a part of what stands around it: it binds less tightly than what
/// may follow a call.
std::string asPart(std::string Await, Path Parents) {
  if (!Await.empty() &&
      isa_and_nonnull<MemberExpr, ArraySubscriptExpr, CXXOperatorCallExpr>(
          significantParent(Parents)))
    return "(" + Await + ")";
  return Await;
}

/// The variable that \p E initialises in `T v(args);`, where its name stands in
/// the place of a call's. Null anywhere else.
const VarDecl *declaredBy(const Expr *E, Path Parents) {
  const auto *Decls = dyn_cast_or_null<DeclStmt>(significantParent(Parents));
  const auto *V = Decls && Decls->isSingleDecl()
                      ? dyn_cast<VarDecl>(Decls->getSingleDecl())
                      : nullptr;
  return V && isa<CXXConstructExpr>(E) && E->getBeginLoc() == V->getLocation()
             ? V
             : nullptr;
}

/// Whether an object that another thread made can become one of this thread's.
bool canMove(const CXXRecordDecl *Record) {
  return (Record->needsImplicitMoveConstructor() &&
          !Record->defaultedMoveConstructorIsDeleted()) ||
         llvm::any_of(Record->ctors(), [](const CXXConstructorDecl *Ctor) {
           return Ctor->isCopyOrMoveConstructor() && !Ctor->isDeleted();
         });
}

/// \p Template for what declares \p V by a constructor that blocks.
std::string onThread(StringRef Template, const VarDecl *V, const Expr *E,
                     const Callee &C, Unit &U) {
  StringRef Type =
      textOf(V->getTypeSourceInfo()->getTypeLoc().getSourceRange(), U);
  const CXXRecordDecl *Record = recordOf(V->getType());
  if (Type.empty() || !Record || !canMove(Record))
    return {};
  std::string Made =
      ((V->getType().isConstQualified() ? "const auto " : "auto ") +
       V->getName() + " = " + Template)
          .str();
  for (size_t At = 0; (At = Made.find("{call}", At)) != std::string::npos;)
    Made.replace(At, 6, (Type + "({args})").str());
  return spell(Made, E, C, U);
}

/// \p Template for \p E, whose result comes back as a value: a reference to what
/// need not be copied (`out.write(p, n)`) is left there, where nobody wants it.
/// Empty where that cannot be written.
std::string onThread(StringRef Template, const Expr *E, const Callee &C, Path Parents, Unit &U) {
  if (isa_and_nonnull<CXXConversionDecl>(C.Function)) // there is no call to be seen
    return {};
  if (const VarDecl *V = declaredBy(E, Parents))
    return onThread(Template, V, E, C, U);
  constexpr StringRef Returned = "return {call}";
  size_t At = Template.find(Returned);
  if (At == StringRef::npos || !E->isGLValue() || !recordOf(E->getType()))
    return spell(Template, E, C, U);
  if (!isStatement(E, Parents))
    return {};
  return spell((Template.take_front(At) + "{call}" + Template.drop_front(At + Returned.size())).str(),
               E, C, U);
}

/// \p Twin for a call that gives its error to a variable: an asynchronous one
/// has its token do that, where the library has such a token. Empty if it has
/// not.
std::string withError(StringRef Twin, Callee C, const Expr *E, Unit &U) {
  unsigned Index = 0;
  for (; Index < C.Args.size() && Index < C.Function->getNumParams(); ++Index) {
    QualType T = C.Function->getParamDecl(Index)->getType();
    const CXXRecordDecl *Record = recordOf(T.getNonReferenceType());
    if (T->isLValueReferenceType() && !T->getPointeeType().isConstQualified() &&
        Record && lastName(Record) == "error_code")
      break;
  }
  if (Index >= C.Args.size() || Index >= C.Function->getNumParams())
    return spell(Twin, E, C, U);
  auto [Call, Token] = Twin.rsplit("{args}, ");
  StringRef Root = Token.consume_back(")") ? Token.rsplit("::").first : "";
  std::string Name = (Root + "::redirect_error").str();
  StringRef Error = textOf(C.Args[Index]->getSourceRange(), U);
  if (!U.models().function(Name) || Error.empty())
    return {};
  C.Args.erase(C.Args.begin() + Index);
  std::string Text =
      (Call + (C.Args.empty() ? "" : "{args}, ") + Name + "(" + Token + ", ")
          .str();
  return spell(Text, E, C, U) + Error.str() + "))";
}

/// A message is one line, however the call was laid out.
std::string onOneLine(StringRef Text) {
  std::string Line;
  while (!Text.empty()) {
    auto [First, Rest] = Text.split('\n');
    Line += First.rtrim();
    Text = Rest.ltrim();
    if (!Text.empty() && !StringRef(Line).ends_with("("))
      Line += ' ';
  }
  return Line;
}

} // namespace

Instead::Instead(const Body &B, Unit &U)
    : B(B), U(U), Lib(B.isCoroutine() ? U.libraryOf(B) : nullptr) {}

std::optional<models::Replacement> Instead::replacement(StringRef What) const {
  return Lib->replacement(What, modelName(recordOf(B.decl()->getReturnType())));
}

void Instead::ofBlocking(const models::Blocking *Row, const Expr *E,
                         const Callee &C, Path Parents, Block &Into) {
  if (!Lib || forbidsAwait(Parents) || isOfTheLoop(E, Parents))
    return;
  if (Row && !Row->Twin.empty() && Row->hasTwinIn(*Lib))
    return rewrite(E, asPart(withError(Row->Twin, C, E, U), Parents), {},
                   Into.Instead, Into.Fix);
  std::string Text;
  std::optional<models::Replacement> Known;
  if (!Into.IsSyncWait) {
    Known = replacement(models::spelling(Into.Kind));
    if (Known && takesDuration(Known->Call, Row, C))
      Text = spell(inUnit(Known->Call, Row, C), E, C, U);
    // Here the library itself implements what it would be replaced by.
    if (StringRef(Text).contains(modelName(B.decl()) + "("))
      Text.clear();
  }
  if (Text.empty() && !isOfTheThread(Into, C, U) && (Known = replacement("offload")))
    Text = onThread(Known->Call, E, C, Parents, U);
  if (Known)
    rewrite(E, asPart(Text, Parents), *Known, Into.Instead, Into.Fix);
}

/// Whether the variable that \p E is has another mention behind it, or may
/// have, being a member.
static bool isNamedAgain(const Expr *E, const Body &B) {
  const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
  bool Behind = false, Found = isa<MemberExpr>(bare(E));
  if (Ref)
    walk(B.stmt(), [&](const Stmt *S, Path) {
      const auto *Other = dyn_cast<DeclRefExpr>(S);
      Found |= Behind && Other && Other->getDecl() == Ref->getDecl();
      Behind |= S == Ref;
      return !Found;
    });
  return Found;
}

bool Instead::ofSyncWait(const models::Function &Model, const Expr *E,
                         const Callee &C, Path Parents, Block &Into) {
  const Expr *Awaited =
      Model.Task >= 0 && Model.Task < static_cast<int>(C.Args.size())
          ? C.Args[Model.Task]
      : C.Object && !C.Function->isOverloadedOperator() ? C.Object
      : C.Args.empty()                                  ? nullptr
                                                        : C.Args.front();
  std::optional<TaskType> Type =
      Awaited ? U.task(Awaited->getType()) : std::nullopt;
  if (!Type || forbidsAwait(Parents) || Awaited->getType()->isPointerType() ||
      !canAwait(*Type, B, U))
    return false;
  if (!Type->isTask() && Type->Kind != models::TypeKind::Future &&
      Type->Kind != models::TypeKind::Awaiter)
    return false;
  StringRef Operand = textOf(Awaited->getSourceRange(), U);
  if (Operand.empty())
    return false;
  // To wait leaves the result where it is; to await takes it away.
  if (lastName(C.Function).starts_with("wait") && isNamedAgain(Awaited, B)) {
    Into.Instead = "await it where its result is taken, instead of this";
    return true;
  }
  bool Moves =
      Type->Use == models::Use::OnceRvalue && bare(Awaited)->isLValue();
  std::string Text = Moves ? ("co_await std::move(" + Operand + ")").str()
                           : ("co_await " + Operand).str();
  rewrite(E, asPart(Text, Parents), {}, Into.Instead, Into.Fix);
  // Others may run there then.
  Into.Fix.Safe =
      !isUnderGuard(Parents, U) && llvm::none_of(Parents, [](const Stmt *S) {
        return isa<CXXForRangeStmt>(S);
      });
  return true;
}

void Instead::ofCall(const Expr *E, const Callee &C, Path Parents, Call &Into) {
  if (!Lib || !isa<CallExpr>(E) || forbidsAwait(Parents) ||
      isOfTheLoop(E, Parents))
    return;
  if (auto Known = replacement("offload"))
    rewrite(E, asPart(onThread(Known->Call, E, C, Parents, U), Parents), *Known, Into.Instead,
            Into.Fix);
}

void Instead::rewrite(const Expr *E, const std::string &Text,
                      const models::Replacement &By, StringRef &Into,
                      Fix &Offer) {
  if (Text.empty())
    return;
  std::string Advice = "write '" + onOneLine(Text) + "'";
  if (!By.Needs.empty())
    Advice += ", which needs " + By.Needs;
  std::vector<Edit> Includes;
  for (const std::string &Header : By.Headers)
    if (std::optional<Edit> Include = include(Header, E->getBeginLoc(), U)) {
      if (!By.Needs.empty())
        Advice += " and '" + Header + "'";
      Includes.push_back(*Include);
    }
  Into = intern(Advice);
  if (isa<CXXConstructExpr>(E) || !By.Needs.empty())
    return;
  std::optional<Edit> Change = replace(E->getSourceRange(), Text, U);
  if (!Change)
    return;
  Includes.push_back(*Change);
  Offer.Edits = std::move(Includes);
  Offer.Title = Into;
}

} // namespace weir::program
