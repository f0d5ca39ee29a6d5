// The standard library's headers, parsed once; see SharedHeaders.h.

#include "driver/SharedHeaders.h"
#include "driver/Files.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"

using namespace clang;
using llvm::StringRef;

namespace weir::driver {
namespace {

/// Precompiling costs about as much as it spares three files.
constexpr unsigned FewestUnits = 8, ParsedBefore = 2;
/// A file that does not compile with them was parsed twice.
constexpr unsigned MostRefused = 2;

std::string keyOf(const Command &C) {
  return C.Directory + '\0' + C.File + '\0' + llvm::join(C.Args, StringRef("\0", 1));
}

class Precompile : public tooling::FrontendActionFactory {
public:
  explicit Precompile(StringRef To) : To(To) {}
  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<GeneratePCHAction>();
  }
  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation, FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> PCH,
                     DiagnosticConsumer *Consumer) override {
    Invocation->getFrontendOpts().OutputFile = To.str();
    Invocation->getFrontendOpts().SkipFunctionBodies = true; // as analyse() does there
    Invocation->getDiagnosticOpts().IgnoreWarnings = true;
    return FrontendActionFactory::runInvocation(std::move(Invocation), Files, std::move(PCH),
                                                Consumer);
  }

private:
  StringRef To;
};

} // namespace

SharedHeaders::SharedHeaders(llvm::ArrayRef<Command> Commands,
                             llvm::ArrayRef<Includes::Reach> Units, Includes &Files,
                             const Shared &Common)
    : Files(Files), Common(Common) {
  std::map<const void *, Group *> ByFlags;
  for (auto [C, Reached] : llvm::zip(Commands, Units)) {
    if (!Reached.Flags)
      continue;
    Group *&G = ByFlags[Reached.Flags];
    if (!G)
      G = &Groups.emplace_back();
    G->Units.push_back({&C, &Reached});
  }
  for (Group &G : Groups)
    if (G.Units.size() >= FewestUnits)
      for (auto [C, Reached] : G.Units)
        ByCommand[keyOf(*C)] = {&G, Reached};
}

SharedHeaders::~SharedHeaders() {
  for (Group &G : Groups)
    for (const std::string &File : {G.Made.Source, G.Made.Path})
      if (!File.empty()) {
        llvm::sys::fs::remove(File);
        llvm::sys::DontRemoveFileOnSignal(File);
      }
}

/// Those headers, the most included first, for which most bytes need not be
/// parsed again.
void SharedHeaders::choose(Group &G) {
  std::map<StringRef, unsigned> Count;
  for (auto [C, Reached] : G.Units)
    for (StringRef Name : Reached->Standard)
      ++Count[Name];
  std::vector<std::pair<unsigned, StringRef>> Order;
  for (auto [Name, N] : Count)
    if (N >= FewestUnits)
      Order.push_back({N, Name});
  llvm::sort(Order, [](auto &L, auto &R) {
    return std::tie(R.first, L.second) < std::tie(L.first, R.second);
  });
  std::vector<std::string> Chosen;
  size_t Best = 0;
  for (auto [N, Name] : Order) {
    Chosen.insert(llvm::upper_bound(Chosen, Name.str()), Name.str());
    size_t Takers = llvm::count_if(G.Units, [&](auto &Unit) {
      return llvm::includes(Unit.second->Standard, Chosen);
    });
    if (Takers < FewestUnits)
      break;
    size_t Spared = Takers * Files.sizeOf(Chosen, G.Units.front().second->Flags);
    if (Spared > Best) {
      Best = Spared;
      G.Headers = Chosen;
    }
  }
}

const Precompiled *SharedHeaders::of(const Command &C) {
  auto Found = ByCommand.find(keyOf(C));
  if (Found == ByCommand.end())
    return nullptr;
  Group &G = *Found->second.In;
  if (G.Asked++ < ParsedBefore || G.Refused > MostRefused)
    return nullptr;
  std::unique_lock Lock(G.Guard, std::try_to_lock);
  if (!Lock) // somebody is about it; there is enough else to do
    return nullptr;
  if (!std::exchange(G.IsTried, true)) {
    choose(G);
    if (!G.Headers.empty())
      precompile(G);
  }
  if (!G.IsReady || !llvm::includes(Found->second.Known->Standard, G.Headers))
    return nullptr;
  for (const Scan *Own : Found->second.Known->Own)
    for (StringRef Macro : Own->Macros)
      // Stand-ins like `__has_feature` are for compilers that have it not.
      if (G.Words.contains(Macro) && !Macro.starts_with("__has_"))
        return nullptr;
  ++Used;
  return &G.Made;
}

void SharedHeaders::precompile(Group &G) {
  llvm::SmallString<128> Source;
  if (llvm::sys::fs::createTemporaryFile("weir", "hpp", Source))
    return;
  G.Made.Source = Source.str();
  G.Made.Path = G.Made.Source + ".pch";
  for (const std::string &File : {G.Made.Source, G.Made.Path})
    llvm::sys::RemoveFileOnSignal(File);
  std::string Text;
  for (const std::string &Name : G.Headers)
    Text += "#include <" + Name + ">\n";
  if (llvm::Error Error = writeFile(G.Made.Source, Text))
    return llvm::consumeError(std::move(Error));

  const Command &Like = *G.Units.front().first;
  std::vector<std::string> Line = lineFor(Like, Common);
  Line.back() = G.Made.Source;
  Line.insert(Line.end() - 2, {"-x", "c++-header"});
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS =
      recording(llvm::vfs::createPhysicalFileSystem(), G.Made.Inputs);
  FS->setCurrentWorkingDirectory(Like.Directory);
  auto Manager = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  Precompile Make(G.Made.Path);
  tooling::ToolInvocation Invocation(Line, &Make, Manager.get(),
                                     std::make_shared<PCHContainerOperations>());
  IgnoringDiagConsumer Silent;
  Invocation.setDiagnosticConsumer(&Silent);
  if (!Invocation.run() || !llvm::sys::fs::exists(G.Made.Path))
    return;
  G.Made.Inputs.Read.erase(G.Made.Source);
  G.Words = Files.wordsOf(G.Headers, G.Units.front().second->Flags);
  G.IsReady = true;
}

void SharedHeaders::refuse(const Command &C) {
  ++ByCommand.find(keyOf(C))->second.In->Refused;
  --Used;
}

} // namespace weir::driver
