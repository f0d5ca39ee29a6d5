// A blocking call as a coroutine comes to it; see ChainReport.h.

#include "checks/program/ChainReport.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace weir::program {
namespace {

/// What is worth saying of a virtual call; it follows the call's name.
std::string whichOverride(const Hop &H, llvm::StringRef Does) {
  if (!H.By->IsVirtual || (H.Overrides == 1 && H.By->Name == H.Into->Name))
    return {};
  if (H.Overrides == 1)
    return (", which only '" + H.Into->Name + "' implements").str();
  return (", every override of which " + Does + ", '" + H.Into->Name + "' among them").str();
}

} // namespace

Blockers::Blockers(const Program &P, std::function<bool(const Block &)> Counts,
                   std::function<bool(llvm::StringRef)> Allowed)
    : P(P), Counts(std::move(Counts)), Allowed(std::move(Allowed)),
      Distances(P,
                {[&](const Function &F) {
                   return F.Kind == Kind::Plain && llvm::any_of(F.Blocks, this->Counts) &&
                          !this->Allowed(F.Name);
                 },
                 [&](const Function &F) { return F.Kind == Kind::Plain && !this->Allowed(F.Name); },
                 // An ordinary function runs when it is called, though it make a task.
                 [](Mode How, bool, const Function *) { return How != Mode::Elsewhere; }}) {}

std::vector<Reached> Blockers::from(const Function &F) const {
  std::vector<Reached> Result;
  std::set<std::tuple<unsigned, const char *, unsigned, unsigned>> Leaves;
  auto IsNew = [&](const Function &In, const Block &Leaf) {
    const Place &At = Leaf.At; // whose file is interned
    return Leaves.insert({P.summaryOf(In), At.File.data(), At.Line, At.Column}).second;
  };
  for (const Block &Leaf : F.Blocks)
    if (Counts(Leaf) && IsNew(F, Leaf))
      Result.push_back({{}, &Leaf});
  for (const Call &C : F.Calls) {
    if (C.Mode == Mode::Elsewhere || Distances.from(C) == Reach::Never || Allowed(C.Name))
      continue;
    Reached Next = follow(C);
    if (IsNew(*Next.Way.back().Into, *Next.Leaf))
      Result.push_back(std::move(Next));
  }
  return Result;
}

Reached Blockers::follow(const Call &C) const {
  Reached Result;
  for (const Call *By = &C; By;) {
    llvm::ArrayRef<const Function *> All = P.runBy(*By);
    const Function &Into = *All.front();
    Result.Way.push_back({By, &Into, All.size()});
    auto [Known, New] = Nearest.try_emplace(&Into);
    if (New)
      Known->second = nearest(Into);
    By = Known->second.Through;
    Result.Leaf = Known->second.Leaf;
  }
  return Result;
}

Blockers::Onward Blockers::nearest(const Function &F) const {
  unsigned Left = Distances.from(F);
  if (Left == 0)
    return {nullptr, &*llvm::find_if(F.Blocks, Counts)};
  // The first of the nearest.
  return {&*llvm::find_if(F.Calls,
                          [&](const Call &Each) {
                            return Each.Mode != Mode::Elsewhere &&
                                   Distances.from(Each) == Left - 1;
                          }),
          nullptr};
}

std::vector<Note> steps(const Reached &R, llvm::StringRef Does, llvm::StringRef Caller) {
  std::vector<Note> Result;
  Result.reserve(std::min<size_t>(R.Way.size(), 32) + 2); // the suggestion may follow
  // Nobody follows a way of thousands, and there may be thousands of them.
  constexpr size_t Shown = 10;
  for (auto [I, H] : llvm::enumerate(R.Way)) {
    if (R.Way.size() > 3 * Shown && I >= Shown && I < R.Way.size() - Shown) {
      if (I == Shown)
        Result.push_back({H.By->At, ("and so on, through " +
                                     llvm::Twine(R.Way.size() - 2 * Shown) + " more calls")
                                        .str()});
      Caller = H.Into->Name;
      continue;
    }
    std::string Which = whichOverride(H, Does);
    if (!Caller.empty())
      Result.push_back(
          {H.By->At,
           ("'" + Caller + "' calls '" + H.By->Name + "'" + Which).str()});
    else if (!Which.empty())
      Result.push_back(
          {H.By->At, ("it calls '" + H.By->Name + "'" + Which).str()});
    Caller = H.Into->Name;
  }
  if (!Caller.empty())
    Result.push_back(
        {R.Leaf->At, ("'" + Caller + "' calls '" + R.Leaf->Name + "', which " + Does).str()});
  return Result;
}

Finding describe(const Reached &R, llvm::StringRef Rule, llvm::StringRef Does) {
  Finding Result;
  Result.Rule = Rule.str();
  Result.At = R.at();
  Result.Notes = steps(R, Does);
  llvm::StringRef Instead = R.first() ? R.first()->Instead : R.Leaf->Instead;
  const Fix &Offer = R.first() ? R.first()->Fix : R.Leaf->Fix;
  if (!Instead.empty() && !Offer.isEmpty())
    Result.Fixes.push_back(Offer);
  if (!Instead.empty() && (Offer.isEmpty() || Offer.Safe))
    Result.Notes.push_back({R.at(), Instead.str()});
  return Result;
}

} // namespace weir::program
