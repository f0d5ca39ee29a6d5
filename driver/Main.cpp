// weir: the commands.

#include "driver/CacheCommand.h"
#include "driver/Check.h"
#include "driver/Doctor.h"
#include "driver/Explain.h"
#include "driver/Fix.h"
#include "driver/ModelsCommand.h"
#include "driver/Run.h"
#include "driver/Steps.h"
#include "driver/Suggest.h"
#include "driver/TraceCommand.h"
#include "driver/Why.h"
#include "clang/Basic/Version.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/WithColor.h"

using llvm::StringRef;
using namespace weir::driver;

namespace {

struct Entry {
  StringRef Name;
  StringRef Summary;
  int (*Run)(llvm::ArrayRef<const char *>);
};

int helpCommand(llvm::ArrayRef<const char *>);
int versionCommand(llvm::ArrayRef<const char *>) {
  llvm::outs() << "weir " WEIR_VERSION " (clang " CLANG_VERSION_STRING ")\n";
  return 0;
}

constexpr Entry Commands[] = {
    {"check", "find mistakes of asynchronous code", checkCommand},
    {"fix", "repair what check finds", fixCommand},
    {"doctor", "is everything there that weir needs?", doctorCommand},
    {"init", "write a .clang-tidy to begin with", initCommand},
    {"explain", "what a rule finds, why it is wrong, what to write instead", explainCommand},
    {"rules", "the rules, and which are on", rulesCommand},
    {"why", "why a function blocks, suspends or throws, as far as is known", whyCommand},
    {"cache", "what is kept of earlier runs, and why a file is analysed again", cacheCommand},
    {"summarize", "the facts of one file, as a step of a build", summarizeCommand},
    {"link", "what the whole program shows, from the facts of its files", linkCommand},
    {"report", "the report of what was linked", reportCommand},
    {"models", "what is known of libraries, and whether it is true", modelsCommand},
    {"trace", "draw what a program did: who ran, who waited, where the loop stood still",
     traceCommand},
    {"help", "this, or `weir COMMAND --help`", helpCommand},
    {"version", "which weir, and which clang is in it", versionCommand},
};

int helpCommand(llvm::ArrayRef<const char *>) {
  llvm::outs() << "usage: weir COMMAND …\n\n"
                  "Keeps asynchronous C++ flowing: a linter for coroutines.\n\n";
  for (const Entry &C : Commands)
    llvm::outs() << llvm::formatv("  {0,-10}{1}\n", C.Name, C.Summary);
  return 0;
}

} // namespace

int main(int Argc, const char **Argv) {
  // A reader that has seen enough ends us as it ends others.
  llvm::InitLLVM Init(Argc, Argv, /*InstallPipeSignalExitHandler=*/false);
  llvm::setBugReportMsg("weir: this is a bug in weir; what follows helps to find it\n");
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmParsers();
  useProcessors(0);

  llvm::ArrayRef<const char *> Args(Argv + 1, Argc - 1);
  if (Args.empty()) {
    helpCommand({});
    return 2;
  }
  StringRef Name = Args[0];
  if (Name == "--help" || Name == "-h")
    Name = "help";
  if (Name == "--version")
    Name = "version";
  std::vector<StringRef> Names;
  for (const Entry &C : Commands) {
    if (C.Name == Name) {
      int Code = C.Run(Args.drop_front());
      llvm::outs().flush();
      if (std::error_code Error = llvm::outs().error()) {
        llvm::WithColor::error(llvm::errs(), "weir")
            << "standard output: " << Error.message() << '\n';
        Code = 4;
      }
      llvm::errs().flush();
      // Whoever crashed on the way left locks and half-made objects behind, and
      // taking a thousand syntax trees apart is wasted time.
      llvm::sys::Process::Exit(Code, /*NoCleanup=*/true);
    }
    Names.push_back(C.Name);
  }
  return usageError(llvm::createStringError("there is no command '" + Name + "'" +
                                            didYouMean(Name, Names) +
                                            "\n  all commands: weir help"));
}
