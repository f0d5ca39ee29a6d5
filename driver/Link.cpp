// The rules that need the whole program; see Link.h.

#include "driver/Link.h"
#include "checks/program/Program.h"
#include "checks/program/Rule.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "driver/Configuration.h"
#include "driver/Sources.h"
#include "driver/Suppressions.h"
#include "llvm/Support/Parallel.h"
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

/// What a rule says, and of which function by its number.
using Said = std::vector<std::pair<unsigned, Judged>>;

/// The rules of one configuration, with its options.
class Rules {
public:
  explicit Rules(const Settings &From)
      : From(From), Context(From.provider(From.ProgramRules)),
        Consumer(Context, nullptr, false) {
    auto Options = std::make_unique<DiagnosticOptions>();
    Engine = std::make_unique<DiagnosticsEngine>(DiagnosticIDs::create(), *Options,
                                                 &Consumer, /*ShouldOwnClient=*/false);
    Context.setDiagnosticsEngine(std::move(Options), Engine.get());
    Context.setCurrentFile("");
    for (const CheckInfo *Rule : From.ProgramRules) {
      std::string Id = ("weir-" + Rule->Name).str();
      Checks.push_back(Rule->Make(Id, &Context));
      IsError.push_back(Context.treatAsError(Id));
    }
  }

  size_t size() const { return Checks.size(); }
  void add(unsigned Function) { Functions.push_back(Function); }

  /// Several rules may judge at a time.
  Said judge(size_t Rule, const program::Program &P) {
    std::string Id = ("weir-" + From.ProgramRules[Rule]->Name).str();
    auto &Check = static_cast<ProgramCheck &>(*Checks[Rule]);
    Judging Now;
    Check.prepare(P);
    Said Result;
    for (unsigned Number : Functions) {
      Now.F = P.functions()[Number];
      for (Finding &Each : Check.judge(*Now.F, P)) {
        Judged &Last = Result.emplace_back(Number, Judged()).second;
        static_cast<Finding &>(Last) = std::move(Each);
        Last.Rule = Id;
        Last.Level =
            IsError[Rule] ? Severity::Error : severityOf(Id, Last.IsNote);
        Last.Scope = Now.F->Usr.str();
      }
    }
    return Result;
  }

private:
  const Settings &From;
  tidy::ClangTidyContext Context;
  tidy::ClangTidyDiagnosticConsumer Consumer;
  std::unique_ptr<DiagnosticsEngine> Engine;
  std::vector<std::unique_ptr<tidy::ClangTidyCheck>> Checks;
  std::vector<bool> IsError;       ///< by check
  std::vector<unsigned> Functions; ///< by their number
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

llvm::Expected<Joint> Joint::of(llvm::ArrayRef<StringRef> Facts,
                                const program::Folders &Where) {
  llvm::Expected<std::vector<program::Summary>> All =
      program::restore(Facts, Where);
  if (!All)
    return All.takeError();
  Joint Result;
  Result.Summaries = std::move(*All);
  for (StringRef Each : Facts)
    Result.Numbers.add(*program::countsOf(Each));
  return Result;
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
  std::map<const Settings *, unsigned> Known; // index into All
  std::vector<std::unique_ptr<Rules>> All;
  llvm::DenseMap<const char *, Rules *> ByFile; // interned
  for (auto [Number, F] : llvm::enumerate(P.functions())) {
    if (!F->At.isValid())
      continue;
    Rules *&Here = ByFile[F->At.File.data()];
    if (!Here) {
      const Settings &Settings = Config.of(Texts.realPath(F->At.File));
      auto [At, New] = Known.try_emplace(&Settings, All.size());
      if (New)
        All.push_back(std::make_unique<Rules>(Settings));
      Here = All[At->second].get();
    }
    Here->add(Number);
  }
  std::vector<std::pair<Rules *, size_t>> Work;
  for (const std::unique_ptr<Rules> &Each : All)
    for (size_t Rule = 0; Rule != Each->size(); ++Rule)
      Work.emplace_back(Each.get(), Rule);
  std::vector<Said> Parts(Work.size());
  llvm::parallelFor(0, Work.size(), [&](size_t I) {
    Parts[I] = Work[I].first->judge(Work[I].second, P);
  });
  // In the order of functions, and of one function by rule, whoever came first.
  std::vector<std::vector<Judged>> ByFunction(P.functions().size());
  for (Said &Part : Parts)
    for (auto &[Number, Each] : Part)
      ByFunction[Number].push_back(std::move(Each));
  std::vector<Judged> Result;
  for (std::vector<Judged> &Each : ByFunction)
    llvm::move(Each, std::back_inserter(Result));
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
