// What a result was made from; see Dependencies.h.

#include "driver/Dependencies.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;

namespace weir::driver {
namespace {

class Recorder : public llvm::vfs::ProxyFileSystem {
public:
  Recorder(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Below, Dependencies &Into)
      : ProxyFileSystem(std::move(Below)), Into(Into) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override {
    auto Found = ProxyFileSystem::status(Path);
    if (!Found)
      note(Into.Absent, Path);
    else if (Found->isRegularFile())
      note(Into.Read, Path);
    return Found;
  }

  bool exists(const llvm::Twine &Path) override { return bool(status(Path)); }

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    auto Opened = ProxyFileSystem::openFileForRead(Path);
    // A folder can be opened, too: `concepts` is one beside the standard header.
    auto Status = Opened ? (*Opened)->status() : Opened.getError();
    if (!Status || Status->isRegularFile())
      note(Status ? Into.Read : Into.Absent, Path);
    return Opened;
  }

  llvm::vfs::directory_iterator dir_begin(const llvm::Twine &Path,
                                          std::error_code &Error) override {
    auto Begin = ProxyFileSystem::dir_begin(Path, Error);
    note(Error ? Into.Absent : Into.Listed, Path);
    return Begin;
  }

private:
  void note(std::set<std::string, std::less<>> &To, const llvm::Twine &Path) {
    llvm::SmallString<256> Absolute;
    Path.toVector(Absolute);
    makeAbsolute(Absolute);
    if (!To.contains(Absolute.str()))
      To.insert(Absolute.str().str());
  }

  Dependencies &Into;
};

} // namespace

std::optional<Hash> Snapshot::contents(StringRef File) {
  {
    std::lock_guard Lock(Guard);
    if (auto Known = Contents.find(File); Known != Contents.end())
      return Known->second;
  }
  std::optional<Hash> Result;
  // Without the lock: that is what takes time.
  if (auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                                /*RequiresNullTerminator=*/false))
    Result = hashOf((*Buffer)->getBuffer());
  std::lock_guard Lock(Guard);
  return Contents.try_emplace(File, Result).first->second;
}

std::optional<Hash> Snapshot::names(StringRef Folder) {
  std::lock_guard Lock(Guard);
  auto [Known, New] = Names.try_emplace(Folder);
  if (!New)
    return Known->second;
  std::error_code Error;
  std::set<std::string> All;
  for (llvm::sys::fs::directory_iterator It(Folder, Error), End; !Error && It != End;
       It.increment(Error))
    All.insert(llvm::sys::path::filename(It->path()).str());
  if (!Error)
    Known->second = hashOf(llvm::join(All, "/"));
  return Known->second;
}

bool Snapshot::exists(StringRef File) {
  std::lock_guard Lock(Guard);
  auto [Known, New] = Present.try_emplace(File);
  if (New)
    Known->second = llvm::sys::fs::exists(File);
  return Known->second;
}

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>
recording(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Below, Dependencies &Into) {
  return llvm::makeIntrusiveRefCnt<Recorder>(std::move(Below), Into);
}

} // namespace weir::driver
