// Results of earlier runs; see Cache.h.

#include "driver/Cache.h"
#include "driver/Configuration.h"
#include "driver/Files.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

/// How many results of one command are kept: some branches' worth.
constexpr size_t ResultsPerCommand = 8;

/// This very program: another build may decide otherwise.
const std::string &program() {
  static const std::string Known = [] {
    std::string Self = fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&program));
    auto Buffer = llvm::MemoryBuffer::getFile(Self);
    return Buffer ? hexOf(hashOf((*Buffer)->getBuffer())) : std::string("unknown");
  }();
  return Known;
}

Hash hashOf(const Parts &Key) {
  std::string All;
  for (const auto &[Name, Text] : Key)
    All += (Name + llvm::Twine('\0') + llvm::Twine(Text.size()) + llvm::Twine('\0') + Text).str();
  return weir::hashOf(All);
}

StringRef bytesOf(const Hash &H) {
  return StringRef(reinterpret_cast<const char *>(H.data()), H.size());
}

Hash hashFrom(StringRef Bytes) {
  Hash Result{};
  llvm::copy(Bytes.take_front(Result.size()), Result.begin());
  return Result;
}

std::optional<std::string> readFile(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  return (*Buffer)->getBuffer().str();
}

/// Marks \p Path as used, unless it was marked not long ago.
void touch(StringRef Path) {
  fs::file_status Status;
  auto Time = std::chrono::system_clock::now();
  if (fs::status(Path, Status) || Time - Status.getLastModificationTime() < std::chrono::hours(4))
    return;
  int Descriptor;
  if (fs::openFileForWrite(Path, Descriptor, fs::CD_OpenExisting, fs::OF_Append))
    return;
  fs::setLastAccessAndModificationTime(Descriptor, Time);
  llvm::sys::Process::SafelyCloseFileDescriptor(Descriptor);
}

/// Whether a file called that, in a folder of two digits, is one of a cache:
/// other things are kept in such folders, too.
bool isOurs(StringRef Name) {
  auto [Digits, Kind] = Name.split('.');
  return !Kind.empty() && Digits.size() == 2 * sizeof(Hash) - 2 &&
         llvm::all_of(Digits, llvm::isHexDigit);
}

/// The files of \p Folder that are ours.
template <class Take> void forEachFile(StringRef Folder, Take What) {
  std::error_code Error;
  for (fs::directory_iterator Sub(Folder, Error), End; !Error && Sub != End;
       Sub.increment(Error)) {
    StringRef Name = path::filename(Sub->path());
    if (Name.size() != 2 || !llvm::all_of(Name, llvm::isHexDigit))
      continue;
    std::error_code Inner;
    for (fs::directory_iterator It(Sub->path(), Inner); !Inner && It != End; It.increment(Inner))
      if (auto Status = It->status();
          Status && isOurs(path::filename(It->path())))
        What(StringRef(It->path()), *Status);
  }
}

/// So that nobody indexes, backs up or commits it.
void makeCache(StringRef Folder) {
  if (fs::exists(Folder + "/CACHEDIR.TAG") || fs::create_directories(Folder))
    return;
  llvm::consumeError(writeFile((Folder + "/CACHEDIR.TAG").str(),
                               "Signature: 8a477f597d28d172789f06886806bc55\n"
                               "# Results of weir. May be removed at any time.\n"));
  llvm::consumeError(writeFile((Folder + "/.gitignore").str(), "*\n"));
}

} // namespace

/// A result and what it was made from.
struct Cache::Made {
  Hash Result{};
  std::vector<std::pair<StringRef, Hash>> Read, Listed;
  std::vector<StringRef> Absent;
};

std::string Cache::pathOf(StringRef Kind, const Hash &Key) const {
  std::string Name = hexOf(Key);
  llvm::SmallString<256> Result(Folder);
  path::append(Result, StringRef(Name).take_front(2), StringRef(Name).drop_front(2) + "." + Kind);
  return Result.str().str();
}

