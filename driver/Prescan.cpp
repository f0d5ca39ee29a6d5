// Which files are worth parsing; see Prescan.h.

#include "driver/Prescan.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using llvm::StringRef;

namespace weir::driver {
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
