// All summaries, joined; see Program.h.

#include "checks/program/Program.h"
#include "checks/program/Roots.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace weir::program {
namespace {

void add(std::vector<Root> &Set, Root R) {
  if (!R.empty() && !llvm::is_contained(Set, R))
    Set.push_back(R);
}

/// What root \p R of a callee is for the caller that makes \p C.
Root translate(Root R, const Call &C) {
  if (R == "this")
    return C.Receiver;
  unsigned Index;
  if (R.starts_with("p") && !R.drop_front().getAsInteger(10, Index))
    return Index < C.Args.size() ? C.Args[Index] : "?";
  return R;
}

} // namespace

Program::Program(llvm::ArrayRef<const Summary *> Summaries, bool IsWhole)
    : IsWhole(IsWhole) {
  std::set<std::pair<const char *, Place>> Seen;
  for (const Summary *S : Summaries) {
    for (const Function &F : S->Functions) {
      // Two programs of one project may each have a function of that name; which
      // of them a call means is then not known.
      auto [Known, New] = ByUsr.try_emplace(F.Usr.data(), &F);
      if (!New && Known->second && Known->second->At.File != F.At.File)
        Known->second = nullptr;
      // A function in a header comes with every file that includes it; `main`
      // is another one in each program of a project.
      if (Seen.insert({F.Usr.data(), F.At}).second)
        Functions.push_back(&F);
    }
    for (llvm::StringRef Usr : S->Mentioned)
      Mentioned.insert(Usr.data());
  }
  llvm::sort(Functions, [](const Function *L, const Function *R) {
    return std::tie(L->At, L->Usr) < std::tie(R->At, R->Usr);
  });
  for (const Function *F : Functions)
    for (const Call &C : F->Calls)
      Uses[C.Callee.data()].push_back({F, &C});
}

const Function *Program::function(llvm::StringRef Usr) const {
  return ByUsr.lookup(Usr.data());
}

llvm::ArrayRef<Program::Use> Program::usesOf(const Function &F) const {
  auto Found = Uses.find(F.Usr.data());
  return Found == Uses.end() ? llvm::ArrayRef<Use>() : llvm::ArrayRef(Found->second);
}

std::optional<Chain>
Program::chainFrom(const Function &F,
                   llvm::function_ref<bool(const Block &)> Counts) const {
  struct Step {
    const Function *At;
    const Call *By;
    int From;
  };
  // Breadth first: the first leaf that is met is a nearest one.
  std::vector<Step> Steps{{&F, nullptr, -1}};
  llvm::DenseSet<const Function *> Seen{&F};
  for (size_t I = 0; I < Steps.size(); ++I) {
    const Function *Here = Steps[I].At;
    if (Here->Kind == Kind::Coroutine)
      continue;
    for (const Block &Leaf : Here->Blocks)
      if (Counts(Leaf)) {
        Chain Result;
        Result.Leaf = &Leaf;
        for (int S = I; Steps[S].By; S = Steps[S].From)
          Result.Calls.insert(Result.Calls.begin(), Steps[S].By);
        return Result;
      }
    for (const Call &C : Here->Calls)
      if (C.Mode == Mode::Plain && !C.IsVirtual)
        if (const Function *Next = function(C.Callee); Next && Seen.insert(Next).second)
          Steps.push_back({Next, &C, static_cast<int>(I)});
  }
  return std::nullopt;
}

std::optional<Program::Thrown>
Program::thrownBy(const Function &F,
                  llvm::function_ref<bool(const Function &)> Follows) const {
  struct Step {
    const Function *At;
    const Call *By;
    int From;
  };
  std::vector<Step> Steps{{&F, nullptr, -1}};
  llvm::DenseSet<const Function *> Seen{&F};
  for (size_t I = 0; I < Steps.size(); ++I) {
    const Function *Here = Steps[I].At;
    if (!Here->Throws.empty()) {
      Thrown Result;
      Result.Leaf = &Here->Throws.front();
      for (int S = I; Steps[S].By; S = Steps[S].From)
        Result.Calls.insert(Result.Calls.begin(), Steps[S].By);
      return Result;
    }
    for (const Call &C : Here->Calls)
      if ((C.Mode == Mode::Plain || C.Mode == Mode::Awaited) && !C.IsVirtual && !C.IsGuarded)
        if (const Function *Next = function(C.Callee); Next && Seen.insert(Next).second)
          // A coroutine that is only called has thrown nothing yet.
          if ((Next->Kind == Kind::Plain || C.Mode == Mode::Awaited) && Follows(*Next))
            Steps.push_back({Next, &C, static_cast<int>(I)});
  }
  return std::nullopt;
}

Effects Program::effectsOf(const Function &F) const {
  // One pass over everything F reaches. A root of a callee is translated on
  // the way in; in a cycle the first translation stands, hence Unknown for a
  // recursive function that hands its parameters on changed.
  Effects Result;
  llvm::DenseSet<const Function *> Active;
  auto Visit = [&](auto &Self, const Function &G) -> Effects {
    Effects Own = G.Effects;
    if (!Active.insert(&G).second) {
      Own.Unknown = true;
      return Own;
    }
    for (const Call &C : G.Calls) {
      if (Own.Unknown)
        break;
      if (C.IsDescribed)
        continue;
      const Function *Callee = C.IsVirtual ? nullptr : function(C.Callee);
      if (!Callee || C.Mode == Mode::Task) {
        Own.Unknown = true; // it may run at any time
        break;
      }
      Effects Theirs = Self(Self, *Callee);
      Own.Unknown |= Theirs.Unknown;
      for (Root R : Theirs.Reads)
        if (Root Here = translate(R, C); isShared(Here))
          add(Own.Reads, Here);
      for (Root R : Theirs.Writes)
        if (Root Here = translate(R, C); isShared(Here))
          add(Own.Writes, Here);
    }
    Active.erase(&G);
    return Own;
  };
  return Visit(Visit, F);
}

bool Program::maySuspend(const Function &F) const {
  llvm::DenseSet<const Function *> Seen;
  auto Visit = [&](auto &Self, const Function &G) -> bool {
    if (G.Suspends)
      return true;
    if (!Seen.insert(&G).second)
      return false;
    return llvm::any_of(G.Calls, [&](const Call &C) {
      if (C.Mode != Mode::Awaited)
        return false;
      const Function *Callee = C.IsVirtual ? nullptr : function(C.Callee);
      return !Callee || Self(Self, *Callee);
    });
  };
  return F.Kind == Kind::Coroutine && Visit(Visit, F);
}

} // namespace weir::program
