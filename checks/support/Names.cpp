// Names as the models spell them; see Names.h.

#include "checks/support/Names.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

std::string ownName(const NamedDecl *D) {
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(D))
    return Ctor->getParent()->getNameAsString();
  if (const auto *Dtor = dyn_cast<CXXDestructorDecl>(D))
    return "~" + Dtor->getParent()->getNameAsString();
  return D->getNameAsString();
}

/// The class of an object expression, through one pointer and smart pointers
/// left as they are: `p->run()` on a unique_ptr calls its operator-> first.
const CXXRecordDecl *objectClass(const Expr *Object) {
  QualType T = Object->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return recordOf(T);
}

void addBases(const CXXRecordDecl *Class, StringRef Method,
              SmallVectorImpl<std::string> &Names) {
  Names.push_back(modelName(Class) + "::" + Method.str());
  if (!Class->hasDefinition())
    return;
  for (const CXXBaseSpecifier &Base : Class->bases())
    if (const CXXRecordDecl *Record = recordOf(Base.getType()))
      if (Names.size() < 16)
        addBases(Record, Method, Names);
}

} // namespace

std::string modelName(const NamedDecl *D) {
  SmallVector<std::string, 6> Parts;
  Parts.push_back(ownName(D));
  for (const DeclContext *C = D->getDeclContext(); C && !C->isTranslationUnit();
       C = C->getParent()) {
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(C)) {
      if (!Namespace->isInline() && !Namespace->isAnonymousNamespace())
        Parts.push_back(Namespace->getNameAsString());
    } else if (const auto *Record = dyn_cast<RecordDecl>(C)) {
      Parts.push_back(Record->getNameAsString());
    } else if (const auto *Enum = dyn_cast<EnumDecl>(C)) {
      Parts.push_back(Enum->getNameAsString());
    } else if (isa<FunctionDecl>(C)) {
      Parts.push_back(cast<FunctionDecl>(C)->getNameAsString());
    }
  }
  return llvm::join(llvm::reverse(Parts), "::");
}

StringRef lastName(const NamedDecl *D) {
  if (const auto *Ctor = dyn_cast<CXXConstructorDecl>(D))
    return Ctor->getParent()->getName();
  return D->getDeclName().isIdentifier() ? D->getName() : StringRef();
}

Callee calleeOf(const Expr *E) {
  Callee Result;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E)) {
    Result.Function = Construct->getConstructor();
    Result.Args.append(Construct->arg_begin(), Construct->arg_end());
  } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    Result.Function = Operator->getDirectCallee();
    ArrayRef<const Expr *> Args(Operator->getArgs(), Operator->getNumArgs());
    if (isa_and_nonnull<CXXMethodDecl>(Result.Function) && !Args.empty()) {
      Result.Object = Args.front()->IgnoreParenImpCasts();
      Args = Args.drop_front();
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Result.Object))
        Result.Variable = dyn_cast<VarDecl>(Ref->getDecl());
    }
    Result.Args.append(Args.begin(), Args.end());
  } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
    Result.Function = Call->getDirectCallee();
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
      if (const Expr *Object = Member->getImplicitObjectArgument())
        Result.Object = Object->IgnoreParenImpCasts();
    Result.Args.append(Call->arg_begin(), Call->arg_end());
  }
  return Result;
}

SmallVector<std::string, 4> namesOf(const Callee &C) {
  SmallVector<std::string, 4> Names;
  if (!C.Function)
    return Names;
  if (C.Variable && C.Function->getOverloadedOperator() == OO_Call &&
      C.Variable->hasGlobalStorage())
    Names.push_back(modelName(C.Variable));
  if (isa<CXXMethodDecl>(C.Function) && !isa<CXXConstructorDecl>(C.Function) &&
      C.Object)
    if (const CXXRecordDecl *Class = objectClass(C.Object))
      addBases(Class, ownName(C.Function), Names);
  std::string Own = modelName(C.Function);
  if (!llvm::is_contained(Names, Own))
    Names.push_back(std::move(Own));
  return Names;
}

const ValueDecl *namedBy(const Expr *E) {
  E = E ? bare(E) : nullptr;
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E))
    return Ref->getDecl();
  const auto *Member = dyn_cast_or_null<MemberExpr>(E);
  return Member ? Member->getMemberDecl() : nullptr;
}

bool isOfStd(const Decl *D) {
  for (const DeclContext *C = D->getDeclContext(); C; C = C->getParent())
    if (C->isStdNamespace())
      return true;
  return false;
}

const CXXRecordDecl *recordOf(QualType T) {
  if (T.isNull())
    return nullptr;
  T = T.getNonReferenceType();
  if (const CXXRecordDecl *Record = T->getAsCXXRecordDecl())
    return Record;
  // A dependent specialisation still names its template.
  if (const auto *Spec = T->getAs<TemplateSpecializationType>())
    if (const TemplateDecl *Template = Spec->getTemplateName().getAsTemplateDecl())
      return dyn_cast_or_null<CXXRecordDecl>(Template->getTemplatedDecl());
  return nullptr;
}

/// Whether \p T is written as an author of templates writes it, who has no
/// better word: `decltype(…)`, `return_type` inside of an instance.
static bool saysLittle(QualType T) {
  if (isa<DecltypeType>(T))
    return true;
  const auto *Alias = dyn_cast<TypedefType>(T);
  return Alias && isa<ClassTemplateSpecializationDecl>(
                      Alias->getDecl()->getDeclContext());
}

QualType typeForMessage(QualType T, const ASTContext &Context) {
  constexpr size_t Long = 60;
  auto Print = [&](QualType Each) {
    return Each.getAsString(Context.getPrintingPolicy());
  };
  QualType Shortest = T.getUnqualifiedType();
  for (QualType Each = Shortest;;) {
    QualType Next = Each.getSingleStepDesugaredType(Context);
    if (Next == Each)
      break;
    if (saysLittle(Each))
      Shortest = Next;
    else if (Print(Next) != Print(Each))
      break;
    Each = Next;
  }
  size_t Least = ~size_t(0);
  for (QualType Each = Shortest;;) {
    size_t Length = Print(Each).size();
    if (Length < Least) {
      Least = Length;
      Shortest = Each;
    }
    QualType Next = Each.getSingleStepDesugaredType(Context);
    if (Length <= Long || Next == Each)
      return Shortest;
    Each = Next;
  }
}

} // namespace weir
