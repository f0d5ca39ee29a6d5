// Whether the names of a model are declared; see ModelNames.h.
//
// Names are looked up as the models spell them: through inline namespaces and
// into base classes, but not through aliases and using declarations, for calls
// are matched by where their callee is declared.

#include "driver/ModelNames.h"
#include "checks/support/ModelWords.h"
#include "checks/support/Names.h"
#include "driver/Toolchain.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclLookups.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using llvm::StringRef;

namespace weir::driver {
namespace {

/// Keeps the first error; warnings of other people's headers are no concern.
class FirstError : public DiagnosticConsumer {
public:
  std::string Text;

private:
  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    if (Level < DiagnosticsEngine::Error || !Text.empty())
      return;
    llvm::SmallString<128> Message;
    Info.FormatDiagnostic(Message);
    if (Info.hasSourceManager() && Info.getLocation().isValid())
      Text = Info.getLocation().printToString(Info.getSourceManager()) + ": ";
    Text += Message;
  }
};

class Resolver {
public:
  Resolver(ASTContext &Context, Preprocessor &Macros)
      : Context(Context), Macros(Macros) {}

  /// What is wrong with a name; empty if nothing is.
  std::string problem(StringRef Name, bool IsType) {
    std::string Declared = declaredAs(Name);
    if (Declared != Name) {
      std::string Also = problem(Declared, IsType);
      return Also.empty() ? write(Declared) : Also;
    }
    llvm::SmallVector<StringRef, 8> Parts;
    Name.split(Parts, "::");
    const DeclContext *At = Context.getTranslationUnitDecl();
    for (auto [Place, Part] :
         llvm::enumerate(llvm::ArrayRef(Parts).drop_back())) {
      const NamedDecl *Found = find(At, Part);
      if (!Found)
        return undeclared(At, Part);
      if (auto Alias = aliasOf(Found))
        return write(
            *Alias + "::" +
            llvm::join(llvm::ArrayRef(Parts).drop_front(Place + 1), "::"));
      At = contextOf(Found);
      if (!At)
        return "is not declared: '" + Part.str() +
               "' is not defined by the headers";
    }
    const NamedDecl *Found = find(At, Parts.back());
    if (!Found)
      return undeclared(At, Parts.back());
    // A member may come from a base, by inheritance or by `using`: a call is
    // also tried with the class of its object.
    if (!isa<CXXRecordDecl>(At))
      if (auto Alias = aliasOf(Found))
        return write(*Alias);
    if (IsType && !isa<TypeDecl, ClassTemplateDecl>(Found))
      return "is not a type";
    return "";
  }

  /// The name through the namespaces that its own are aliases of.
  std::string declaredAs(StringRef Name) {
    const DeclContext *At = Context.getTranslationUnitDecl();
    std::string Result;
    for (StringRef Rest = Name; At && Rest.contains("::");) {
      auto [Part, After] = Rest.split("::");
      const NamedDecl *Found = find(At, Part);
      if (const auto *Alias = dyn_cast_or_null<NamespaceAliasDecl>(Found)) {
        Found = Alias->getNamespace();
        Result = modelName(Found) + "::" + After.str();
      }
      At = Found ? contextOf(Found) : nullptr;
      Rest = After;
    }
    return Result.empty() ? Name.str() : Result;
  }

private:
  ASTContext &Context;
  Preprocessor &Macros;

  DeclarationName spelled(StringRef Part) {
    StringRef Operator = Part;
    if (Operator.consume_front("operator")) {
      Operator = Operator.ltrim();
      for (int Kind = OO_None + 1; Kind < NUM_OVERLOADED_OPERATORS; ++Kind)
        if (Operator == getOperatorSpelling(OverloadedOperatorKind(Kind)))
          return Context.DeclarationNames.getCXXOperatorName(
              OverloadedOperatorKind(Kind));
    }
    return &Context.Idents.get(Part);
  }

  /// A class template's partial specialisations may be all there is of it.
  llvm::SmallVector<const CXXRecordDecl *, 4>
  definitions(const CXXRecordDecl *Record) {
    llvm::SmallVector<const CXXRecordDecl *, 4> Result;
    if (!Record)
      return Result;
    if (Record->hasDefinition())
      Result.push_back(Record->getDefinition());
    if (ClassTemplateDecl *Template = Record->getDescribedClassTemplate()) {
      llvm::SmallVector<ClassTemplatePartialSpecializationDecl *, 4> Partial;
      Template->getPartialSpecializations(Partial);
      for (const auto *Each : Partial)
        if (Each->hasDefinition())
          Result.push_back(Each->getDefinition());
    }
    return Result;
  }

