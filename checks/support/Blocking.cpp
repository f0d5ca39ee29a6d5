// When a call of the catalogue does not block after all; see Blocking.h.

#include "checks/support/Blocking.h"
#include "checks/support/Body.h"
#include "checks/support/Referent.h"
#include "checks/support/Unit.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

/// Whether \p E has the value \p Value: an integer, or a duration whose count
/// it is. A constant read from a variable counts, a mutable variable does not.
bool equals(const Expr *E, int64_t Value, ASTContext &Context) {
  if (!E || E->isValueDependent())
    return false;
  Expr::EvalResult Result;
  if (E->getType()->isIntegralOrEnumerationType())
    return E->EvaluateAsInt(Result, Context) &&
           Result.Val.getInt().getExtValue() == Value;
  // A duration is a class of one number; evaluate the whole of it.
  if (!recordOf(E->getType()) || !E->EvaluateAsRValue(Result, Context) ||
      Result.HasSideEffects)
    return false;
  const APValue *Part = &Result.Val;
  while (Part->isStruct() && Part->getStructNumBases() + Part->getStructNumFields() == 1)
    Part = Part->getStructNumFields() ? &Part->getStructField(0)
                                      : &Part->getStructBase(0);
  if (Part->isInt())
    return Part->getInt().getExtValue() == Value;
  return Part->isFloat() &&
         Part->getFloat().convertToDouble() == static_cast<double>(Value);
}

/// Whether a flag is mentioned in \p E, as a name or through its macro.
bool mentions(const Expr *E, llvm::ArrayRef<std::string> Flags,
              ASTContext &Context) {
  bool Found = false;
  walk(E, [&](const Stmt *S, Path) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      Found |= llvm::is_contained(Flags, Ref->getDecl()->getNameAsString()) ||
               llvm::is_contained(Flags, modelName(Ref->getDecl()));
    if (S->getBeginLoc().isMacroID())
      Found |= llvm::is_contained(
          Flags, Lexer::getImmediateMacroName(S->getBeginLoc(),
                                              Context.getSourceManager(),
                                              Context.getLangOpts())
                     .str());
    return !Found;
  });
  return Found;
}

bool isOneOf(QualType T, llvm::ArrayRef<std::string> Names) {
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *Record = recordOf(T);
  return Record && llvm::is_contained(Names, modelName(Record));
}

/// Whether \p Fits holds for the object's class or for a type it is a template
/// of: `std::unique_lock<folly::coro::Mutex>` locks no thread.
bool receiverIs(const Callee &C, llvm::function_ref<bool(QualType)> Fits) {
  const CXXRecordDecl *Class = nullptr;
  if (const auto *Method = dyn_cast_or_null<CXXMethodDecl>(C.Function))
    Class = Method->getParent();
  if (C.Object)
    Class = recordOf(C.Object->getType());
  if (!Class)
    return false;
  if (Fits(Class->getASTContext().getCanonicalTagType(Class)))
    return true;
  const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Class);
  return Spec && llvm::any_of(Spec->getTemplateArgs().asArray(), [&](const TemplateArgument &A) {
    return A.getKind() == TemplateArgument::Type && Fits(A.getAsType());
  });
}

bool holds(const models::Condition &When, const Callee &C, Unit &U) {
  ASTContext &Context = U.context();
  if (When.MinArgs >= 0 && C.Args.size() < static_cast<size_t>(When.MinArgs))
    return false;
  if (When.MaxArgs >= 0 && C.Args.size() > static_cast<size_t>(When.MaxArgs))
    return false;
  if (!When.Receiver.empty() &&
      !receiverIs(C, [&](QualType T) { return isOneOf(T, When.Receiver); }))
    return false;
  if (When.ReceiverKind && !receiverIs(C, [&](QualType T) {
        std::optional<TaskType> Type = U.task(T);
        return Type && Type->Kind == *When.ReceiverKind;
      }))
    return false;
  if (!When.Returns.empty() && !isOneOf(C.Function->getReturnType(), When.Returns))
    return false;
  if (!When.ArgType.empty() && When.Arg < 0)
    return llvm::any_of(C.Args, [&](const Expr *Arg) {
             return isOneOf(Arg->getType(), When.ArgType);
           }) ||
           llvm::any_of(C.Function->parameters(), [&](const ParmVarDecl *P) {
             return isOneOf(P->getType(), When.ArgType);
           });
  if (When.Arg < 0)
    return When.Has.empty()
               ? When.MinArgs >= 0 || When.MaxArgs >= 0 || !When.Receiver.empty() ||
                     When.ReceiverKind || !When.Returns.empty()
               : (C.Object && mentions(C.Object, When.Has, Context)) ||
                     llvm::any_of(C.Args, [&](const Expr *Arg) {
                       return mentions(Arg, When.Has, Context);
                     });
  if (static_cast<size_t>(When.Arg) >= C.Args.size())
    return false;
  const Expr *Arg = C.Args[When.Arg];
  if (!When.ArgType.empty() && !isOneOf(Arg->getType(), When.ArgType))
    return false;
  if (!When.Has.empty() && !mentions(Arg, When.Has, Context))
    return false;
  if (When.Equals && !equals(Arg, *When.Equals, Context))
    return false;
  bool IsNull = !Arg->isValueDependent() &&
                Arg->isNullPointerConstant(
                    Context, Expr::NPC_ValueDependentIsNotNull) !=
                    Expr::NPCK_NotNull;
  return !(When.NonNull && IsNull) && !(When.Null && !IsNull);
}

} // namespace

