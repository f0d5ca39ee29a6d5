// All files, several at a time; see Run.h.

#include "driver/Run.h"
#include "driver/Cache.h"
#include "driver/Configuration.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Parallel.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/thread.h"
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <memory>
#include <mutex>

using llvm::StringRef;

namespace weir::driver {
namespace {

/// What is said while the user waits. Thread-safe.
class Progress {
public:
  Progress(Options::Show How, size_t Total) : How(How), Total(Total) {
    bool IsTerminal = llvm::sys::Process::StandardErrIsDisplayed();
    if (How == Options::Show::Auto)
      this->How = IsTerminal ? Options::Show::Bar : Options::Show::Lines;
    if (Total < 2)
      this->How = Options::Show::None;
  }
  ~Progress() {
    if (How == Options::Show::Bar)
      llvm::errs() << "\r\033[K";
  }

  void finished(const Command &C) {
    std::lock_guard Lock(Guard);
    ++Done;
    auto Now = std::chrono::steady_clock::now();
    if (How == Options::Show::Bar) {
      if (Now - Last < std::chrono::milliseconds(80) && Done != Total)
        return;
      Last = Now;
      unsigned Width = 24, Filled = Done * Width / Total;
      double Passed = std::chrono::duration<double>(Now - Begun).count();
      unsigned Left = std::lround(Passed / Done * (Total - Done));
      std::string Line =
          llvm::formatv("[{0}{1}] {2}/{3}  {4} s left  {5}", std::string(Filled, '#'),
                        std::string(Width - Filled, '.'), Done, Total, Left,
                        llvm::sys::path::filename(C.File))
              .str();
      unsigned Columns = llvm::sys::Process::StandardErrColumns();
      llvm::errs() << '\r' << StringRef(Line).take_front(Columns ? Columns - 1 : 79)
                   << "\033[K";
    } else if (How == Options::Show::Lines) {
      // Enough that nobody thinks it hangs, and no log of ten thousand lines.
      if (Now - Last < std::chrono::seconds(10) || Done == Total)
        return;
      Last = Now;
      llvm::errs() << "weir: " << Done << " of " << Total << " files\n";
    }
  }

private:
  Options::Show How;
  size_t Total, Done = 0;
  std::mutex Guard;
  std::chrono::steady_clock::time_point Begun = std::chrono::steady_clock::now(),
                                        Last = Begun;
};

/// The processors a container may use, by cgroup; 0 if it does not say.
unsigned quota() {
  auto Read = [](const char *File) {
    auto Buffer = llvm::MemoryBuffer::getFileAsStream(File);
    return Buffer ? (*Buffer)->getBuffer().trim().str() : std::string();
  };
  std::string Max = Read("/sys/fs/cgroup/cpu.max"); // "200000 100000"
  auto [Quota, Period] = StringRef(Max).split(' ');
  std::string V1, V1Period;
  if (Max.empty()) {
    V1 = Read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    V1Period = Read("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    Quota = V1;
    Period = V1Period;
  }
  unsigned Q = 0, P = 0;
  if (Quota.getAsInteger(10, Q) || Period.getAsInteger(10, P) || P == 0)
    return 0;
  return std::max(1u, (Q + P - 1) / P);
}

/// As many as there are processors this process may use.
unsigned defaultJobs() {
  unsigned Processors = llvm::hardware_concurrency().compute_thread_count();
  unsigned Allowed = quota();
  return Allowed ? std::min(Allowed, Processors) : Processors;
}

/// Where a thread's signals are handled: a stack that overflowed has no room
/// for it.
class SignalStack {
public:
  SignalStack() : Memory(new char[Size]) {
    stack_t Own = {};
    Own.ss_sp = Memory.get();
    Own.ss_size = Size;
    sigaltstack(&Own, nullptr);
  }
  ~SignalStack() {
    stack_t None = {};
    None.ss_flags = SS_DISABLE;
    sigaltstack(&None, nullptr);
  }

  /// Has the handlers of crashes, which LLVM has installed, run there.
  static void use() {
    for (int Signal : {SIGSEGV, SIGBUS}) {
      struct sigaction Handler;
      if (sigaction(Signal, nullptr, &Handler) == 0) {
        Handler.sa_flags |= SA_ONSTACK;
        sigaction(Signal, &Handler, nullptr);
      }
    }
  }

private:
  static constexpr size_t Size = 64 << 10;
  std::unique_ptr<char[]> Memory;
};

/// As an earlier run found it, or anew.
Analysis analyseOnce(const Command &C, const Shared &Common) {
  if (!Common.Results)
    return analyse(C, Common);
  Parts Key = Common.Results->partsOf(C, Common, Common.Config.of(C.File));
  if (std::optional<Analysis> Known = Common.Results->find(Key))
    return std::move(*Known);
  auto Begun = std::chrono::system_clock::now();
  Analysis Result = analyse(C, Common);
  Result.Made = Common.Results->keep(C, Key, Result, Begun);
  return Result;
}

} // namespace

void useProcessors(unsigned Jobs) {
  llvm::parallel::strategy =
      llvm::hardware_concurrency(Jobs ? Jobs : defaultJobs());
}

std::vector<Analysis> run(llvm::ArrayRef<Command> Commands, const Shared &Common,
                          unsigned Jobs, Options::Show Show) {
  if (Jobs == 0)
    Jobs = defaultJobs();
  std::vector<Analysis> Results(Commands.size());
  Progress Say(Show, Commands.size());
  std::atomic<size_t> Next = 0;
  auto Work = [&] {
    SignalStack Own;
    for (size_t I; (I = Next++) < Commands.size();) {
      llvm::CrashRecoveryContext Guard;
      if (!Guard.RunSafely([&] { Results[I] = analyseOnce(Commands[I], Common); })) {
        Results[I] = Analysis();
        Results[I].Problems.push_back({Commands[I].File, "the analysis crashed" + activity(), {}});
      }
      Say.finished(Commands[I]);
    }
  };
  llvm::CrashRecoveryContext::Enable();
  SignalStack::use();
  // clang wants 8 MB; deep expressions want more than the system's default.
  constexpr unsigned Stack = 32 << 20;
  std::vector<llvm::thread> Workers;
  for (unsigned I = 0; I < std::min<size_t>(Jobs, Commands.size()); ++I)
    Workers.emplace_back(std::optional<unsigned>(Stack), Work);
  for (llvm::thread &Each : Workers)
    Each.join();
  llvm::CrashRecoveryContext::Disable();
  return Results;
}

} // namespace weir::driver
