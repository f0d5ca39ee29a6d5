// Files that are there as a whole or not at all; see Files.h.

#include "driver/Files.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using llvm::StringRef;

namespace weir::driver {

llvm::Error writeFile(StringRef Path, StringRef Text) {
  auto Fail = [&](llvm::Error Why) {
    return llvm::createStringError("'" + Path + "' cannot be written: " +
                                   llvm::toString(std::move(Why)));
  };
  // Devices and pipes are written to; there is nothing to replace.
  if (llvm::sys::fs::exists(Path) && !llvm::sys::fs::is_regular_file(Path)) {
    std::error_code Error;
    llvm::raw_fd_ostream Out(Path, Error);
    if (!Error) {
      Out << Text;
      Out.close();
      Error = Out.error();
      Out.clear_error();
    }
    return Error ? Fail(llvm::errorCodeToError(Error)) : llvm::Error::success();
  }
  // Through a symbolic link, the file behind it is replaced, not the link.
  llvm::SmallString<256> Real;
  if (llvm::sys::fs::real_path(Path, Real))
    Real = Path;
  auto Temporary = llvm::sys::fs::TempFile::create(Real + ".%%%%%%.tmp",
                                                   llvm::sys::fs::owner_read |
                                                       llvm::sys::fs::owner_write |
                                                       llvm::sys::fs::group_read |
                                                       llvm::sys::fs::others_read);
  if (!Temporary)
    return Fail(Temporary.takeError());
  {
    llvm::raw_fd_ostream Out(Temporary->FD, /*shouldClose=*/false);
    Out << Text;
    Out.flush();
    if (std::error_code Error = Out.error()) {
      Out.clear_error();
      llvm::consumeError(Temporary->discard());
      return Fail(llvm::errorCodeToError(Error));
    }
  }
  if (llvm::ErrorOr<llvm::sys::fs::perms> Mode = llvm::sys::fs::getPermissions(Real))
    llvm::sys::fs::setPermissions(Temporary->FD, *Mode);
  if (llvm::Error Error = Temporary->keep(Real))
    return Fail(std::move(Error));
  return llvm::Error::success();
}

} // namespace weir::driver
