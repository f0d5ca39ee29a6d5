// What all rules share about one translation unit; see Unit.h.

#include "checks/support/Unit.h"
#include "checks/program/Extract.h"
#include "checks/support/Annotations.h"
#include "checks/support/Blocking.h"
#include "checks/support/Macros.h"
#include "clang/AST/ASTLambda.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include <mutex>

using namespace clang;

namespace weir {
namespace {

/// The units that exist, by their AST. clangd analyses several files at once.
struct Units {
  std::mutex Guard;
  llvm::DenseMap<ASTContext *, Unit *> ByContext;
};

Units &units() {
  static Units All;
  return All;
}

/// Collects the bodies of the user's code.
class Collector : public RecursiveASTVisitor<Collector> {
public:
  explicit Collector(Foreign &IsForeign) : IsForeign(IsForeign) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool shouldVisitImplicitCode() const { return false; }

  bool TraverseDecl(Decl *D) {
    // A namespace is many people's; what stands in it is not.
    if (D && !isa<TranslationUnitDecl, NamespaceDecl, LinkageSpecDecl>(D) &&
        D->getLocation().isValid() && IsForeign(D))
      return true;
    const Decl *Outer = Enclosing;
    if (isa_and_nonnull<FunctionDecl, VarDecl, FieldDecl>(D) &&
        (!isa<VarDecl>(D) || !cast<VarDecl>(D)->isLocalVarDeclOrParm()))
      Enclosing = D;
    // The base class insists that an implicit instantiation was not written
    // out, which folly's variable templates are.
    const auto *Variable = dyn_cast_or_null<VarTemplateSpecializationDecl>(D);
    bool Continue = Variable && Variable->getTemplateSpecializationKind() ==
                                    TSK_ImplicitInstantiation
                        ? TraverseStmt(const_cast<Expr *>(Variable->getInit()))
                        : RecursiveASTVisitor::TraverseDecl(D);
    Enclosing = Outer;
    return Continue;
  }

  bool VisitFunctionDecl(FunctionDecl *F) {
    // Whether a lambda's call operator comes as a declaration depends on the
    // traversal; VisitLambdaExpr is the one place for it.
    if (F->doesThisDeclarationHaveABody() && !F->isDefaulted() &&
        !isLambdaCallOperator(F))
      add(F, nullptr);
    return true;
  }

  bool VisitDecl(Decl *D) {
    if (D->hasAttr<AnnotateAttr>())
      Annotated.insert(D);
    return true;
  }

  bool VisitCXXMethodDecl(CXXMethodDecl *Method) {
    if (Method->isVirtual() && !isa<CXXDestructorDecl>(Method) &&
        !Method->isDependentContext())
      Virtuals.insert(Method->getCanonicalDecl());
    return true;
  }

  bool VisitLambdaExpr(LambdaExpr *L) {
    if (L->isGenericLambda()) {
      bool Instantiated = false;
      for (FunctionDecl *F : L->getDependentCallOperator()->specializations())
        if (Stmt *Body = F->getBody()) {
          add(F, L);
          TraverseStmt(Body); // the visitor goes into the pattern alone
          Instantiated = true;
        }
      if (Instantiated)
        return true;
    }
    add(L->getCallOperator(), L);
    return true;
  }

  bool TraverseDecltypeTypeLoc(DecltypeTypeLoc T, bool Qualifier = true) {
    // What a call in there returns matters, so it is no mere call.
    ++Decltypes;
    bool Continue = RecursiveASTVisitor::TraverseDecltypeTypeLoc(T, Qualifier);
    --Decltypes;
    return Continue;
  }

  bool VisitCallExpr(CallExpr *Call) {
    if (!Decltypes)
      Callees.insert(bare(Call->getCallee()));
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    return mention(Ref, Ref->getDecl());
  }
  bool VisitMemberExpr(MemberExpr *Member) {
    return mention(Member, Member->getMemberDecl());
  }

