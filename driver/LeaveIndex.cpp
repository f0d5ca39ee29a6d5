// Leaves the index for the plugin and the editor; see LeaveIndex.h.

#include "driver/LeaveIndex.h"
#include "checks/program/Index.h"
#include "checks/program/IndexWriter.h"
#include "driver/Files.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

bool isBelow(StringRef File, StringRef Folder) {
  return !Folder.empty() && File.consume_front(Folder) && File.starts_with("/");
}

using program::FileState;

/// The files of an analysis, numbered once for all; without those that come
/// with the system and its packages.
class Files {
public:
  Files(const Outcome &Of, StringRef Root, StringRef Build, Snapshot &Now,
        llvm::sys::TimePoint<> Begun)
      : Now(Now), Begun(Begun), Ours{Root, Build},
        Theirs{Of.ResourceDir, "/usr", "/etc", "/bin", "/lib", "/lib64"} {}

  /// The numbers of those that are the user's, or would be if they were there;
  /// nothing if one has changed meanwhile: nobody knows which text was read.
  std::optional<std::vector<unsigned>> of(const Analysis &A) {
    std::vector<unsigned> Result;
    for (bool IsAbsent : {false, true})
      for (const std::string &File :
           IsAbsent ? A.Inputs.Absent : A.Inputs.Read) {
        auto Contains = [&](StringRef Folder) { return isBelow(File, Folder); };
        if (llvm::none_of(Ours, Contains) &&
            (IsAbsent || llvm::any_of(Theirs, Contains)))
          continue;
        std::optional<unsigned> Number = number(File, IsAbsent);
        if (!Number)
          return std::nullopt;
        Result.push_back(*Number);
      }
    return Result;
  }

  std::optional<unsigned> number(StringRef File, bool IsAbsent = false) {
    auto [It, New] = Numbers.try_emplace(File);
    if (!New)
      return It->second;
    if (IsAbsent) {
      if (Now.exists(File))
        return std::nullopt;
      It->second = States.size();
      FileState &Each = States.emplace_back();
      Each.Path = It->first();
      Each.IsAbsent = true;
      return It->second;
    }
    fs::file_status Status;
    std::optional<Hash> Contents = Now.contents(File);
    if (!Contents || fs::status(File, Status) ||
        Status.getLastModificationTime() >= Begun)
      return std::nullopt;
    It->second = States.size();
    States.push_back(
        {It->first(), Status.getSize(),
         uint64_t(Status.getLastModificationTime().time_since_epoch().count()),
         *Contents});
    return It->second;
  }

  llvm::ArrayRef<FileState> all() const { return States; }

private:
  Snapshot &Now;
  llvm::sys::TimePoint<> Begun;
  StringRef Ours[2], Theirs[6];
  llvm::StringMap<std::optional<unsigned>> Numbers;
  std::vector<FileState> States;
};

/// The compile database of \p Of, as the index remembers it.
std::optional<program::FileState> databaseOf(const Outcome &Of,
                                             const program::Folders &Where,
                                             llvm::sys::TimePoint<> Begun) {
  fs::file_status Status;
  auto Buffer =
      llvm::MemoryBuffer::getFile(Of.Project.Database, /*IsText=*/false,
                                  /*RequiresNullTerminator=*/false);
  if (!Buffer || fs::status(Of.Project.Database, Status) ||
      Status.getLastModificationTime() >= Begun)
    return std::nullopt;
  program::FileState Result;
  Result.Path = Of.Project.Database;
  Result.Size = Status.getSize();
  Result.Modified = Status.getLastModificationTime().time_since_epoch().count();
  Result.Contents = hashOf(Where.stored((*Buffer)->getBuffer()));
  return Result;
}

/// Names what the index is made from; nothing if somebody made a result and
/// could not name it.
std::optional<Hash> nameOf(const Outcome &Of,
                           const program::IndexSource &Source) {
  std::string All = llvm::formatv(
      "{0} {1} {2}\n{3}\n{4}\n", program::format::Version,
      program::StoredFormat, Source.IsWhole, Source.Root, Source.Build);
  for (auto [C, A] : llvm::zip_equal(Of.Project.Commands, Of.Analyses)) {
    if (!A.isKnown())
      continue;
    if (A.Made == Hash{})
      return std::nullopt;
    All += C.File + '\n';
    All.append(A.Made.begin(), A.Made.end());
  }
  return hashOf(All);
}

/// Whether \p Last was made from the same facts: then its tables still stand.
bool hasFactsOf(const program::Index *Last,
                llvm::ArrayRef<program::IndexEntry> Entries) {
  return Last && Last->size() == Entries.size() &&
         llvm::all_of(llvm::enumerate(Entries), [&](const auto &Each) {
           return Last->factsOf(Each.index()) == Each.value().Bytes->Facts;
         });
}

} // namespace

llvm::Error leaveIndex(const Outcome &Of, Whole &Program, Snapshot &Now,
                       llvm::sys::TimePoint<> Begun) {
  std::string Root = Of.Project.root();
  StringRef Build = path::parent_path(Of.Project.Database);
  std::string Path = program::indexPath(Build);
  if (Path.empty())
    return llvm::Error::success();
  program::IndexSource Source;
  Source.Root = Root;
  Source.Build = Build;
  Source.IsWhole = Of.IsWhole;
  std::optional<Hash> Name = nameOf(Of, Source);
  std::optional<program::FileState> Database =
      databaseOf(Of, program::Folders(Root, Build), Begun);
  if (!Database) // nobody knows which was read
    return llvm::Error::success();
  Source.Database = *Database;
  std::shared_ptr<const program::Index> Last = program::Index::open(Path);
  if (Last && Name && Last->made() == *Name)
    return llvm::Error::success();

  Files Read(Of, Root, Build, Now, Begun);
  std::vector<program::IndexEntry> Entries;
  std::vector<size_t> Known; // of the known analyses, which have entries
  size_t Count = 0;
  for (auto [C, A] : llvm::zip_equal(Of.Project.Commands, Of.Analyses)) {
    if (!A.isKnown())
      continue;
    std::optional<unsigned> Main = Read.number(C.File);
    std::optional<std::vector<unsigned>> Inputs = Read.of(A);
    if (Main && Inputs) {
      Entries.push_back({&A.Summary, nullptr, *Main, std::move(*Inputs)});
      Known.push_back(Count);
    } else {
      Source.IsWhole = false;
      Name.reset();
    }
    ++Count;
  }
  if (hasFactsOf(Last.get(), Entries)) {
    Source.Last = Last.get();
  } else {
    llvm::Expected<const Joint &> Facts = Program.summaries();
    if (!Facts)
      return Facts.takeError();
    std::vector<const program::Summary *> All = Facts->summaries();
    for (auto [Entry, Number] : llvm::zip_equal(Entries, Known))
      Entry.Facts = All[Number];
  }
  Source.Made = Name.value_or(Hash{});
  Source.Files = Read.all();
  Source.Entries = Entries;
  std::string Bytes = program::indexBytes(Source);
  StringRef Folder = path::parent_path(Path);
  if (std::error_code Error = fs::create_directories(Folder))
    return llvm::createStringError("'" + Folder +
                                   "' cannot be made: " + Error.message());
  // Where the build folder is the source folder, nobody wants to commit it.
  if (path::filename(Folder) == ".weir" && !fs::exists(Folder + "/.gitignore"))
    if (llvm::Error Error = writeFile((Folder + "/.gitignore").str(), "*\n"))
      return Error;
  return writeFile(Path, Bytes);
}

} // namespace weir::driver