Parts Cache::partsOf(const Command &C, const Shared &Common, const Settings &With) const {
  std::string Line;
  for (const std::string &Arg : C.Args)
    Line += Where.stored(Arg) + '\0';
  for (const auto *More : {&Common.ExtraArgsBefore, &Common.ExtraArgs})
    Line += '\0' + llvm::join(*More, StringRef("\0", 1));
  std::string Models;
  for (const std::string &File : With.ModelFiles)
    if (std::optional<Hash> Contents = Now.contents(File))
      Models += hexOf(*Contents) + " ";
  return {{"weir itself", program() + llvm::Twine(program::StoredFormat).str()},
          {"the command", Where.stored(C.Directory) + '\0' + Where.stored(C.File) + '\0' + Line},
          {"clang's own headers", Where.stored(Common.ResourceDir)},
          {"the configuration", Where.stored(With.textWith(With.AstRules))},
          {"the models", std::move(Models)}};
}

std::vector<Cache::Made> Cache::recordIn(StringRef Bytes, const program::Folders &Where) {
  std::vector<Made> Result;
  program::ByteReader In(Bytes, Where, /*IsApart=*/false);
  auto Pairs = [&](auto &Into) {
    for (uint64_t N = In.number(); N > 0 && !In.failed(); --N) {
      StringRef File = In.text();
      Into.push_back({File, hashFrom(In.raw(sizeof(Hash)))});
    }
  };
  while (!In.atEnd()) {
    Made Each;
    Each.Result = hashFrom(In.raw(sizeof(Hash)));
    Pairs(Each.Read);
    Pairs(Each.Listed);
    for (uint64_t N = In.number(); N > 0 && !In.failed(); --N)
      Each.Absent.push_back(In.text());
    if (In.failed())
      break;
    Result.push_back(std::move(Each));
  }
  return Result;
}

std::string Cache::bytesOf(llvm::ArrayRef<Made> Record, const program::Folders &Where) {
  program::ByteWriter Out(Where, /*IsApart=*/false);
  auto Pairs = [&](const auto &From) {
    Out.number(From.size());
    for (const auto &[File, Then] : From) {
      Out.text(File);
      Out.raw(driver::bytesOf(Then));
    }
  };
  for (const Made &Each : Record.take_front(ResultsPerCommand)) {
    Out.raw(driver::bytesOf(Each.Result));
    Pairs(Each.Read);
    Pairs(Each.Listed);
    Out.number(Each.Absent.size());
    for (StringRef File : Each.Absent)
      Out.text(File);
  }
  return Out.take();
}

std::vector<Cache::Made> Cache::record(const Hash &Key) const {
  std::optional<std::string> Bytes = readFile(pathOf("record", Key));
  return Bytes ? recordIn(*Bytes, Where) : std::vector<Made>();
}

std::vector<std::string> Cache::changes(const Made &Since, size_t Most) const {
  std::vector<std::string> Result;
  for (const auto &[File, Then] : Since.Read)
    if (Result.size() == Most)
      return Result;
    else if (std::optional<Hash> Is = Now.contents(File); !Is || *Is != Then)
      Result.push_back(("'" + File + (Is ? "' has changed" : "' is gone")).str());
  for (const auto &[Directory, Then] : Since.Listed)
    if (Result.size() == Most)
      return Result;
    else if (Now.names(Directory) != Then)
      Result.push_back(("other files are in '" + Directory + "'").str());
  for (StringRef File : Since.Absent)
    if (Result.size() == Most)
      return Result;
    else if (Now.exists(File))
      Result.push_back(("'" + File + "' is new, and found before another").str());
  return Result;
}

std::optional<Analysis> Cache::find(const Parts &Key) {
  if (Folder.empty())
    return std::nullopt;
  for (const Made &Each : record(hashOf(Key))) {
    if (!isValid(Each))
      continue;
    std::string Path = pathOf("result", Each.Result);
    std::optional<std::string> Bytes = readFile(Path);
    if (!Bytes)
      continue; // collected
    program::ByteReader In(*Bytes, Where, /*IsApart=*/false);
    Analysis Result;
    In.read(Result);
    if (In.failed() || !In.atEnd())
      continue;
    touch(Path);
    touch(pathOf("record", hashOf(Key)));
    for (const auto &[File, Then] : Each.Read)
      Result.Inputs.Read.insert(File.str());
    Result.Made = Each.Result;
    return Result;
  }
  return std::nullopt;
}

