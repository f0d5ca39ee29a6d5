// The rules that need the whole program; see Link.h.

#include "driver/Link.h"
#include "checks/program/Program.h"
#include "checks/program/Rule.h"
#include "driver/Configuration.h"
#include "driver/Sources.h"
#include "driver/Suppressions.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "llvm/Support/PrettyStackTrace.h"
#include <map>

using namespace clang;
using llvm::StringRef;

namespace weir::driver {
namespace {

/// The function that is judged, for the report of a crash.
class Judging : public llvm::PrettyStackTraceEntry {
public:
  void print(llvm::raw_ostream &Out) const override {
    if (F)
      Out << "judging the function '" << F->Name << "'\n";
  }
  const program::Function *F = nullptr;
};

/// The rules of one configuration, with its options.
class Rules {
public:
  Rules(const Settings &From, const program::Program &P)
      : From(From), Context(From.provider(From.ProgramRules)),
        Consumer(Context, nullptr, false) {
    auto Options = std::make_unique<DiagnosticOptions>();
    Engine = std::make_unique<DiagnosticsEngine>(DiagnosticIDs::create(), *Options,
                                                 &Consumer, /*ShouldOwnClient=*/false);
    Context.setDiagnosticsEngine(std::move(Options), Engine.get());
    Context.setCurrentFile("");
    for (const CheckInfo *Rule : From.ProgramRules) {
      Checks.push_back(Rule->Make(("weir-" + Rule->Name).str(), &Context));
      static_cast<ProgramCheck &>(*Checks.back()).prepare(P);
    }
  }

  const Settings &settings() const { return From; }

  void judge(const program::Function &F, const program::Program &P,
             llvm::function_ref<void(Judged)> Take) {
    for (auto [Rule, Check] : llvm::zip_equal(From.ProgramRules, Checks))
      for (Finding &Each : static_cast<ProgramCheck &>(*Check).judge(F, P)) {
        std::string Id = ("weir-" + Rule->Name).str();
        Judged Result{std::move(Each)};
        Result.Rule = Id;
        Result.Level = Context.treatAsError(Id) ? Severity::Error
                                                : severityOf(Id, Result.IsNote);
        Take(std::move(Result));
      }
  }

private:
  const Settings &From;
  tidy::ClangTidyContext Context;
  tidy::ClangTidyDiagnosticConsumer Consumer;
  std::unique_ptr<DiagnosticsEngine> Engine;
  std::vector<std::unique_ptr<tidy::ClangTidyCheck>> Checks;
};

/// How many functions coroutines come to call of which nothing is known.
size_t countUnknown(const program::Program &P) {
  std::vector<const program::Function *> Coroutines;
  llvm::copy_if(P.functions(), std::back_inserter(Coroutines), [](const program::Function *F) {
    return F->Kind == program::Kind::Coroutine;
  });
  llvm::DenseSet<const void *> Names;
  for (const program::Program::Unknown &Each : P.unknownFrom(Coroutines))
    if (Each.Call)
      Names.insert(Each.Call->Callee.data()); // interned
    else
      Names.insert(Each.Through);
  return Names.size();
}

} // namespace

Linked link(llvm::ArrayRef<const program::Summary *> Summaries, bool IsWhole,
            const llvm::StringSet<> &MainFiles, Configuration &Config, Sources &Texts) {
  Linked Result;
  program::Program P(Summaries, IsWhole);
  Result.Unknown = countUnknown(P);
  std::map<const Settings *, std::unique_ptr<Rules>> BySettings;
  llvm::DenseMap<const char *, Rules *> ByFile; // interned
  auto RulesFor = [&](StringRef File) {
    Rules *&Known = ByFile[File.data()];
    if (!Known) {
      const Settings &Here = Config.of(Texts.realPath(File));
      std::unique_ptr<Rules> &Made = BySettings[&Here];
      if (!Made)
        Made = std::make_unique<Rules>(Here, P);
      Known = Made.get();
    }
    return Known;
  };
  Suppressions Hidden(Texts);
  Judging Now;
  for (const program::Function *F : P.functions()) {
    Now.F = F;
    if (!F->At.isValid())
      continue;
    Rules *With = RulesFor(F->At.File);
    With->judge(*F, P, [&](Judged Each) {
      StringRef In = Each.At.File;
      if (!MainFiles.contains(In) && !With->settings().wantsHeader(In))
        return;
      if (Hidden.hides(Each))
        ++Result.Suppressed;
      else
        Result.Findings.push_back(std::move(Each));
    });
  }
  return Result;
}

} // namespace weir::driver
