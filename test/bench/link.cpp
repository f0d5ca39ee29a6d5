// How long it takes to join the summaries of a large project and to ask the
// program rules about each of its functions: `bench-link [FILES [THREADS]]`.
//
// The summaries are made here and read from bytes in memory, so the disk is
// left out. A file has thirty functions, five of which are a shared header's;
// calls go down through the project, within a file or to another, and some lead
// nowhere.

#include "checks/program/Bytes.h"
#include "checks/program/Rule.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/Support/Parallel.h"
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <sys/resource.h>

using namespace weir;
using namespace weir::program;

namespace {

constexpr unsigned PerFile = 30, OfHeader = 5, Headers = 200;

rusage used() {
  rusage Result;
  getrusage(RUSAGE_SELF, &Result);
  return Result;
}

double cpu() {
  rusage Now = used();
  return Now.ru_utime.tv_sec + Now.ru_stime.tv_sec +
         1e-6 * (Now.ru_utime.tv_usec + Now.ru_stime.tv_usec);
}

double elapsed() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

class Maker {
public:
  explicit Maker(unsigned Files) : Files(Files) {}

  Summary make(unsigned File) {
    Summary S;
    for (unsigned I = 0; I < PerFile; ++I)
      S.Functions.push_back(function(File, I));
    return S;
  }

private:
  unsigned below(unsigned N) { return Random() % N; }
  bool oneIn(unsigned N) { return below(N) == 0; }

  static llvm::StringRef usr(unsigned File, unsigned Index) {
    return intern("c:@N@project@N@part" + std::to_string(File % 50) + "@F@function_" +
                  std::to_string(File) + "_" + std::to_string(Index) + "#I#");
  }
  llvm::StringRef header(unsigned Index) { return usr(Files + below(Headers), Index); }

  Place place() { return {In, ++Line, 1, 0, 0}; }

  Function function(unsigned File, unsigned Index) {
    bool IsInline = Index < OfHeader;
    In = intern("/home/somebody/project/part" + std::to_string(File % 50) +
                (IsInline ? "/header.h" : "/file" + std::to_string(File) + ".cpp"));
    Function F;
    F.Usr = IsInline ? header(Index) : usr(File, Index);
    F.Name = F.Usr;
    F.At = place();
    F.Kind = !IsInline && oneIn(8) ? Kind::Coroutine : Kind::Plain;
    F.IsTask = F.Suspends = F.Kind == Kind::Coroutine;
    for (unsigned N = below(9); N > 0; --N)
      F.Calls.push_back(call(File, Index, F.Kind));
    if (oneIn(300))
      F.Blocks.push_back({"sleep", models::BlockingKind::Sleep, models::Confidence::High,
                          /*IsSyncWait=*/oneIn(4), place(), "", {}});
    if (oneIn(20))
      F.Throws.push_back({"std::runtime_error", place()});
    if (F.Kind == Kind::Coroutine && oneIn(4))
      F.Handed.push_back({usr(File, OfHeader + below(PerFile - OfHeader)), "work", place(), "spawn",
                          models::Role::Spawn, models::Unhandled::Swallowed, false});
    Sequence Awaits;
    for (unsigned I = 0; I < F.Calls.size(); ++I)
      if (F.Calls[I].Mode == Mode::Awaited) {
        Awaits.Steps.emplace_back().Call = I;
        Awaits.Steps.back().Await = F.Calls[I].At;
      }
    if (Awaits.Steps.size() > 1)
      F.Sequences.push_back(std::move(Awaits));
    return F;
  }

  Call call(unsigned File, unsigned Index, Kind Caller) {
    Call C;
    unsigned To = oneIn(2) ? File : File + below(std::min(Files - File, 500u));
    unsigned Which = To == File ? Index + 1 + below(OfHeader) : below(PerFile);
    C.Callee = Which < OfHeader   ? header(Which)
               : Which >= PerFile ? intern("c:@F@other_" + std::to_string(below(5000)))
                                  : usr(To, Which);
    C.Name = C.Callee;
    C.Mode = Caller == Kind::Coroutine && oneIn(2) ? Mode::Awaited : Mode::Plain;
    C.At = place();
    C.Args = intern({"p0", "?"});
    return C;
  }

  unsigned Files;
  std::mt19937 Random{7};
  llvm::StringRef In;
  unsigned Line = 0;
};

} // namespace

int main(int Argc, char **Argv) {
  unsigned Files = Argc > 1 ? std::atoi(Argv[1]) : 10000;
  unsigned Jobs =
      Argc > 2 ? std::atoi(Argv[2]) : 0; // as many as there are processors
  Maker Make(Files);
  Folders Where("/home/somebody/project", "");
  std::vector<std::string> Facts;
  size_t Bytes = 0;
  for (unsigned I = 0; I < Files; ++I)
    Bytes += Facts.emplace_back(store(Make.make(I), Where).Facts).size();

  namespace tidy = clang::tidy;
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), tidy::ClangTidyOptions::getDefaults()));
  llvm::parallel::strategy = llvm::hardware_concurrency(Jobs);
  double Begun = elapsed(), BegunCpu = cpu();
  auto Say = [Last = Begun](const std::string &What) mutable {
    double Now = elapsed();
    std::printf("  %-34s %8.3f s\n", What.c_str(), Now - Last);
    Last = Now;
  };
  llvm::Expected<std::vector<Summary>> Read =
      restore(std::vector<llvm::StringRef>(Facts.begin(), Facts.end()), Where);
  if (!Read)
    llvm::report_fatal_error(Read.takeError());
  Say("reading");
  std::vector<const Summary *> Summaries;
  for (const Summary &S : *Read)
    Summaries.push_back(&S);
  Program P(Summaries, Seen::Whole);
  Say("joining");
  std::vector<CheckInfo> Rules = allChecks();
  llvm::erase_if(Rules,
                 [](const CheckInfo &Rule) { return !Rule.NeedsProgram; });
  std::atomic<size_t> Findings = 0;
  llvm::parallelFor(0, Rules.size(), [&](size_t I) {
    std::unique_ptr<tidy::ClangTidyCheck> Made =
        Rules[I].Make(("weir-" + Rules[I].Name).str(), &Context);
    auto &Rule = static_cast<ProgramCheck &>(*Made);
    Rule.prepare(P);
    for (const Function *F : P.functions())
      Findings += Rule.judge(*F, P).size();
  });
  Say("judging by " + std::to_string(Rules.size()) + " rules");
  std::printf("  %zu summaries of %zu bytes each, %.3f s CPU\n",
              Summaries.size(), Bytes / Files, cpu() - BegunCpu);
  std::printf("  %u summaries, %u functions, %zu findings: %.3f s with %u "
              "threads %ld MiB\n",
              Files, Files * PerFile, Findings.load(), elapsed() - Begun,
              llvm::parallel::strategy.compute_thread_count(),
              used().ru_maxrss / 1024);
  std::fflush(stdout);
  std::_Exit(0); // what was made takes longer to take apart
}