  /// A specialisation may derive from another of its template: \p Depth ends
  /// it.
  const NamedDecl *find(const DeclContext *At, StringRef Part,
                        unsigned Depth = 0) {
    const auto *Class = dyn_cast<CXXRecordDecl>(At);
    if (Class && Part.consume_front("~"))
      return Part == Class->getName() ? Class : nullptr;
    for (const NamedDecl *D : At->lookup(spelled(Part)))
      if (!isa<UsingDecl>(D))
        return D;
    if (const auto *One = dyn_cast<ClassTemplatePartialSpecializationDecl>(At);
        One && !Depth)
      for (const CXXRecordDecl *Each :
           definitions(One->getSpecializedTemplate()->getTemplatedDecl()))
        if (const NamedDecl *D = find(Each, Part, Depth + 1))
          return D;
    if (Class && Class->hasDefinition() && Depth < 6)
      for (const CXXBaseSpecifier &Base : Class->bases())
        for (const CXXRecordDecl *Record :
             definitions(recordOf(Base.getType())))
          if (const NamedDecl *D = find(Record, Part, Depth + 1))
            return D;
    return nullptr;
  }

  const DeclContext *contextOf(const NamedDecl *D) {
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(D))
      return Namespace->getFirstDecl();
    if (const auto *Template = dyn_cast<ClassTemplateDecl>(D))
      D = Template->getTemplatedDecl();
    if (const auto *Record = dyn_cast<CXXRecordDecl>(D))
      for (const CXXRecordDecl *Each : definitions(Record))
        return Each;
    return nullptr;
  }

  static std::string write(const std::string &Name) {
    return Name.empty() ? "is an alias" : "is an alias: write '" + Name + "'";
  }

  /// What an alias stands for; empty if that is no class, and nothing for what
  /// is no alias.
  std::optional<std::string> aliasOf(const NamedDecl *D) {
    const NamedDecl *Target = D;
    if (const auto *Shadow = dyn_cast<UsingShadowDecl>(D))
      Target = Shadow->getTargetDecl();
    else if (const auto *Alias = dyn_cast<NamespaceAliasDecl>(D))
      Target = Alias->getNamespace();
    if (const auto *Template = dyn_cast<TypeAliasTemplateDecl>(Target))
      Target = Template->getTemplatedDecl();
    if (const auto *Typedef = dyn_cast<TypedefNameDecl>(Target)) {
      Target = recordOf(Typedef->getUnderlyingType().getCanonicalType());
      if (!Target)
        return "";
    }
    if (Target == D)
      return std::nullopt;
    return modelName(Target);
  }

  std::string undeclared(const DeclContext *At, StringRef Part) {
    if (Macros.isMacroDefined(&Context.Idents.get(Part)))
      return "is a macro, which is never seen as a call";
    std::vector<std::string> Names;
    for (DeclContext::lookup_result Result : At->lookups())
      for (const NamedDecl *D : Result)
        if (!D->isImplicit() && D->getDeclName().isIdentifier())
          Names.push_back(D->getName().str());
    std::string Where;
    if (!At->isTranslationUnit())
      Where = " in '" + modelName(cast<NamedDecl>(At)) + "'";
    return "is not declared: no '" + Part.str() + "'" + Where +
           models::didYouMean(Part, Names);
  }
};

/// Part of a standard library's insides, which is another's business only.
bool isReserved(StringRef Name) { return Name.contains("::__"); }

/// The headers of one root, compiled.
class Headers {
public:
  std::vector<std::string> Missing;
  std::unique_ptr<ASTUnit> Unit;

  static llvm::Expected<Headers> compile(const models::Library &Lib,
                                         StringRef Root,
                                         llvm::ArrayRef<std::string> Flags) {
    Headers Result;
    std::string Source;
    for (const std::string &Header : namesOf(Lib, Root))
      Source += "#if __has_include(<" + Header + ">)\n#include <" + Header +
                ">\n#else\nextern int " + marker(Header) + ";\n#endif\n";
    llvm::Expected<std::string> Resources = findResourceDir("weir");
    if (!Resources)
      return Resources.takeError();
    std::vector<std::string> Args{"-std=c++20", "-w", "-ferror-limit=1",
                                  "-resource-dir=" + *Resources};
    Args.insert(Args.end(), Flags.begin(), Flags.end());
    FirstError Errors;
    Result.Unit = tooling::buildASTFromCodeWithArgs(
        Source, Args, Lib.Id + "-headers.cpp", "weir",
        std::make_shared<PCHContainerOperations>(),
        tooling::getClangStripDependencyFileAdjuster(), {}, &Errors);
    if (!Result.Unit || !Errors.Text.empty())
      return llvm::createStringError("the headers of " + Lib.Name +
                                     " do not compile: " + Errors.Text);
    Resolver Names = Result.names();
    for (const std::string &Header : namesOf(Lib, Root))
      if (Names.problem(marker(Header), /*IsType=*/false).empty())
        Result.Missing.push_back(Header);
    return std::move(Result);
  }

