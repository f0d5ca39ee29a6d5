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

  void judge(const program::Function &F, const program::Program &P,
             llvm::function_ref<void(Judged)> Take) {
    for (auto [Rule, Check] : llvm::zip_equal(From.ProgramRules, Checks))
      for (Finding &Each : static_cast<ProgramCheck &>(*Check).judge(F, P)) {
        std::string Id = ("weir-" + Rule->Name).str();
        Judged Result;
        static_cast<Finding &>(Result) = std::move(Each);
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

/// Visits every place and every extent of a finding.
template <class OnPlace, class OnEdit>
void forEachPlace(Judged &F, OnPlace Place, OnEdit Edit) {
  Place(F.At);
  for (Note &N : F.Notes)
    Place(N.At);
  for (Fix &Offer : F.Fixes)
    for (weir::Edit &E : Offer.Edits)
      Edit(E);
}

/// The index of the last of \p Firsts that is not behind \p Ordinal.
template <class Of>
std::pair<size_t, unsigned> find(llvm::ArrayRef<program::Counts> Firsts, unsigned Ordinal,
                                 Of Field) {
  const auto *After = llvm::upper_bound(
      Firsts, Ordinal, [&](unsigned N, const program::Counts &C) { return N < C.*Field; });
  size_t Index = After - Firsts.begin() - 1;
  return {Index, Ordinal - Firsts[Index].*Field};
}

} // namespace

llvm::Error Joint::add(StringRef Facts, const program::Folders &Where) {
  program::Counts From = Numbers.size();
  llvm::Expected<program::Summary> S = program::restore(Facts, Where, From);
  if (!S)
    return S.takeError();
  Summaries.push_back(std::move(*S));
  Numbers.add(*program::countsOf(Facts));
  return llvm::Error::success();
}

std::vector<const program::Summary *> Joint::summaries() const {
  std::vector<const program::Summary *> Result;
  for (const program::Summary &S : Summaries)
    Result.push_back(&S);
  return Result;
}

void Ordinals::add(program::Counts Size) {
  Firsts.push_back({Firsts.back().Places + Size.Places, Firsts.back().Extents + Size.Extents});
}

std::pair<size_t, unsigned> Ordinals::place(unsigned Ordinal) const {
  return find(Firsts, Ordinal, &program::Counts::Places);
}

std::pair<size_t, unsigned> Ordinals::extent(unsigned Ordinal) const {
  return find(Firsts, Ordinal, &program::Counts::Extents);
}

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

std::vector<Judged> judge(const program::Program &P, Configuration &Config, Sources &Texts) {
  std::vector<Judged> Result;
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
  Judging Now;
  for (const program::Function *F : P.functions()) {
    Now.F = F;
    if (!F->At.isValid())
      continue;
    RulesFor(F->At.File)->judge(*F, P, [&](Judged Each) {
      Each.Scope = F->Usr.str();
      Result.push_back(std::move(Each));
    });
  }
  return Result;
}

llvm::Error locate(std::vector<Judged> &Findings, const Ordinals &All,
                   llvm::ArrayRef<StringRef> Bytes) {
  // Only files with findings have their places read.
  std::map<size_t, program::Places> Known;
  llvm::Error Problem = llvm::Error::success();
  auto Of = [&](size_t Summary) -> const program::Places & {
    auto [It, New] = Known.try_emplace(Summary);
    if (New) {
      if (auto Read = program::Places::read(Bytes[Summary]))
        It->second = std::move(*Read);
      else
        Problem = llvm::joinErrors(std::move(Problem), Read.takeError());
    }
    return It->second;
  };
  for (Judged &F : Findings)
    forEachPlace(
        F,
        [&](Place &P) {
          if (!P.isValid())
            return;
          auto [Summary, Ordinal] = All.place(P.Line - 1);
          Of(Summary).resolve(P, Ordinal);
        },
        [&](Edit &E) {
          auto [Summary, First] = All.extent(E.Begin);
          auto [Same, Last] = All.extent(E.End);
          E.Begin = Of(Summary).extent(First).Begin;
          E.End = Of(Same).extent(Last).End;
        });
  return Problem;
}

unsigned hide(std::vector<Judged> &Findings, const llvm::StringSet<> &MainFiles,
              Configuration &Config, Sources &Texts) {
  unsigned Suppressed = 0;
  Suppressions Hidden(Texts);
  llvm::erase_if(Findings, [&](const Judged &Each) {
    StringRef In = Each.At.File;
    if (!MainFiles.contains(In) && !Config.of(In).wantsHeader(In))
      return true;
    bool IsHidden = Hidden.hides(Each);
    Suppressed += IsHidden;
    return IsHidden;
  });
  return Suppressed;
}

} // namespace weir::driver
