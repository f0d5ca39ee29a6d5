// Code that is not the user's; see Foreign.h.

#include "checks/support/Foreign.h"
#include "checks/support/Names.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

/// Whether \p Text has `namespace … Last` somewhere.
bool opensNamespace(StringRef Text, StringRef Last) {
  const StringRef Keyword = "namespace ";
  for (size_t At = Text.find(Keyword); At != StringRef::npos; At = Text.find(Keyword, At)) {
    At += Keyword.size();
    StringRef Name = Text.substr(At).take_while(
        [](char C) { return llvm::isAlnum(C) || C == '_' || C == ':'; });
    // `using namespace coro;` and `namespace c = coro;` open nothing.
    StringRef Before = Text.take_front(At - Keyword.size()).rtrim();
    if (Before.ends_with("using") || !Text.substr(At + Name.size()).ltrim().starts_with("{"))
      continue;
    while (!Name.empty()) {
      auto [First, Rest] = Name.split("::");
      if (First == Last)
        return true;
      Name = Rest;
    }
  }
  return false;
}

bool declares(ASTContext &Context, StringRef Name) {
  const DeclContext *Where = Context.getTranslationUnitDecl();
  while (Where) {
    auto [First, Rest] = Name.split("::");
    auto Found = Where->lookup(&Context.Idents.get(First));
    if (Rest.empty())
      return !Found.empty();
    Where = Found.find_first<NamespaceDecl>();
    Name = Rest;
  }
  return false;
}

} // namespace

bool Foreign::operator()(const Decl *D) {
  SourceLocation At = Sources.getExpansionLoc(D->getLocation());
  if (At.isInvalid() || Sources.isInSystemHeader(At))
    return true;
  if (Sources.isInMainFile(At))
    return false;
  const models::Library *Lib = libraryAround(D);
  return Lib && !isOwn(*Lib);
}

bool Foreign::isOwn(const models::Library &Lib) {
  auto [Known, New] = Own.try_emplace(&Lib, false);
  if (New) {
    StringRef Text = Sources.getBufferData(Sources.getMainFileID());
    auto Opens = [&](StringRef Root) {
      return opensNamespace(Text, Root.substr(Root.rfind(':') + 1));
    };
    Known->second = llvm::any_of(Lib.Roots, Opens) || llvm::any_of(Lib.Namespaces, Opens);
  }
  return Known->second;
}

bool Foreign::isWhereItSays(const models::Library &Lib, const Decl *D) {
  StringRef File = Sources.getFilename(Sources.getSpellingLoc(D->getLocation()));
  auto IsOf = [&](StringRef Part) { return File.contains(Part); };
  return (Lib.OnlyIn.empty() || llvm::any_of(Lib.OnlyIn, IsOf)) &&
         (Lib.OnlyWith.empty() || hasCompany(Lib, D));
}

bool Foreign::hasCompany(const models::Library &Lib, const Decl *D) {
  auto [Known, New] = Company.try_emplace(&Lib, false);
  if (New)
    Known->second = llvm::any_of(Lib.OnlyWith, [&](StringRef Name) {
      return declares(D->getASTContext(), Name);
    });
  return Known->second;
}

const models::Library *Foreign::libraryAround(const Decl *D) {
  const DeclContext *C = isa<NamespaceDecl>(D) ? cast<DeclContext>(D) : D->getDeclContext();
  while (C && !C->isNamespace() && !C->isTranslationUnit())
    C = C->getParent();
  const auto *Namespace = dyn_cast_or_null<NamespaceDecl>(C);
  if (!Namespace)
    return nullptr;
  auto [Known, New] = Around.try_emplace(Namespace->getCanonicalDecl(), nullptr);
  if (!New)
    return Known->second;
  const models::Library *Found = nullptr;
  std::string Name = modelName(Namespace);
  size_t Longest = 0; // `boost::asio` is more asio's than Boost's
  auto Consider = [&](const models::Library &Lib, StringRef Root) {
    StringRef Rest = Name;
    if (Root.size() > Longest && Rest.consume_front(Root) &&
        (Rest.empty() || Rest.starts_with("::")) && isWhereItSays(Lib, D)) {
      Found = &Lib;
      Longest = Root.size();
    }
  };
  for (const models::Library &Lib : Models.libraries()) {
    for (StringRef Root : Lib.Roots)
      Consider(Lib, Root);
    for (StringRef Root : Lib.Namespaces)
      Consider(Lib, Root);
  }
  return Around[Namespace->getCanonicalDecl()] = Found;
}

} // namespace weir
