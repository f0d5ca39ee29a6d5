// `weir cache`; see CacheCommand.h.

#include "driver/CacheCommand.h"
#include "driver/Check.h"
#include "driver/Suggest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using llvm::StringRef;

namespace weir::driver {
namespace {

void print(StringRef What, CacheSize Size) {
  llvm::outs() << llvm::formatv("{0}{1} files, {2:f1} MB\n", What, Size.Files, Size.Bytes / 1e6);
}

int why(Options &Told, llvm::ArrayRef<std::string> Files) {
  Told.Paths.assign(Files.begin(), Files.end());
  if (Told.Paths.empty())
    return usageError(llvm::createStringError("of which file? weir cache why FILE"));
  Sources Texts;
  llvm::Expected<Outcome> All = prepare(Told, Texts);
  if (!All)
    return usageError(All.takeError());
  Snapshot Now;
  Cache Results(Told.CacheFolder, All->Where, Now);
  Shared Common = All->shared(Told);
  llvm::SmallString<256> Here;
  llvm::sys::fs::current_path(Here);
  for (const Command &C : All->Project.Commands) {
    llvm::outs() << relativeTo(Texts.realPath(Here), C.File) << ": ";
    std::vector<std::string> Reasons =
        Results.why(C, Results.partsOf(C, Common, All->Config->of(C.File)));
    if (Reasons.empty())
      llvm::outs() << "nothing has changed; its result is there\n";
    else
      llvm::outs() << "would be analysed: " << llvm::join(Reasons, "; ") << '\n';
  }
  return 0;
}

} // namespace

int cacheCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  CommandLine Line("cache", "[stats | why FILE… | gc | clear]",
                   "What is kept of earlier runs: `stats` counts it, `why` says what has changed "
                   "since a\nfile was analysed, `gc` removes what was not used for longest, "
                   "`clear` everything.\nThe folder may be copied to another machine as it is: "
                   "paths of a project are stored\nrelative to it. WEIR_CACHE_DIR names another "
                   "folder, WEIR_CACHE_MB how large it may be.");
  Told.declare(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (Told.CacheFolder.empty())
    return usageError(llvm::createStringError("no folder for a cache is known; name one with "
                                              "--cache=FOLDER or WEIR_CACHE_DIR"));
  StringRef What = Line.Words.empty() ? "stats" : StringRef(Line.Words[0]);
  if (What == "why")
    return why(Told, llvm::ArrayRef(Line.Words).drop_front());
  if (What == "stats")
    print(Told.CacheFolder + ": ", sizeOfCache(Told.CacheFolder));
  else if (What == "gc")
    print("removed ", collectCache(Told.CacheFolder, cacheLimit()));
  else if (What == "clear")
    print("removed ", collectCache(Told.CacheFolder, 0));
  else
    return usageError(llvm::createStringError(
        "there is no 'weir cache " + What + "'" +
        didYouMean(What, std::vector<StringRef>{"stats", "why", "gc", "clear"})));
  return 0;
}

} // namespace weir::driver