  Resolver names() const {
    return {Unit->getASTContext(), Unit->getPreprocessor()};
  }

private:
  static std::vector<std::string> namesOf(const models::Library &Lib,
                                          StringRef Root) {
    std::string Path = llvm::join(llvm::split(Root, "::"), "/");
    std::vector<std::string> Result = Lib.Headers;
    for (std::string &Header : Result)
      if (size_t At = Header.find("{path}"); At != std::string::npos)
        Header.replace(At, 6, Path);
    return Result;
  }
  static std::string marker(std::string Header) {
    for (char &C : Header)
      if (!llvm::isAlnum(C))
        C = '_';
    return "weir_header_not_found_" + Header;
  }
};

/// Where the headers differ by root, the roots; else one for all.
std::vector<std::string> groupsOf(const models::Library &Lib) {
  for (StringRef Header : Lib.Headers)
    if (Header.contains("{path}"))
      return Lib.Roots;
  return {""};
}

/// The root a name is in; empty for another.
StringRef rootOf(StringRef Name, const models::Library &Lib) {
  StringRef Result;
  for (StringRef Root : Lib.Roots)
    if (Name.starts_with((Root + "::").str()) && Root.size() > Result.size())
      Result = Root;
  return Result;
}

} // namespace

llvm::Expected<NameReport> checkNames(const models::Models &Models,
                                      const models::Library &Lib,
                                      llvm::ArrayRef<std::string> Flags) {
  NameReport Report;
  llvm::StringMap<bool> Seen; // A name may be a function and a blocking row.
  for (const std::string &Group : groupsOf(Lib)) {
    llvm::Expected<Headers> Compiled = Headers::compile(Lib, Group, Flags);
    if (!Compiled)
      return Compiled.takeError();
    llvm::append_range(Report.MissingHeaders, Compiled->Missing);
    bool None = Compiled->Missing.size() == Lib.Headers.size();
    Report.FoundHeaders |= !None;
    Resolver Names = Compiled->names();
    // A root may be there for other things: `std::execution` has long been.
    llvm::StringSet<> Used;
    auto Use = [&](const models::Entry &Entry) {
      if (StringRef Root = rootOf(Entry.Name, Lib);
          Entry.Lib == &Lib && !Root.empty() && !Used.contains(Root) &&
          Names.problem(Entry.Name, false).empty())
        Used.insert(Root);
    };
    for (const models::Type &T : Models.types())
      Use(T);
    for (const models::Function &F : Models.functions())
      Use(F);
    // A file may give a name by a namespace's older name, too.
    auto Renamed = [&](StringRef Name) {
      std::string Now = Names.declaredAs(Name);
      return Now != Name &&
             (Models.type(Now) || Models.function(Now) || Models.blocking(Now));
    };
    auto Check = [&](const models::Entry &Entry, bool IsType) {
      if (StringRef(Entry.Name).starts_with("*::"))
        return; // what somebody's generated code is called
      StringRef Root = rootOf(Entry.Name, Lib);
      if (Entry.Lib != &Lib ||
          (!Group.empty() && !Root.empty() && Root != Group) ||
          !Seen.try_emplace(Entry.Name, true).second)
        return;
      std::string What = Names.problem(Entry.Name, IsType);
      if (What.empty())
        ++Report.Declared;
      else if (None || !Entry.Since.empty() || !Entry.Until.empty() ||
               isReserved(Entry.Name) ||
               (!Root.empty() && !Used.contains(Root) &&
                (Lib.Roots.size() > 1 ||
                 !Names.problem(Root, false).empty())) ||
               Renamed(Entry.Name))
        ++Report.Excused;
      else
        Report.Problems.push_back({&Entry, std::move(What)});
    };
    for (const models::Type &T : Models.types())
      Check(T, true);
    for (const models::Function &F : Models.functions())
      Check(F, false);
    for (const models::Blocking &B : Models.blockings())
      Check(B, false);
  }
  return Report;
}

} // namespace weir::driver
