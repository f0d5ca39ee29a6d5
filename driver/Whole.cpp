// The whole program of a run; see Whole.h.

#include "driver/Whole.h"
#include "driver/Configuration.h"
#include "driver/Demand.h"
#include "driver/Sources.h"

using llvm::StringRef;

namespace weir::driver {

using Verdict = Whole::Verdict;

namespace {

/// A verdict, and the settings it was made under.
struct KeptVerdict {
  struct Asked {
    std::string File, Settings;
  };
  std::vector<Asked> Under;
  Verdict Says; ///< with ordinals for places
};

template <class V> void visitFields(V &Visit, KeptVerdict::Asked &A) {
  Visit("file", A.File);
  Visit("settings", A.Settings);
}
template <class V> void visitFields(V &Visit, KeptVerdict &K) {
  Visit("under", K.Under);
  Visit("findings", K.Says.Findings);
  Visit("functions", K.Says.Functions);
  Visit("unknown", K.Says.Unknown);
}

template <class T>
std::optional<T> find(Cache &In, StringRef Kind, const Hash &Key, const program::Folders &Where) {
  std::optional<std::string> Bytes = In.bytes(Kind, Key);
  if (!Bytes)
    return std::nullopt;
  program::ByteReader Reader(*Bytes, Where, /*IsApart=*/false);
  T Result;
  Reader.read(Result);
  if (Reader.failed() || !Reader.atEnd())
    return std::nullopt;
  return Result;
}

template <class T>
void keep(Cache &In, StringRef Kind, const Hash &Key, const program::Folders &Where,
          const T &Contents) {
  program::ByteWriter Out(Where, /*IsApart=*/false);
  Out.write(Contents);
  In.keepBytes(Kind, Key, Out.take());
}

} // namespace

Whole::Whole(llvm::ArrayRef<Analysis> Analyses, bool IsAll, const program::Folders &Where,
             Cache &Kept)
    : Analyses(Analyses), IsAll(IsAll), Where(Where), Kept(Kept) {
  std::string All(IsAll ? "all" : "some");
  for (const Analysis &A : Analyses)
    if (A.isKnown())
      All += hexOf(hashOf(A.Summary.Facts));
  Key = Kept.keyOf(All);
}

llvm::Expected<const program::Program &> Whole::program() {
  if (!Joined) {
    llvm::Expected<const Joint &> All = summaries();
    if (!All)
      return All.takeError();
    Joined = std::make_unique<program::Program>(
        All->summaries(), IsAll ? program::Seen::Whole : program::Seen::Part);
  }
  return *Joined;
}

llvm::Expected<const Joint &> Whole::summaries() {
  if (!Summaries) {
    std::vector<StringRef> Facts;
    for (const Analysis &A : Analyses)
      if (A.isKnown())
        Facts.push_back(A.Summary.Facts);
    llvm::Expected<Joint> All = Joint::of(Facts, Where);
    if (!All)
      return All.takeError();
    Summaries = std::move(*All);
  }
  return *Summaries;
}

llvm::Expected<std::vector<std::string>> Whole::wanted() {
  if (auto Known = find<std::vector<std::string>>(Kept, "wanted", Key, Where))
    return std::move(*Known);
  llvm::Expected<const program::Program &> P = program();
  if (!P)
    return P.takeError();
  std::vector<std::string> Result = demanded(*P);
  keep(Kept, "wanted", Key, Where, Result);
  return Result;
}

llvm::Expected<Verdict> Whole::judge(Configuration &Config, Sources &Texts) {
  auto SettingsOf = [&](StringRef File) {
    const Settings &Here = Config.of(Texts.realPath(File));
    return hexOf(hashOf(Here.textWith(Here.ProgramRules)));
  };
  Verdict Result;
  auto Known = find<KeptVerdict>(Kept, "verdict", Key, Where);
  if (Known && llvm::all_of(Known->Under, [&](const KeptVerdict::Asked &Each) {
        return SettingsOf(Each.File) == Each.Settings;
      })) {
    Result = std::move(Known->Says);
  } else {
    llvm::Expected<const program::Program &> P = program();
    if (!P)
      return P.takeError();
    Result.Findings = driver::judge(*P, Config, Texts);
    Result.Functions = P->functions().size();
    Result.Unknown = countUnknown(*P);
    KeptVerdict New;
    std::set<StringRef> Files;
    for (const program::Function *F : P->functions())
      if (F->At.isValid() && Files.insert(F->At.File).second)
        New.Under.push_back({F->At.File.str(), SettingsOf(F->At.File)});
    New.Says = Result;
    keep(Kept, "verdict", Key, Where, New);
  }

  Ordinals Numbers;
  std::vector<StringRef> Places;
  for (const Analysis &A : Analyses)
    if (A.isKnown()) {
      std::optional<program::Counts> Size = program::countsOf(A.Summary.Facts);
      Numbers.add(Size ? *Size : program::Counts());
      Places.push_back(A.Summary.Places);
    }
  if (llvm::Error Error = locate(Result.Findings, Numbers, Places))
    return std::move(Error);
  return Result;
}

} // namespace weir::driver
