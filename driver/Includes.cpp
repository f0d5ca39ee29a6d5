// What a translation unit can see, without parsing it; see Includes.h.

#include "driver/Includes.h"
#include "driver/Configuration.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Driver/CreateInvocationFromArgs.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Inclusions/StandardLibrary.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <set>

using namespace clang;
using llvm::StringRef;
namespace path = llvm::sys::path;

namespace weir::driver {

const Includes::Search &Includes::searchOf(const Command &C) {
  std::vector<std::string> Line = lineFor(C, Common);
  std::string Key = C.Directory;
  for (StringRef Arg : llvm::ArrayRef(Line).drop_back())
    Key += ("\0" + Arg).str();
  Key += path::extension(C.File);
  auto [Known, New] = Searches.try_emplace(Key);
  Search &Result = Known->second;
  if (!New)
    return Result;

  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS = llvm::vfs::createPhysicalFileSystem();
  FS->setCurrentWorkingDirectory(C.Directory);
  std::vector<const char *> Args;
  for (const std::string &Arg : Line)
    Args.push_back(Arg.c_str());
  DiagnosticOptions Options;
  IgnoringDiagConsumer Silent;
  CreateInvocationOptions How;
  How.VFS = FS;
  How.Diags = CompilerInstance::createDiagnostics(*FS, Options, &Silent, false);
  std::shared_ptr<CompilerInvocation> Invocation = createInvocation(Args, How);
  if (!Invocation)
    return Result;
  const HeaderSearchOptions &Headers = Invocation->getHeaderSearchOpts();
  auto Absolute = [&](StringRef Path) {
    llvm::SmallString<256> Full(Path);
    path::make_absolute(C.Directory, Full);
    return Full.str().str();
  };
  // In the order of clang's search.
  auto Add = [&](auto Takes) {
    for (const HeaderSearchOptions::Entry &E : Headers.UserEntries)
      if (Takes(E.Group))
        Result.Folders.push_back({Absolute(E.Path), E.Group >= frontend::System,
                                  E.Group == frontend::Quoted});
  };
  Add([](auto G) { return G == frontend::Quoted; });
  Add([](auto G) { return G == frontend::Angled; });
  Add([](auto G) { return G >= frontend::System && G != frontend::After; });
  Add([](auto G) { return G == frontend::After; });
  for (const auto *Forced : {&Invocation->getPreprocessorOpts().Includes,
                             &Invocation->getPreprocessorOpts().MacroIncludes})
    for (const std::string &Each : *Forced)
      Result.Forced.push_back(Absolute(Each));
  return Result;
}

const Includes::File *Includes::open(StringRef Path, bool IsSystem, size_t FoundIn) {
  auto [Known, New] = Files.try_emplace(Path);
  if (!New)
    return Known->second.get();
  llvm::sys::fs::file_status Status;
  if (llvm::sys::fs::status(Path, Status) || Status.type() != llvm::sys::fs::file_type::regular_file)
    return nullptr;
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/true);
  if (!Buffer)
    return nullptr;
  auto Made = std::make_unique<File>();
  Made->Path = Path.str();
  Made->IsSystem = IsSystem;
  Made->FoundIn = FoundIn;
  Made->Size = (*Buffer)->getBufferSize();
  Made->Text = std::make_unique<Scan>(scan((*Buffer)->getBuffer(), /*WantsNames=*/!IsSystem));
  Known->second = std::move(Made);
  return Known->second.get();
}

const Includes::File *Includes::find(const Include &What, const File &From, const Search &In) {
  auto Try = [&](StringRef Folder, bool IsSystem, size_t Index) -> const File * {
    llvm::SmallString<256> Path(Folder);
    path::append(Path, What.Name);
    return open(Path, IsSystem, Index);
  };
  if (path::is_absolute(What.Name))
    return open(What.Name, From.IsSystem, 0);
  if (!What.IsAngled && !What.IsNext)
    if (const File *Beside = Try(path::parent_path(From.Path), From.IsSystem, From.FoundIn))
      return Beside;
  for (size_t I = What.IsNext ? From.FoundIn + 1 : 0; I < In.Folders.size(); ++I) {
    const Folder &Each = In.Folders[I];
    if (Each.IsQuoted && What.IsAngled)
      continue;
    if (const File *Found = Try(Each.Path, Each.IsSystem, I))
      return Found;
  }
  return nullptr;
}

