// `weir cache`; see CacheCommand.h.

#include "driver/CacheCommand.h"
#include "driver/Check.h"
#include "driver/Suggest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using llvm::StringRef;

namespace weir::driver {
namespace {

void print(const llvm::Twine &What, CacheSize Size) {
  llvm::outs() << llvm::formatv("{0}{1} files, {2:f1} MB\n", What.str(), Size.Files, Size.Bytes / 1e6);
}

/// Asks \p Each about every command of the files that are meant.
llvm::Error forEachCommand(
    const Options &Told, Sources &Texts,
    llvm::function_ref<llvm::Error(Cache &, const Command &, const Parts &)> Each) {
  llvm::Expected<Outcome> All = prepare(Told, Texts);
  if (!All)
    return All.takeError();
  Snapshot Now;
  Cache Results(Told.CacheFolder, All->Where, Now);
  Shared Common = All->shared(Told);
  for (const Command &C : All->Project.Commands)
    if (llvm::Error Error =
            Each(Results, C, Results.partsOf(C, Common, All->Config->of(C.File))))
      return Error;
  return llvm::Error::success();
}

llvm::Error why(Options &Told, llvm::ArrayRef<std::string> Files) {
  Told.Paths.assign(Files.begin(), Files.end());
  if (Told.Paths.empty())
    return llvm::createStringError("of which file? weir cache why FILE");
  Sources Texts;
  llvm::SmallString<256> Here;
  llvm::sys::fs::current_path(Here);
  auto Tell = [&](Cache &Results, const Command &C, const Parts &Key) {
    llvm::outs() << relativeTo(Texts.realPath(Here), C.File) << ": ";
    std::vector<std::string> Reasons = Results.why(C, Key);
    if (Reasons.empty())
      llvm::outs() << "nothing has changed; its result is there\n";
    else
      llvm::outs() << "would be analysed: " << llvm::join(Reasons, "; ") << '\n';
    return llvm::Error::success();
  };
  return forEachCommand(Told, Texts, Tell);
}

llvm::Error exportTo(Options &Told, llvm::ArrayRef<std::string> Folders) {
  if (Folders.size() != 1)
    return llvm::createStringError("to which folder? weir cache export FOLDER");
  Sources Texts;
  size_t Found = 0, All = 0;
  auto Copy = [&](Cache &Results, const Command &C, const Parts &Key) {
    llvm::Expected<bool> Copied = Results.copy(C, Key, Folders[0]);
    Found += Copied && *Copied;
    ++All;
    return Copied.takeError();
  };
  if (llvm::Error Error = forEachCommand(Told, Texts, Copy))
    return Error;
  llvm::outs() << "exported the results of " << Found << " of " << All << " files\n";
  return llvm::Error::success();
}

llvm::Error importFrom(Options &Told, llvm::ArrayRef<std::string> Folders) {
  if (Folders.empty())
    return llvm::createStringError("from which folders? weir cache import FOLDER…");
  for (const std::string &Folder : Folders) {
    if (!llvm::sys::fs::is_directory(Folder))
      return llvm::createStringError("there is no folder '" + Folder + "'");
    llvm::Expected<CacheSize> New = Cache::merge(Folder, Told.CacheFolder);
    if (!New)
      return New.takeError();
    print("imported " + Folder + ": ", *New);
  }
  return llvm::Error::success();
}

} // namespace

int cacheCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  CommandLine Line("cache", "[stats | why FILE… | export FOLDER | import FOLDER… | gc | clear]",
                   "What is kept of earlier runs: `stats` counts it, `why` says what has changed "
                   "since a\nfile was analysed, `export` copies to a folder what this project "
                   "needs, `import` takes\nover what is in such folders, from whatever machine, "
                   "`gc` removes what was not used for\nlongest, `clear` everything. "
                   "WEIR_CACHE_DIR names another folder, WEIR_CACHE_MB how large\nit may be.");
  Told.declare(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (Told.CacheFolder.empty())
    return usageError(llvm::createStringError("no folder for a cache is known; name one with "
                                              "--cache=FOLDER or WEIR_CACHE_DIR"));
  const std::vector<StringRef> Words{"stats",  "why", "export",
                                     "import", "gc",  "clear"};
  StringRef What = Line.Words.empty() ? "stats" : StringRef(Line.Words[0]);
  using Action = llvm::Error (*)(Options &, llvm::ArrayRef<std::string>);
  Action Do = llvm::StringSwitch<Action>(What)
                  .Case("why", why)
                  .Case("export", exportTo)
                  .Case("import", importFrom)
                  .Default(nullptr);
  if (Do) {
    llvm::Error Error = Do(Told, llvm::ArrayRef(Line.Words).drop_front());
    return Error ? usageError(std::move(Error)) : 0;
  }
  if (What == "stats")
    print(Told.CacheFolder + ": ", sizeOfCache(Told.CacheFolder));
  else if (What == "gc")
    print("removed ", collectCache(Told.CacheFolder, cacheLimit()));
  else if (What == "clear")
    print("removed ", collectCache(Told.CacheFolder, 0));
  else
    return usageError(llvm::createStringError(
        "there is no 'weir cache " + What + "'" + didYouMean(What, Words) +
        "\n  there are: " + llvm::join(Words, ", ")));
  return 0;
}

} // namespace weir::driver