Hash Cache::keep(const Command &C, const Parts &Key, const Analysis &A,
                 llvm::sys::TimePoint<> Begun) {
  if (Folder.empty())
    return {};
  Made New;
  std::string All = hexOf(hashOf(Key));
  for (const std::string &File : A.Inputs.Read) {
    std::optional<Hash> Contents = Now.contents(File);
    fs::file_status Status;
    if (!Contents || fs::status(File, Status))
      return {};
    // Changed under our hands: nobody knows which text was read. A time yet to
    // come is not when it was written.
    if (Status.getLastModificationTime() >= Begun &&
        Status.getLastModificationTime() <= std::chrono::system_clock::now())
      return {};
    New.Read.push_back({File, *Contents});
    All += Where.stored(File) + '\0' + hexOf(*Contents);
  }
  for (const std::string &Directory : A.Inputs.Listed)
    if (std::optional<Hash> Names = Now.names(Directory)) {
      New.Listed.push_back({Directory, *Names});
      All += Where.stored(Directory) + '\0' + hexOf(*Names);
    }
  for (const std::string &File : A.Inputs.Absent)
    New.Absent.push_back(File);
  New.Result = weir::hashOf(All);

  program::ByteWriter Result(Where, /*IsApart=*/false);
  Result.write(A);
  keepBytes("result", New.Result, Result.take());

  std::vector<Made> Record = record(hashOf(Key));
  llvm::erase_if(Record, [&](const Made &Each) { return Each.Result == New.Result; });
  Hash Id = New.Result;
  Record.insert(Record.begin(), std::move(New));
  keepBytes("record", hashOf(Key), bytesOf(Record, Where));

  // For why(): what was there when there was a result.
  program::ByteWriter Last(Where, /*IsApart=*/false);
  for (const auto &[Name, Text] : Key) {
    Last.text(Name);
    Last.raw(driver::bytesOf(weir::hashOf(Text)));
  }
  Last.raw(driver::bytesOf(hashOf(Key)));
  keepBytes("last", weir::hashOf(lastOf(C)), Last.take());
  return Id;
}

std::string Cache::lastOf(const Command &C) const {
  return Where.stored(C.Directory) + '\0' + Where.stored(C.File);
}

std::vector<std::string> Cache::why(const Command &C, const Parts &Key) {
  std::vector<Made> Record = record(hashOf(Key));
  if (Record.empty()) {
    std::optional<std::string> Bytes = bytes("last", weir::hashOf(lastOf(C)));
    if (!Bytes)
      return {"there is no result of an earlier run for it"};
    program::ByteReader In(*Bytes, Where, /*IsApart=*/false);
    std::vector<std::string> Result;
    for (const auto &[Name, Text] : Key) {
      StringRef Then = In.text();
      Hash Before = hashFrom(In.raw(sizeof(Hash)));
      if (Then == Name && Before != weir::hashOf(Text))
        Result.push_back((Name + " has changed").str());
    }
    if (Result.empty())
      Result.push_back("its result was removed to make room");
    return Result;
  }
  if (find(Key))
    return {};
  // The result that is nearest tells most; the latest, of several.
  std::vector<std::string> Fewest;
  for (const Made &Each : Record)
    if (std::vector<std::string> Changes = changes(Each);
        !Changes.empty() && (Fewest.empty() || Changes.size() < Fewest.size()))
      Fewest = std::move(Changes);
  constexpr size_t Shown = 3;
  if (Fewest.size() > Shown) {
    std::string More = "and " + std::to_string(Fewest.size() - Shown) + " more changes";
    Fewest.resize(Shown);
    Fewest.push_back(std::move(More));
  }
  if (Fewest.empty())
    Fewest.push_back("its result was removed to make room");
  return Fewest;
}

llvm::Expected<bool> Cache::copy(const Command &C, const Parts &Key, StringRef To) {
  for (const Made &Each : record(hashOf(Key))) {
    if (!isValid(Each) || !fs::exists(pathOf("result", Each.Result)))
      continue;
    for (const std::string &From :
         {pathOf("result", Each.Result), pathOf("record", hashOf(Key)),
          pathOf("last", weir::hashOf(lastOf(C)))})
      if (llvm::Expected<uint64_t> Size = copyEntry(Folder, From, To); !Size)
        return Size.takeError();
    return true;
  }
  return false;
}

llvm::Expected<CacheSize> Cache::merge(StringRef From, StringRef To) {
  CacheSize Result;
  llvm::Error Error = llvm::Error::success();
  forEachFile(From, [&](StringRef Path, const fs::basic_file_status &) {
    if (Error)
      return;
    llvm::Expected<uint64_t> Size = copyEntry(From, Path, To);
    if (!Size)
      Error = Size.takeError();
    else if (*Size > 0)
      ++Result.Files, Result.Bytes += *Size;
  });
  if (Error)
    return std::move(Error);
  return Result;
}

