// A blocking call as a coroutine comes to it; see ChainReport.h.

#include "checks/program/ChainReport.h"
#include <set>

namespace weir::program {

std::vector<Reached> reachedFrom(const Function &F, const Program &P,
                                 llvm::function_ref<bool(const Block &)> Counts,
                                 llvm::function_ref<bool(llvm::StringRef)> Allowed) {
  std::vector<Reached> Result;
  std::set<Place> Leaves;
  for (const Block &Leaf : F.Blocks)
    if (Counts(Leaf) && Leaves.insert(Leaf.At).second)
      Result.push_back({nullptr, {{}, &Leaf}});
  for (const Call &C : F.Calls) {
    const Function *Callee =
        C.Mode == Mode::Plain && !C.IsVirtual ? P.function(C.Callee) : nullptr;
    if (!Callee || Allowed(C.Name))
      continue;
    if (auto Way = P.chainFrom(*Callee, Counts);
        Way && Leaves.insert(Way->Leaf->At).second)
      Result.push_back({&C, std::move(*Way)});
  }
  return Result;
}

Finding describe(const Reached &R, llvm::StringRef Rule, llvm::StringRef Does) {
  Finding Result;
  Result.Rule = Rule.str();
  Result.At = R.at();
  if (R.First) {
    llvm::StringRef Caller = R.First->Name;
    for (const Call *Hop : R.Way.Calls) {
      Result.Notes.push_back({Hop->At, ("'" + Caller + "' calls '" + Hop->Name + "'").str()});
      Caller = Hop->Name;
    }
    Result.Notes.push_back({R.leaf().At, ("'" + Caller + "' calls '" + R.leaf().Name +
                                          "', which " + Does).str()});
  }
  const std::string &Instead = R.First ? R.First->Instead : R.leaf().Instead;
  const Fix &Offer = R.First ? R.First->Fix : R.leaf().Fix;
  if (!Instead.empty() && !Offer.isEmpty())
    Result.Fixes.push_back(Offer);
  if (!Instead.empty() && (Offer.isEmpty() || Offer.Safe))
    Result.Notes.push_back({R.at(), "write '" + Instead + "'"});
  return Result;
}

} // namespace weir::program
