// How long it takes to join the summaries of a large project and to ask the
// program rules about each of its functions: `bench-link [FILES]`.
//
// The summaries are made here and read from bytes in memory, so the disk is left
// out. A file has thirty functions, five of which are a shared header's; calls go
// down through the project, within a file or to another, and some lead nowhere.

#include "checks/program/Bytes.h"
#include "checks/program/Rule.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/ClangTidyOptions.h"
#include <cstdio>
#include <deque>
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
  Maker Make(Files);
  Folders Where("/home/somebody/project", "");
  std::vector<std::string> Facts;
  size_t Bytes = 0;
  for (unsigned I = 0; I < Files; ++I)
    Bytes += Facts.emplace_back(store(Make.make(I), Where).Facts).size();

  namespace tidy = clang::tidy;
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), tidy::ClangTidyOptions::getDefaults()));
  double Begun = cpu();
  std::deque<Summary> All;
  std::vector<const Summary *> Summaries;
  Counts Places;
  for (const std::string &Each : Facts)
    if (llvm::Expected<Summary> S = restore(Each, Where, Places))
      Summaries.push_back(&All.emplace_back(std::move(*S)));
  std::printf("  %-34s %8.3f s\n", "reading", cpu() - Begun);
  double Read = cpu();
  Program P(Summaries, Seen::Whole);
  std::printf("  %-34s %8.3f s\n", "joining", cpu() - Read);
  size_t Findings = 0;
  for (const CheckInfo &Info : allChecks()) {
    if (!Info.NeedsProgram)
      continue;
    std::string Name = ("weir-" + Info.Name).str();
    double Before = cpu();
    std::unique_ptr<tidy::ClangTidyCheck> Made = Info.Make(Name, &Context);
    auto &Rule = static_cast<ProgramCheck &>(*Made);
    Rule.prepare(P);
    for (const Function *F : P.functions())
      Findings += Rule.judge(*F, P).size();
    std::printf("  %-34s %8.3f s\n", Name.c_str(), cpu() - Before);
  }
  std::printf("  %zu summaries of %zu bytes each\n", Summaries.size(), Bytes / Files);
  std::printf("  %u summaries, %u functions, %zu findings: %.3f s CPU %ld MiB\n", Files,
              Files * PerFile, Findings, cpu() - Begun, used().ru_maxrss / 1024);
  std::fflush(stdout);
  std::_Exit(0); // what was made takes longer to take apart
}