/// The literal that a text begins with: also of a sum, and of a variable that
/// was made of it.
static const StringLiteral *beginningOf(const Expr *E) {
  for (unsigned Steps = 0; E && Steps < 12; ++Steps) {
    E = bare(E);
    if (const auto *Literal = dyn_cast<StringLiteral>(E))
      return Literal;
    if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      E = Cast->getSubExpr();
    } else if (const auto *Made = dyn_cast<CXXConstructExpr>(E)) {
      E = Made->getNumArgs() ? Made->getArg(0) : nullptr;
    } else if (const auto *Sum = dyn_cast<CXXOperatorCallExpr>(E)) {
      E = Sum->getOperator() == OO_Plus || Sum->getOperator() == OO_Slash
              ? Sum->getArg(0)
              : nullptr;
    } else if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E)) {
      const CXXMethodDecl *Method = Member->getMethodDecl();
      E = Method && lastName(Method) == "c_str"
              ? Member->getImplicitObjectArgument()
              : nullptr;
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *F = Call->getDirectCallee(); // QStringLiteral
      E = F && lastName(F) == "qMakeStringPrivate" ? Call->getArg(0) : nullptr;
    } else {
      const auto *Ref = dyn_cast<DeclRefExpr>(E);
      const auto *Named = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      E = Named && !isa<ParmVarDecl>(Named) &&
                  (Named->getType().isConstQualified() || !isReassigned(Named))
              ? Named->getAnyInitializer()
              : nullptr;
    }
  }
  return nullptr;
}

/// Whether the path that \p E begins with is a device's or one that the kernel
/// makes up: no disk is waited for.
static bool isMadeUp(const Expr *E) {
  const StringLiteral *Literal = beginningOf(E);
  if (!Literal)
    return false;
  std::string Path;
  for (unsigned I = 0; I < Literal->getLength(); ++I)
    Path += static_cast<char>(Literal->getCodeUnit(I));
  return llvm::any_of(std::initializer_list<StringRef>{"/proc", "/sys", "/dev"},
                      [&](StringRef Folder) {
                        StringRef Rest = Path;
                        return Rest.consume_front(Folder) && (Rest.empty() || Rest[0] == '/');
                      });
}

/// What a variable without an initialiser is given, if that is done once.
static const Expr *onlyAssigned(const VarDecl *Local) {
  const auto *F = dyn_cast<FunctionDecl>(Local->getDeclContext());
  const Expr *Given = nullptr;
  unsigned Times = 0;
  if (F && F->getBody())
    walk(F->getBody(), [&](const Stmt *S, Path) {
      const auto *Assign = dyn_cast<BinaryOperator>(S);
      const auto *To = Assign && Assign->isAssignmentOp()
                           ? dyn_cast<DeclRefExpr>(bare(Assign->getLHS()))
                           : nullptr;
      if (To && To->getDecl() == Local) {
        Given = Assign->getRHS();
        ++Times;
      }
      return true;
    });
  return Times == 1 ? Given : nullptr;
}

/// What the variable \p E was opened with: the name in `fopen(name, "r")`.
static const Expr *openedWith(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(bare(E));
  const auto *Local = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Local || isa<ParmVarDecl>(Local) ||
      (Local->getInit() && isReassigned(Local)))
    return nullptr;
  const Expr *Init = Local->getInit() ? Local->getInit() : onlyAssigned(Local);
  Callee Opener = Init ? calleeOf(bare(Init)) : Callee();
  return Opener.Args.empty() ? nullptr : Opener.Args.front();
}

static bool isOfMadeUp(const models::Blocking &Row, const Callee &C) {
  if (Row.Kind != models::BlockingKind::File)
    return false;
  auto IsOpenedSo = [](const Expr *E) {
    const Expr *Name = openedWith(E);
    return Name && isMadeUp(Name);
  };
  return (!C.Args.empty() && isMadeUp(C.Args.front())) ||
         (C.Object && IsOpenedSo(C.Object)) || llvm::any_of(C.Args, IsOpenedSo);
}

bool isExcused(const models::Blocking &Row, const Callee &C, Unit &U) {
  if (isOfMadeUp(Row, C))
    return true;
  auto Holds = [&](const models::Condition &When) { return holds(When, C, U); };
  return llvm::any_of(Row.NotWhen, Holds) ||
         (!Row.OnlyWhen.empty() && llvm::none_of(Row.OnlyWhen, Holds));
}

} // namespace weir
