// What `weir check` leaves for the plugin and the editor; see Index.h.

#include "checks/program/Index.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <mutex>

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace weir::program {
namespace {

bool isBelow(StringRef File, StringRef Folder) {
  return File.consume_front(Folder) && (File.starts_with("/") || Folder == "/");
}

std::string in(StringRef Build) {
  llvm::SmallString<256> Result(Build);
  path::append(Result, ".weir", "index");
  return Result.str().str();
}

/// The rows of \p Sorted for \p Key.
template <class Row>
llvm::ArrayRef<Row> rowsOf(llvm::ArrayRef<Row> Sorted, uint64_t Key) {
  const Row *Begin = llvm::lower_bound(
      Sorted, Key, [](const Row &R, uint64_t K) { return R.Of < K; });
  const Row *End = Begin;
  while (End != Sorted.end() && End->Of == Key)
    ++End;
  return {Begin, End};
}

} // namespace

std::string indexPath(StringRef Build) {
  if (auto Named = llvm::sys::Process::GetEnv("WEIR_INDEX"))
    return *Named;
  return in(Build);
}

std::shared_ptr<const Index> Index::near(StringRef Directory, StringRef Main) {
  auto Try = [&](const std::string &Path) {
    std::shared_ptr<const Index> Found = open(Path);
    return Found && Found->tellsOf(Main) && Found->hasDatabase() ? Found
                                                                 : nullptr;
  };
  if (llvm::sys::Process::GetEnv("WEIR_INDEX"))
    return Try(indexPath(""));
  for (StringRef Folder = Directory; !Folder.empty();
       Folder = path::parent_path(Folder))
    if (auto Found = Try(in(Folder)))
      return Found;
  for (StringRef Folder = path::parent_path(Main); !Folder.empty();
       Folder = path::parent_path(Folder)) {
    if (auto Found = Try(in(Folder)))
      return Found;
    llvm::SmallString<256> Build(Folder);
    path::append(Build, "build");
    if (auto Found = Try(in(Build)))
      return Found;
  }
  return nullptr;
}

std::shared_ptr<const Index> Index::open(StringRef Path) {
  struct Opened {
    fs::UniqueID Id;
    llvm::sys::TimePoint<> Modified;
    std::shared_ptr<const Index> Made;
  };
  fs::file_status Status;
  if (fs::status(Path, Status) || !fs::is_regular_file(Status))
    return nullptr;
  static std::mutex Guard;
  static llvm::StringMap<Opened> Known;
  std::lock_guard Lock(Guard);
  auto [It, New] = Known.try_emplace(Path);
  Opened &Entry = It->second;
  // It is replaced as a whole, so that another is another file.
  if (New || Entry.Id != Status.getUniqueID() ||
      Entry.Modified != Status.getLastModificationTime())
    Entry = {Status.getUniqueID(), Status.getLastModificationTime(),
             read(Path)};
  return Entry.Made;
}

std::shared_ptr<const Index> Index::read(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer || (*Buffer)->getBufferSize() < sizeof(format::Header))
    return nullptr;
  std::shared_ptr<Index> Result(new Index());
  Result->Bytes = std::move(*Buffer);
  const auto &Head = *reinterpret_cast<const format::Header *>(
      Result->Bytes->getBufferStart());
  Result->Head = &Head;
  if (StringRef(Head.Magic, sizeof Head.Magic) !=
          StringRef(format::Magic, sizeof format::Magic) ||
      Head.Version != format::Version || Head.StoredFormat != StoredFormat ||
      Head.Size != Result->Bytes->getBufferSize() ||
      !Result->table(Head.Files, Result->Files) ||
      !Result->table(Head.Lists, Result->Lists) ||
      !Result->table(Head.Entries, Result->Entries) ||
      !Result->table(Head.Definitions, Result->Definitions) ||
      !Result->table(Head.Overrides, Result->Overrides))
    return nullptr;
  // A checkout that was moved takes its build folder along.
  std::string Root = Result->bytes(Head.Root).str(),
              Build = Result->bytes(Head.Build).str();
  llvm::SmallString<256> Here;
  StringRef Between = Build;
  if (Path.ends_with("/.weir/index") &&
      !fs::real_path(Path.drop_back(12), Here) && Here != Build) {
    if (Between.consume_front(Root) && Here.ends_with(Between))
      Root = StringRef(Here).drop_back(Between.size()).str();
    Build = Here.str().str();
  }
  Result->Where = Folders(Root, Build);
  Result->Root = std::move(Root);
  Result->Build = std::move(Build);
  return Result;
}

StringRef Index::bytes(uint64_t At, uint64_t Size) const {
  StringRef All = Bytes->getBuffer();
  return At <= All.size() && Size <= All.size() - At ? All.substr(At, Size)
                                                     : StringRef();
}

