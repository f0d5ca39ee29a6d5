// Which files there are, and how each is compiled; see Project.h.

#include "driver/Project.h"
#include "driver/Sources.h"
#include "driver/Suggest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include <nlohmann/json.hpp>
#include <set>

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

constexpr char HowToMake[] =
    "  make one:       cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON\n"
    "                  (Meson and `bear -- make` write one too), or say where it is: "
    "-p FOLDER\n"
    "  or do without:  weir check FILE.cpp -- -std=c++20 -Iinclude";

std::string join(StringRef Dir, StringRef Name) {
  llvm::SmallString<256> Result(Dir);
  path::append(Result, Name);
  return Result.str().str();
}

bool looksLikeBuild(StringRef Name) {
  return Name.starts_with("build") || Name.starts_with("out") ||
         Name.starts_with("cmake-build-") || Name == "_build" || Name == "bin";
}

std::vector<std::string> foldersIn(StringRef Dir, llvm::function_ref<bool(StringRef)> Want) {
  std::vector<std::string> Result;
  std::error_code Error;
  for (fs::directory_iterator It(Dir, Error), End; !Error && It != End; It.increment(Error))
    if (Want(path::filename(It->path())) && fs::is_directory(It->path()))
      Result.push_back(It->path());
  llvm::sort(Result);
  return Result;
}

/// The databases in \p Dir itself, else those of the build folders in it, the
/// youngest first.
std::vector<std::string> databasesIn(StringRef Dir) {
  std::string Direct = join(Dir, "compile_commands.json");
  if (fs::exists(Direct))
    return {Direct};
  std::vector<std::pair<llvm::sys::TimePoint<>, std::string>> Found;
  auto Look = [&](StringRef Folder) {
    std::string File = join(Folder, "compile_commands.json");
    fs::file_status Status;
    if (fs::status(File, Status) || !fs::exists(Status))
      return;
    Found.emplace_back(Status.getLastModificationTime(), File);
  };
  for (const std::string &Build : foldersIn(Dir, looksLikeBuild)) {
    Look(Build);
    for (const std::string &Inner : foldersIn(Build, [](StringRef) { return true; })) {
      Look(Inner);
      if (path::filename(Build).starts_with("out"))
        for (const std::string &Preset : foldersIn(Inner, [](StringRef) { return true; }))
          Look(Preset);
    }
  }
  llvm::sort(Found, [](auto &L, auto &R) {
    return std::tie(R.first, L.second) < std::tie(L.first, R.second);
  });
  std::vector<std::string> Files;
  for (auto &[Time, File] : Found)
    Files.push_back(std::move(File));
  return Files;
}

/// Whether anybody may put files into \p Dir, as into /tmp: what lies there
/// says nothing about a project below.
bool isEverybodys(StringRef Dir) {
  fs::file_status Status;
  const auto Shared = fs::sticky_bit | fs::others_write;
  return !fs::status(Dir, Status) && (Status.permissions() & Shared) == Shared;
}

llvm::Expected<std::vector<std::string>> findDatabase(const std::string &Path,
                                                      StringRef Start) {
  if (!Path.empty()) {
    if (fs::is_regular_file(Path))
      return std::vector{Path};
    if (!fs::is_directory(Path))
      return llvm::createStringError("-p: there is no '%s'", Path.c_str());
    std::vector<std::string> Found = databasesIn(Path);
    if (Found.empty())
      return llvm::createStringError(
          "-p: there is no compile_commands.json in '%s' or a build folder of it\n%s",
          Path.c_str(), HowToMake);
    return Found;
  }
  for (StringRef Dir = Start;
       !Dir.empty() && (Dir == Start || !isEverybodys(Dir));
       Dir = path::parent_path(Dir))
    if (std::vector<std::string> Found = databasesIn(Dir); !Found.empty())
      return Found;
  return llvm::createStringError(
      "no compile_commands.json: it says how each file is compiled\n"
      "  looked in:      '%s', its folders build*, out*, cmake-build-*, and all folders "
      "above\n%s",
      Start.str().c_str(), HowToMake);
}

struct Entry {
  std::string Directory, File;
  std::vector<std::string> Args;
};

