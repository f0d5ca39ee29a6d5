// The files that the option `Models` names; see ModelFiles.h.

#include "checks/support/ModelFiles.h"
#include "clang-tidy/utils/OptionsUtils.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace weir {
namespace {

std::string besideConfiguration(StringRef Name, StringRef File) {
  SmallString<128> Folder(File);
  sys::fs::make_absolute(Folder);
  while (sys::path::has_parent_path(Folder)) {
    sys::path::remove_filename(Folder);
    SmallString<128> Configuration(Folder), Wanted(Folder);
    sys::path::append(Configuration, ".clang-tidy");
    sys::path::append(Wanted, Name);
    if (sys::fs::exists(Configuration) && sys::fs::exists(Wanted))
      return Wanted.str().str();
  }
  return Name.str();
}

} // namespace

std::vector<std::string> modelFiles(StringRef Option, StringRef File) {
  std::vector<std::string> Paths;
  for (StringRef Name : clang::tidy::utils::options::parseStringList(Option))
    Paths.push_back(sys::path::is_absolute(Name) ? Name.str()
                                                 : besideConfiguration(Name, File));
  return Paths;
}

} // namespace weir