template <class Row>
bool Index::table(const format::Stretch &S, llvm::ArrayRef<Row> &Into) const {
  uint64_t Size = Bytes->getBufferSize();
  if (S.At > Size || uint64_t(S.Count) * sizeof(Row) > Size - S.At)
    return false;
  Into = llvm::ArrayRef(
      reinterpret_cast<const Row *>(Bytes->getBufferStart() + S.At), S.Count);
  return true;
}

bool Index::tellsOf(StringRef Main) const {
  return (!Root.empty() && isBelow(Main, Root)) ||
         (!Build.empty() && isBelow(Main, Build));
}

llvm::SmallVector<unsigned> Index::defining(StringRef Usr) const {
  llvm::SmallVector<unsigned> Result;
  for (const format::Definition &Row :
       rowsOf(Definitions, format::keyOf(Usr, Where)))
    if (Row.Entry < Entries.size())
      Result.push_back(Row.Entry);
  return Result;
}

std::vector<llvm::SmallVector<unsigned>>
Index::overriding(StringRef Usr) const {
  std::vector<llvm::SmallVector<unsigned>> Result;
  const format::Override *Last = nullptr;
  for (const format::Override &Row :
       rowsOf(Overrides, format::keyOf(Usr, Where))) {
    if (!Last || Last->By != Row.By)
      Result.emplace_back();
    Last = &Row;
    if (Row.Entry < Entries.size())
      Result.back().push_back(Row.Entry);
  }
  return Result;
}

bool Index::isOf(unsigned Entry, StringRef Main) const {
  unsigned Number = mainOf(Entry);
  return Number < Files.size() &&
         Where.restored(bytes(Files[Number].Path)) == Main;
}

llvm::ArrayRef<format::ListItem> Index::filesOf(unsigned Entry) const {
  const format::Entry &E = Entries[Entry];
  if (E.First > Lists.size() || E.Count > Lists.size() - E.First)
    return {};
  return Lists.slice(E.First, E.Count);
}

bool Index::hasDatabase() const {
  const format::File &Then = Head->Database;
  std::string Path = Where.restored(bytes(Then.Path));
  fs::file_status Now;
  if (fs::status(Path, Now))
    return false;
  if (Now.getSize() == Then.Size &&
      uint64_t(Now.getLastModificationTime().time_since_epoch().count()) ==
          Then.Modified)
    return true;
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return Buffer &&
         hashOf(Where.stored((*Buffer)->getBuffer())) == Then.Contents;
}

bool Index::isUnchangedBut(StringRef Main) const {
  for (unsigned Number = 0; Number != Files.size(); ++Number)
    if (!isUnchanged(Number) &&
        Where.restored(bytes(Files[Number].Path)) != Main)
      return false;
  return true;
}

bool Index::isUnchanged(unsigned Number) const {
  if (Number >= Files.size())
    return false;
  const format::File &Then = Files[Number];
  std::string Path = Where.restored(bytes(Then.Path));
  fs::file_status Now;
  if (Then.Size == format::Absent)
    return !fs::exists(Path);
  if (fs::status(Path, Now) || Now.getSize() != Then.Size)
    return false;
  if (uint64_t(Now.getLastModificationTime().time_since_epoch().count()) ==
      Then.Modified)
    return true;
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return Buffer && hashOf((*Buffer)->getBuffer()) == Then.Contents;
}

std::optional<Summary> Index::summary(unsigned Entry) const {
  const format::Entry &E = Entries[Entry];
  StringRef Both = bytes(E.At, uint64_t(E.Facts) + E.Places);
  if (Both.empty() || llvm::xxh3_64bits(Both) != E.Check)
    return std::nullopt;
  llvm::Expected<Summary> Result = restore(
      Stored{Both.take_front(E.Facts).str(), Both.drop_front(E.Facts).str()},
      Where);
  if (!Result) {
    llvm::consumeError(Result.takeError());
    return std::nullopt;
  }
  return std::move(*Result);
}

StringRef Index::factsOf(unsigned Entry) const {
  return bytes(Entries[Entry].At, Entries[Entry].Facts);
}

bool Freshness::holds(unsigned Entry, bool WithMain) {
  llvm::ArrayRef<format::ListItem> Read = Of.filesOf(Entry);
  return !Read.empty() && llvm::all_of(Read, [&](unsigned File) {
    if (!WithMain && File == Of.mainOf(Entry))
      return true;
    auto [It, New] = Known.try_emplace(File, false);
    if (New)
      It->second = Of.isUnchanged(File);
    return It->second;
  });
}

} // namespace weir::program