llvm::Expected<std::vector<Entry>> readDatabase(const std::string &File) {
  auto Fail = [&](const llvm::Twine &What) {
    return llvm::createStringError(File + ": " + What);
  };
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return Fail(Buffer.getError().message());
  nlohmann::json Json;
  try {
    StringRef Text = (*Buffer)->getBuffer();
    Json = nlohmann::json::parse(Text.begin(), Text.end());
  } catch (const nlohmann::json::parse_error &Error) {
    auto [Line, Column] = [&] {
      StringRef Before =
          (*Buffer)->getBuffer().take_front(Error.byte ? Error.byte - 1 : 0);
      return std::pair(Before.count('\n') + 1, Before.size() - (Before.rfind('\n') + 1) + 1);
    }();
    return llvm::createStringError(
        File + ":" + llvm::Twine(Line) + ":" + llvm::Twine(Column) +
        ": this is not JSON" +
        ((*Buffer)->getBuffer().trim().empty() ? ": the file is empty" : "") +
        "; was the build interrupted while writing it? make it again");
  }
  if (!Json.is_array())
    return Fail("a compilation database is an array of objects with \"file\", "
                "\"directory\" and \"command\" or \"arguments\"");
  std::vector<Entry> Entries;
  auto Text = [](const nlohmann::json &Object, const char *Key) {
    auto Found = Object.find(Key);
    return Found != Object.end() && Found->is_string() ? Found->get<std::string>()
                                                       : std::string();
  };
  for (size_t I = 0; I < Json.size(); ++I) {
    const nlohmann::json &Object = Json[I];
    auto Bad = [&](const char *Key, const char *What) {
      return Fail("entry " + llvm::Twine(I + 1) + ": \"" + Key + "\" " + What);
    };
    if (!Object.is_object())
      return Fail("entry " + llvm::Twine(I + 1) + " is not an object");
    Entry E{Text(Object, "directory"), Text(Object, "file"), {}};
    if (E.File.empty())
      return Bad("file", "is missing or no text");
    if (E.Directory.empty())
      E.Directory = path::parent_path(File).str();
    if (auto Args = Object.find("arguments"); Args != Object.end()) {
      if (!Args->is_array())
        return Bad("arguments", "is not an array");
      for (const nlohmann::json &Arg : *Args) {
        if (!Arg.is_string())
          return Bad("arguments", "has an element that is no text");
        E.Args.push_back(Arg.get<std::string>());
      }
    } else {
      std::string Line = Text(Object, "command");
      if (Line.empty())
        return Bad("command", "is missing, and so is \"arguments\"");
      llvm::BumpPtrAllocator Alloc;
      llvm::StringSaver Saver(Alloc);
      llvm::SmallVector<const char *> Words;
      bool IsWindows = StringRef(Line).split(' ').first.ends_with_insensitive("cl.exe") ||
                       StringRef(Line).contains_insensitive("cl.exe\" ");
      (IsWindows ? llvm::cl::TokenizeWindowsCommandLine
                 : llvm::cl::TokenizeGNUCommandLine)(Line, Saver, Words, false);
      E.Args.assign(Words.begin(), Words.end());
    }
    Entries.push_back(std::move(E));
  }
  return Entries;
}

/// Adds a command to a project, once.
class Builder {
public:
  explicit Builder(Project &P) : P(P) {}

  void add(StringRef Directory, StringRef File, llvm::ArrayRef<std::string> Args) {
    Normalised N = normalise(Directory, File, Args);
    if (!N.Skip.empty()) {
      ++P.Skipped[N.Skip];
      return;
    }
    std::string Key = File.str();
    for (const std::string &Arg : N.Command.Args)
      Key += '\0' + Arg;
    if (!Seen.insert(Key + '\0' + Directory.str()).second) {
      ++P.Duplicates;
      return;
    }
    for (const Change &C : N.Changes) {
      auto &[Why, Count] = P.Changes[C.Flag];
      Why = C.Why;
      ++Count;
    }
    P.Commands.push_back(std::move(N.Command));
  }

  void finish() {
    llvm::sort(P.Commands, [](const Command &L, const Command &R) {
      return std::tie(L.File, L.Args, L.Directory) < std::tie(R.File, R.Args, R.Directory);
    });
  }

private:
  Project &P;
  std::set<std::string> Seen;
};