const std::vector<Includes::File::Inclusion> &Includes::includedBy(const File &F,
                                                                   const Search &In) {
  File &Known = const_cast<File &>(F); // what it includes is found out once
  auto [It, New] = Known.Included.try_emplace(&In);
  if (New)
    for (const Include &Each : F.Text->Includes) {
      if (const File *Found = find(Each, F, In))
        It->second.push_back({Found, &Each});
      else if (!Each.IsConditional)
        Known.HasLost[&In] = true;
    }
  return It->second;
}

std::vector<std::string> Includes::standardOf(llvm::ArrayRef<const File *> From,
                                              const Search &In) {
  std::set<std::string> Result;
  std::vector<const File *> Open(From.begin(), From.end());
  llvm::DenseSet<const File *> Seen(Open.begin(), Open.end());
  while (!Open.empty()) {
    const File *F = Open.back();
    Open.pop_back();
    for (const File::Inclusion &Next : includedBy(*F, In)) {
      if (Next.As->IsConditional || Next.As->IsNext)
        continue;
      if (!Next.Of->IsSystem && Seen.insert(Next.Of).second)
        Open.push_back(Next.Of);
      if (Next.Of->IsSystem && Next.As->IsAngled &&
          tooling::stdlib::Header::named("<" + Next.As->Name + ">"))
        Result.insert(Next.As->Name);
    }
  }
  return {Result.begin(), Result.end()};
}

llvm::DenseSet<const Includes::File *>
Includes::closureOf(llvm::ArrayRef<std::string> Standard, const Search &In) {
  File Nowhere;
  std::vector<const File *> Open;
  for (const std::string &Name : Standard)
    if (const File *F = find({Name, /*IsAngled=*/true}, Nowhere, In))
      Open.push_back(F);
  llvm::DenseSet<const File *> Seen(Open.begin(), Open.end());
  while (!Open.empty()) {
    const File *F = Open.back();
    Open.pop_back();
    for (const File::Inclusion &Next : includedBy(*F, In))
      if (Seen.insert(Next.Of).second)
        Open.push_back(Next.Of);
  }
  return Seen;
}

size_t Includes::sizeOf(llvm::ArrayRef<std::string> Names, const void *Flags) {
  size_t Result = 0;
  for (const File *F : closureOf(Names, *static_cast<const Search *>(Flags)))
    Result += F->Size;
  return Result;
}

llvm::StringSet<> Includes::wordsOf(llvm::ArrayRef<std::string> Names, const void *Flags) {
  llvm::StringSet<> Result;
  for (const File *F : closureOf(Names, *static_cast<const Search *>(Flags)))
    if (auto Buffer = llvm::MemoryBuffer::getFile(F->Path))
      for (StringRef Word : words((*Buffer)->getBuffer()))
        Result.insert(Word);
  return Result;
}

Includes::Reach Includes::of(const Command &C) {
  Reach Result;
  const Search &In = searchOf(C);
  const File *Main = open(C.File, false, 0);
  if (!Main) {
    Result.MayMatter = true; // the analysis will say what is wrong with it
    return Result;
  }
  std::vector<const File *> Open{Main};
  for (const std::string &Forced : In.Forced)
    if (const File *F = open(Forced, false, 0))
      Open.push_back(F);
  Result.Flags = &In;
  Result.Standard = standardOf(Open, In);
  llvm::DenseSet<const File *> Seen(Open.begin(), Open.end());
  while (!Open.empty()) {
    const File *F = Open.back();
    Open.pop_back();
    StringRef Name = path::filename(F->Path);
    Result.MayMatter |= F->IsSystem ? Name == "coroutine"
                                    : F->Text->HasCoroutines || F->Text->IsOpen;
    if (!F->IsSystem)
      Result.Own.push_back(F->Text.get());
    for (const File::Inclusion &Next : includedBy(*F, In))
      if (Seen.insert(Next.Of).second)
        Open.push_back(Next.Of);
  }
  auto Lost = Main->HasLost.find(&In);
  Result.MayMatter |= Lost != Main->HasLost.end() && Lost->second;
  return Result;
}

} // namespace weir::driver