  struct Found {
    const FunctionDecl *F;
    const LambdaExpr *Lambda;
    const Decl *Enclosing;
    unsigned Ordinal;
  };
  std::vector<Found> All;
  llvm::DenseMap<SourceLocation, unsigned>
      Instantiations; ///< by place of the pattern
  llvm::SetVector<const FunctionDecl *> Mentioned;
  llvm::DenseMap<const FunctionDecl *, llvm::SmallVector<const Decl *, 2>>
      NamedIn;
  llvm::SetVector<const CXXMethodDecl *> Virtuals;
  llvm::SetVector<const Decl *> Annotated;

private:
  bool mention(const Expr *E, const ValueDecl *D) {
    const auto *F = dyn_cast<FunctionDecl>(D);
    if (!F)
      return true;
    if (!Callees.contains(E))
      Mentioned.insert(F->getCanonicalDecl());
    auto &In = NamedIn[F->getCanonicalDecl()];
    if (Enclosing && !llvm::is_contained(In, Enclosing))
      In.push_back(Enclosing);
    return true;
  }

  void add(const FunctionDecl *F, const LambdaExpr *Lambda) {
    if (!F->getBody() || F->isInvalidDecl())
      return;
    if (!F->isDependentContext())
      ++Instantiations[F->getBody()->getBeginLoc()];
    const Decl *Around = Lambda ? Enclosing : nullptr;
    unsigned Ordinal = Lambda ? Lambdas[Around]++ : 0;
    All.push_back({F, Lambda, Around, Ordinal});
  }