/// What the user wants of the database.
class Selection {
public:
  Selection(llvm::ArrayRef<std::string> Paths, Sources &Texts) {
    for (const std::string &Path : Paths)
      Wanted.push_back({Path, Texts.realPath(Path)});
  }
  llvm::Error check() const {
    for (const Item &I : Wanted)
      if (!fs::exists(I.Real))
        return llvm::createStringError("there is no '%s'", I.Given.c_str());
    return llvm::Error::success();
  }
  bool takes(StringRef File) {
    bool Result = Wanted.empty();
    for (Item &I : Wanted)
      if (File == I.Real || (File.starts_with(I.Real) && File[I.Real.size()] == '/'))
        Result = I.Used = true;
    return Result;
  }
  llvm::Error checkUsed(StringRef Database, llvm::ArrayRef<std::string> Files) const {
    for (const Item &I : Wanted) {
      if (I.Used)
        continue;
      std::string Message =
          "'" + I.Given + "' is not in " + Database.str() +
          (fs::is_directory(I.Real) ? ", nor is any file below it"
                                    : "; analyse it alone with: weir check " + I.Given +
                                          " -- -std=c++20");
      StringRef Name = path::filename(I.Real);
      for (StringRef File : Files)
        if (path::filename(File) == Name)
          return llvm::createStringError(Message + "\n  did you mean '" + File + "'?");
      return llvm::createStringError(Message);
    }
    return llvm::Error::success();
  }

private:
  struct Item {
    std::string Given;
    StringRef Real;
    bool Used = false;
  };
  std::vector<Item> Wanted;
};

} // namespace

std::string Project::root() const {
  if (Commands.empty())
    return "";
  StringRef Common = path::parent_path(Commands.front().File);
  std::string Repository = repositoryOf(Common);
  if (Repository != Common || fs::exists(Repository + "/.git"))
    return Repository;
  for (const Command &C : Commands)
    while (!Common.empty() && !(C.File.starts_with(Common) && C.File[Common.size()] == '/'))
      Common = path::parent_path(Common);
  return Common.str();
}

llvm::Expected<Project> loadProject(const std::string &Path,
                                    llvm::ArrayRef<std::string> Paths, Sources &Texts) {
  Selection Wanted(Paths, Texts);
  if (llvm::Error Error = Wanted.check())
    return std::move(Error);
  llvm::SmallString<256> Here;
  if (std::error_code Error = fs::current_path(Here))
    return llvm::createStringError("the current folder: " + Error.message());
  StringRef Start = Here;
  if (!Paths.empty()) {
    Start = Texts.realPath(Paths[0]);
    if (!fs::is_directory(Start))
      Start = path::parent_path(Start);
  }
  auto Found = findDatabase(Path, Start);
  if (!Found)
    return Found.takeError();
  Project P;
  P.Database = Found->front();
  P.AlsoFound.assign(Found->begin() + 1, Found->end());
  P.IsRestricted = !Paths.empty();
  auto Entries = readDatabase(P.Database);
  if (!Entries)
    return Entries.takeError();
  P.Entries = Entries->size();

  Builder Build(P);
  std::vector<std::string> Files;
  for (const Entry &E : *Entries) {
    std::string Directory = E.Directory;
    if (!path::is_absolute(Directory))
      Directory = join(Texts.realPath(path::parent_path(P.Database)), Directory);
    StringRef File = Texts.realPath(E.File, Directory);
    Files.push_back(File.str());
    if (!Wanted.takes(File))
      continue;
    if (!fs::exists(File))
      P.Missing.push_back(File.str());
    else
      Build.add(Directory, File, E.Args);
  }
  if (llvm::Error Error = Wanted.checkUsed(P.Database, Files))
    return std::move(Error);
  Build.finish();
  llvm::sort(P.Missing);
  P.Missing.erase(llvm::unique(P.Missing), P.Missing.end());
  return P;
}

llvm::Expected<Project> fixedProject(llvm::ArrayRef<std::string> Files,
                                     llvm::ArrayRef<std::string> Flags, Sources &Texts) {
  llvm::SmallString<256> Here;
  if (std::error_code Error = fs::current_path(Here))
    return llvm::createStringError("the current folder: " + Error.message());
  if (Files.empty())
    return llvm::createStringError("no file is given before `--`");
  std::vector<std::string> Args(Flags.begin(), Flags.end());
  // `-- g++ -std=c++20 …`, as a build prints it, names its program itself.
  if (Args.empty() || StringRef(Args[0]).starts_with("-"))
    Args.insert(Args.begin(), "c++"); // whichever
  Project P;
  P.IsRestricted = true;
  Builder Build(P);
  for (const std::string &File : Files) {
    StringRef Real = Texts.realPath(File);
    if (!fs::exists(Real))
      return llvm::createStringError("there is no '%s'", File.c_str());
    if (fs::is_directory(Real))
      return llvm::createStringError(
          "'%s' is a folder; with flags after `--`, name its files", File.c_str());
    Build.add(Here, Real, Args);
  }
  Build.finish();
  return P;
}

} // namespace weir::driver
