// Where clang's own headers are; see Toolchain.h.
//
// A program outside the prefix of its LLVM finds no stddef.h, and then nothing
// parses. So the folder is never guessed: a candidate counts if it is there.

#include "driver/Toolchain.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <vector>

namespace weir::driver {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// What `clang-22 -print-resource-dir` prints, if there is such a program.
std::string askClang() {
  auto Clang = llvm::sys::findProgramByName("clang-" CLANG_VERSION_MAJOR_STRING);
  llvm::SmallString<128> Output;
  if (!Clang || fs::createTemporaryFile("weir", "txt", Output))
    return {};
  llvm::FileRemover Remove(Output);
  if (llvm::sys::ExecuteAndWait(*Clang, {*Clang, "-print-resource-dir"}, std::nullopt,
                                {"", Output.str(), ""}, /*SecondsToWait=*/10) != 0)
    return {};
  auto Text = llvm::MemoryBuffer::getFile(Output);
  return Text ? (*Text)->getBuffer().trim().str() : std::string();
}

bool holdsHeaders(llvm::StringRef Dir) {
  llvm::SmallString<128> Header(Dir);
  path::append(Header, "include", "stddef.h");
  return !Dir.empty() && fs::exists(Header);
}

} // namespace

llvm::Expected<std::string> findResourceDir(const char *Program) {
  std::vector<std::string> Tried = {WEIR_RESOURCE_DIR};
  std::string Self = fs::getMainExecutable(
      Program, reinterpret_cast<void *>(reinterpret_cast<intptr_t>(findResourceDir)));
  llvm::SmallString<128> Beside(path::parent_path(path::parent_path(Self)));
  path::append(Beside, "lib", "clang", CLANG_VERSION_MAJOR_STRING);
  Tried.push_back(Beside.str().str());
  for (const std::string &Dir : Tried)
    if (holdsHeaders(Dir))
      return Dir;
  Tried.push_back(askClang());
  if (holdsHeaders(Tried.back()))
    return Tried.back();
  return llvm::createStringError(
      "clang's own headers (stddef.h) are in none of: %s; install the package of "
      "clang " CLANG_VERSION_MAJOR_STRING ", or give their folder with --resource-dir",
      llvm::join(Tried, ", ").c_str());
}

} // namespace weir::driver
