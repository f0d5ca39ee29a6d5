// Which files are worth parsing; see Prescan.h.

#include "driver/Prescan.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using llvm::StringRef;

namespace weir::driver {
namespace {

/// `open` of `store::file::open`, `file` of its constructor and destructor,
/// `operator` of any operator: as Scan::Defines has it.
StringRef definedAs(StringRef Name) {
  StringRef Last = Name.substr(Name.rfind("::") == StringRef::npos ? 0 : Name.rfind("::") + 2);
  Last.consume_front("~");
  if (Last.starts_with("operator") && !llvm::isAlnum(Last.substr(8, 1).front()))
    return "operator";
  return Last.take_while([](char C) { return llvm::isAlnum(C) || C == '_'; });
}

} // namespace

Prescan::Prescan(llvm::ArrayRef<Command> Commands, const Shared &Common, bool WantsAll)
    : Commands(Commands), Common(Common), Files(Common), WantsAll(WantsAll) {}

std::unique_ptr<SharedHeaders> Prescan::headers() {
  if (WantsAll)
    return nullptr;
  return std::make_unique<SharedHeaders>(Commands, Reached, Files, Common);
}

std::vector<size_t> Prescan::first() {
  std::vector<size_t> Result;
  for (size_t I = 0; I < Commands.size(); ++I)
    if (WantsAll || Reached.emplace_back(Files.of(Commands[I])).MayMatter)
      Result.push_back(I);
    else
      Rest.push_back(I);
  return Result;
}

std::vector<std::string> Prescan::wanted(const program::Program &P) {
  std::vector<const program::Function *> Roots;
  llvm::StringSet<> Names;
  for (const program::Function *F : P.functions()) {
    if (F->Kind == program::Kind::Coroutine)
      Roots.push_back(F);
    for (const program::Handed &Each : F->Handed) {
      if (const program::Function *Given = P.function(Each.Callee))
        Roots.push_back(Given);
      else
        Names.insert(definedAs(Each.Name));
    }
  }
  for (const program::Program::Unknown &Each : P.unknownFrom(Roots))
    if (Each.Call)
      Names.insert(definedAs(Each.Call->Name));
  // Another override may be where nobody has looked.
  for (const program::Function *F : P.functions())
    for (const program::Call &C : F->Calls)
      if (C.IsVirtual)
        Names.insert(definedAs(C.Name));
  Names.erase("");
  std::vector<std::string> Result;
  for (StringRef Name : Names.keys())
    Result.push_back(Name.str());
  llvm::sort(Result);
  return Result;
}

std::vector<size_t> Prescan::next(llvm::ArrayRef<std::string> Names) {
  std::vector<size_t> Result;
  llvm::StringSet<> Set;
  for (const std::string &Name : Names)
    Set.insert(Name);
  llvm::DenseMap<const Scan *, bool> Known; // headers are everywhere
  auto Defines = [&](const Scan *File) {
    auto [It, New] = Known.try_emplace(File, false);
    if (New)
      It->second =
          llvm::any_of(File->Defines, [&](StringRef Name) { return Set.contains(Name); }) ||
          llvm::any_of(Names, [&](StringRef Name) {
            return llvm::any_of(File->Begins, [&](StringRef P) { return Name.starts_with(P); }) ||
                   llvm::any_of(File->Ends, [&](StringRef P) { return Name.ends_with(P); });
          });
    return It->second;
  };
  llvm::erase_if(Rest, [&](size_t I) {
    if (!llvm::any_of(Reached[I].Own, Defines))
      return false;
    Result.push_back(I);
    return true;
  });
  return Result;
}

} // namespace weir::driver