  Foreign &IsForeign;
  const Decl *Enclosing = nullptr;
  unsigned Decltypes = 0;
  llvm::DenseSet<const Expr *> Callees;
  llvm::DenseMap<const Decl *, unsigned> Lambdas;
};

/// Counts what makes a coroutine in a body, and in the lambdas in it.
struct Keywords : RecursiveASTVisitor<Keywords> {
  bool VisitCoawaitExpr(CoawaitExpr *) { return ++Count; }
  bool VisitDependentCoawaitExpr(DependentCoawaitExpr *) { return ++Count; }
  bool VisitCoyieldExpr(CoyieldExpr *) { return ++Count; }
  bool VisitCoreturnStmt(CoreturnStmt *) { return ++Count; }
  unsigned Count = 0;
};

/// Whether the compiler left something out of the body because of an error.
/// An await it cannot make sense of leaves no trace in the tree, and a body
/// without its awaits looks like many a mistake.
bool isTorn(const FunctionDecl *F, ASTContext &Context) {
  if (!Context.getDiagnostics().hasUncompilableErrorOccurred())
    return false;
  if (const FunctionDecl *Pattern = F->getTemplateInstantiationPattern())
    F = Pattern;
  const Stmt *Body = F->getBody();
  // A copy, for the lexer needs an end it can see.
  std::string Text = Lexer::getSourceText(
                         CharSourceRange::getTokenRange(Body->getSourceRange()),
                         Context.getSourceManager(), Context.getLangOpts())
                         .str();
  if (Text.empty()) // all of it out of a macro
    return false;
  Lexer Raw(Context.getSourceManager().getFileLoc(Body->getBeginLoc()),
            Context.getLangOpts(), Text.data(), Text.data(),
            Text.data() + Text.size());
  unsigned Written = 0;
  for (Token T; !Raw.LexFromRawLexer(T);)
    Written +=
        T.is(tok::raw_identifier) && (T.getRawIdentifier() == "co_await" ||
                                      T.getRawIdentifier() == "co_yield" ||
                                      T.getRawIdentifier() == "co_return");
  Keywords Known;
  Known.TraverseStmt(const_cast<Stmt *>(Body));
  return Written > Known.Count;
}

/// Whether an argument of the type can be called.
bool isCallable(QualType T) {
  T = T.getNonReferenceType();
  if (T->isFunctionPointerType() || T->isFunctionType())
    return true;
  const CXXRecordDecl *Record = recordOf(T);
  if (!Record || !Record->hasDefinition())
    return false;
  DeclarationName Call =
      Record->getASTContext().DeclarationNames.getCXXOperatorName(OO_Call);
  return !Record->lookup(Call).empty();
}

} // namespace

Unit &Unit::of(ASTContext &Context, const models::Models &Models) {
  Unit *New;
  {
    std::lock_guard Lock(units().Guard);
    Unit *&Known = units().ByContext[&Context];
    if (Known)
      return *Known;
    New = Known = new Unit(Context, Models);
  }
  // The AST may die before anything of ours does.
  Context.AddDeallocation([](void *U) { delete static_cast<Unit *>(U); }, New);
  // Without the lock: other threads have units of their own to collect.
  New->collect();
  return *New;
}

Unit::Unit(ASTContext &Context, const models::Models &Models)
    : Context(Context), Models(Models),
      IsForeign(Context.getSourceManager(), Models) {}

Unit::~Unit() {
  std::lock_guard Lock(units().Guard);
  units().ByContext.erase(&Context);
}

void Unit::collect() {
  Collector Visitor(IsForeign);
  Visitor.TraverseAST(Context);
  for (const auto &[F, Lambda, Enclosing, Ordinal] : Visitor.All) {
    if ((F->isDependentContext() &&
         Visitor.Instantiations.count(F->getBody()->getBeginLoc())) ||
        isTorn(F, Context) || (Lambda && isToDie(Lambda)))
      continue;
    Bodies.emplace_back(F, Lambda, Enclosing, Ordinal, neverWaits(F));
    BodyOf[F->getCanonicalDecl()] = &Bodies.back();
  }
  Mentioned = std::move(Visitor.Mentioned);
  NamedIn = std::move(Visitor.NamedIn);
  Virtuals = std::move(Visitor.Virtuals);
  Annotated = std::move(Visitor.Annotated);
}

bool Unit::isToDie(const LambdaExpr *Lambda) {
  return isInMacroArgument(Lambda->getBeginLoc(), *this, [](StringRef Macro) {
    return (Macro.consume_front("EXPECT_") || Macro.consume_front("ASSERT_")) &&
           (Macro.contains("DEATH") || Macro == "EXIT");
  });
}

bool Unit::neverWaits(const FunctionDecl *F) {
  const CXXRecordDecl *Record = recordOf(F->getReturnType());
  if (!Record || !isa<CoroutineBodyStmt>(F->getBody()))
    return false;
  std::optional<TaskType> Type = task(F->getReturnType());
  return !(Type && Type->Model) && isValue(Record);
}

llvm::ArrayRef<const Decl *> Unit::namedIn(const FunctionDecl *F) const {
  auto Found = NamedIn.find(F->getCanonicalDecl());
  return Found == NamedIn.end() ? llvm::ArrayRef<const Decl *>()
                                : llvm::ArrayRef(Found->second);
}

const Body *Unit::bodyOf(const FunctionDecl *F) const {
  return F ? BodyOf.lookup(F->getCanonicalDecl()) : nullptr;
}

bool Unit::isGenerated(const FunctionDecl *F) const {
  const auto *Method = dyn_cast<CXXMethodDecl>(F);
  return Method && Method->getParent()->getIdentifier() &&
         Models.hasGenerated(Method->getParent()->getName());
}

/// Whether \p F is of the C library that \p Lib is, as far as its name is: a
/// user's own `compress` or `send` has C++ linkage, or a body.
bool Unit::isCsOwn(const FunctionDecl *F, const models::Library &Lib) {
  if (!Lib.IsBuiltin || !Lib.Roots.empty() || IsForeign(F) ||
      !F->getDeclContext()->getRedeclContext()->isTranslationUnit())
    return true;
  const FunctionDecl *Defined = F->getDefinition();
  return F->isExternC() && (!Defined || IsForeign(Defined));
}

template <class Row, class Find>
const Row *Unit::lookUp(const Callee &C, Find Ask) {
  if (!C.Function)
    return nullptr;
  bool ByVariable = C.Variable && Models.mentions(lastName(C.Variable));
  if (!ByVariable && !isa<CXXDestructorDecl>(C.Function) &&
      !C.Function->isOverloadedOperator() &&
      !Models.mentions(lastName(C.Function)) && !isGenerated(C.Function))
    return nullptr;
  for (const std::string &Name : namesOf(C))
    if (const Row *Found = Ask(Name);
        Found && IsForeign.isWhereItSays(*Found->Lib, C.Function) &&
        isCsOwn(C.Function, *Found->Lib))
      return Found;
  return nullptr;
}

const models::Function *Unit::ownWords(const ValueDecl *D, const FunctionDecl *F) {
  if (!D || !(D->hasAttr<AnnotateAttr>() ||
              (isa<CXXMethodDecl>(D) && cast<CXXMethodDecl>(D)->size_overridden_methods())))
    return nullptr;
  auto [Known, New] = OwnWordsOf.try_emplace(D, nullptr);
  if (!New)
    return Known->second;
  std::optional<models::Role> Role = annotatedRole(D);
  if (!Role)
    return nullptr;
  models::Function &Made = OwnWords.emplace_back();
  Made.Name = modelName(D);
  Made.Role = *Role;
  // An annotation says neither which argument is what nor what is kept: types
  // tell the one, and of the other nothing is assumed.
  Made.KeepsCallable = true;
  if (*Role == models::Role::Offload)
    Made.ToPool = true;
  auto Is = [](int &Index, bool Fits, unsigned I) {
    if (Fits && Index < 0)
      Index = I;
    return Fits;
  };
  for (unsigned I = 0; F && I < F->getNumParams(); ++I) {
    QualType T = F->getParamDecl(I)->getType();
    std::optional<TaskType> Type = task(T->isPointerType() ? T->getPointeeType() : T);
    const CXXRecordDecl *Record = recordOf(T);
    Is(Made.Executor, Type && Type->runsWork(), I) ||
        Is(Made.Task, Type && Type->isTask(), I) ||
        Is(Made.Callable, isCallable(T), I) ||
        Is(Made.Duration,
           Record && modelName(Record) == "std::chrono::duration", I);
  }
  return OwnWordsOf[D] = &Made;
}

const models::Function *Unit::function(const Callee &C) {
  if (!C.Function)
    return nullptr;
  if (const models::Function *Own = ownWords(C.Function, C.Function))
    return Own;
  if (C.Function->getOverloadedOperator() == OO_Call)
    if (const models::Function *Own = ownWords(C.Variable, C.Function))
      return Own;
  return lookUp<models::Function>(
      C, [&](StringRef Name) { return Models.function(Name); });
}

const models::Function *Unit::function(const ValueDecl *Object) {
  if (const models::Function *Own = ownWords(Object, Object->getAsFunction()))
    return Own;
  return Models.mentions(lastName(Object)) ? Models.function(modelName(Object)) : nullptr;
}

const models::Blocking *Unit::blocking(const Callee &C) {
  const models::Blocking *Row = lookUp<models::Blocking>(
      C, [&](StringRef Name) { return Models.blocking(Name); });
  return Row && !isExcused(*Row, C, *this) ? Row : nullptr;
}

std::optional<TaskType> Unit::task(QualType T) {
  const CXXRecordDecl *Record = recordOf(T);
  if (!Record)
    return std::nullopt;
  auto [Known, New] = Tasks.try_emplace(Record->getCanonicalDecl());
  if (!New)
    return Known->second;
  std::optional<TaskType> Result = classify(Record, Models);
  if (Result && Result->Model &&
      !IsForeign.isWhereItSays(*Result->Model->Lib, Record))
    Result = classifyByShape(Record);
  return Tasks[Record->getCanonicalDecl()] = Result;
}

const models::Library *Unit::libraryOf(const Body &B) {
  std::optional<TaskType> Type = task(B.decl()->getReturnType());
  return Type && Type->Model ? Type->Model->Lib : nullptr;
}

const program::Summary &Unit::summary() {
  if (!Summary)
    Summary = std::make_unique<program::Summary>(program::extract(*this));
  return *Summary;
}

} // namespace weir