llvm::Expected<uint64_t> Cache::copyEntry(StringRef Folder, StringRef Path, StringRef To) {
  std::optional<std::string> Bytes = readFile(Path);
  if (!Bytes) // somebody has made room
    return 0;
  std::string Target = (To + Path.drop_front(Folder.size())).str();
  if (std::optional<std::string> There = readFile(Target)) {
    if (path::extension(Path) != ".record")
      return 0;
    program::Folders None;
    std::vector<Made> Record = recordIn(*There, None);
    size_t Before = Record.size();
    for (Made &Each : recordIn(*Bytes, None))
      if (llvm::none_of(Record, [&](const Made &Old) { return Old.Result == Each.Result; }))
        Record.insert(Record.begin(), std::move(Each));
    if (Record.size() == Before)
      return 0;
    *Bytes = bytesOf(Record, None);
  } else {
    makeCache(To);
  }
  if (std::error_code Error = fs::create_directories(path::parent_path(Target)))
    return llvm::createStringError("'" + To + "': " + Error.message());
  if (llvm::Error Error = writeFile(Target, *Bytes))
    return std::move(Error);
  return Bytes->size();
}

Hash Cache::keyOf(StringRef Of) { return weir::hashOf((program() + "\n" + Of).str()); }

std::optional<std::string> Cache::bytes(StringRef Kind, const Hash &Of) const {
  if (Folder.empty())
    return std::nullopt;
  std::string Path = pathOf(Kind, Of);
  std::optional<std::string> Result = readFile(Path);
  if (Result)
    touch(Path);
  return Result;
}

void Cache::keepBytes(StringRef Kind, const Hash &Of, StringRef Bytes) {
  if (Folder.empty())
    return;
  std::string Path = pathOf(Kind, Of);
  if (!HasKept.exchange(true))
    makeCache(Folder);
  if (!fs::create_directories(path::parent_path(Path)))
    llvm::consumeError(writeFile(Path, Bytes));
}

void Cache::collectSometimes() const {
  if (!HasKept)
    return;
  std::string Stamp = Folder + "/collected";
  fs::file_status Status;
  auto Time = std::chrono::system_clock::now();
  if (!fs::status(Stamp, Status) && Time - Status.getLastModificationTime() < std::chrono::hours(1))
    return;
  llvm::consumeError(writeFile(Stamp, ""));
  if (sizeOfCache(Folder).Bytes > cacheLimit())
    collectCache(Folder, cacheLimit() / 10 * 8);
}

std::string defaultCacheFolder() {
  if (auto Named = llvm::sys::Process::GetEnv("WEIR_CACHE_DIR"))
    return *Named; // empty: none
  llvm::SmallString<256> Result;
  if (!path::cache_directory(Result))
    return "";
  path::append(Result, "weir");
  return Result.str().str();
}

uint64_t cacheLimit() {
  uint64_t Megabytes = 2048;
  if (auto Named = llvm::sys::Process::GetEnv("WEIR_CACHE_MB"))
    StringRef(*Named).getAsInteger(10, Megabytes);
  return Megabytes << 20;
}

CacheSize sizeOfCache(StringRef Folder) {
  CacheSize Result;
  forEachFile(Folder, [&](StringRef, const fs::basic_file_status &Status) {
    ++Result.Files;
    Result.Bytes += Status.getSize();
  });
  return Result;
}

CacheSize collectCache(StringRef Folder, uint64_t Limit) {
  struct Old {
    llvm::sys::TimePoint<> Used;
    uint64_t Bytes;
    std::string Path;
  };
  std::vector<Old> All;
  CacheSize Size, Removed;
  forEachFile(Folder, [&](StringRef Path, const fs::basic_file_status &Status) {
    All.push_back({Status.getLastModificationTime(), Status.getSize(), Path.str()});
    Size.Bytes += Status.getSize();
  });
  llvm::sort(All, [](const Old &L, const Old &R) {
    return std::tie(L.Used, L.Path) < std::tie(R.Used, R.Path);
  });
  for (const Old &Each : All) {
    if (Size.Bytes <= Limit)
      break;
    if (fs::remove(Each.Path))
      continue;
    Size.Bytes -= Each.Bytes;
    Removed.Bytes += Each.Bytes;
    ++Removed.Files;
  }
  return Removed;
}

} // namespace weir::driver
