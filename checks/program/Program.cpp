// All summaries, joined; see Program.h.

#include "checks/program/Program.h"
#include "checks/program/Reach.h"
#include "checks/program/Roots.h"
#include "llvm/ADT/STLExtras.h"

namespace weir::program {
namespace {

/// Adds what \p C does, by the effects of its callee.
void add(Effects &Into, const Effects &Theirs, const Call &C) {
  Into.Unknown |= Theirs.Unknown;
  for (Root R : Theirs.Reads)
    if (Root Here = translate(R, C); isShared(Here))
      addRoot(Into.Reads, Here);
  for (Root R : Theirs.Writes)
    if (Root Here = translate(R, C); isShared(Here))
      addRoot(Into.Writes, Here);
  // What touches that much is independent of nothing.
  constexpr size_t Most = 64;
  Into.Unknown |= Into.Reads.size() + Into.Writes.size() > Most;
}

bool runsHere(const Call &C) { return C.Mode == Mode::Plain || C.Mode == Mode::Awaited; }

} // namespace

Root translate(Root R, const Call &C) {
  if (R == "this")
    return C.Receiver;
  unsigned Index;
  if (R.starts_with("p") && !R.drop_front().getAsInteger(10, Index))
    return Index < C.Args.size() ? C.Args[Index] : "?";
  return R;
}

Program::Program(llvm::ArrayRef<const Summary *> Summaries, Seen What) : What(What) {
  size_t Count = 0;
  for (const Summary *S : Summaries)
    Count += S->Functions.size();
  Functions.reserve(Count);
  SummaryOf.reserve(Count);
  ByUsr.reserve(Count);
  Ids.reserve(Count);
  // A function in a header comes with every file that includes it. Where two
  // programs of one project each have a function of that name, `main` or
  // another, both are there. A file that has one itself calls that; which of
  // them the other files' calls mean is not known.
  Namesakes Known;
  llvm::BitVector IsInMany(Count);
  for (auto [Number, S] : llvm::enumerate(Summaries)) {
    for (const Function &F : S->Functions) {
      auto IsSame = [&, Number = Number](unsigned Id) {
        return Functions[Id]->At.File == F.At.File &&
               (SummaryOf[Id] != Number || Functions[Id]->At == F.At);
      };
      auto [Slot, New] = ByUsr.try_emplace(F.Usr.data(), Functions.size());
      if (!New) {
        if (Slot->second != Several && IsSame(Slot->second)) {
          IsInMany.set(Slot->second);
          continue;
        }
        auto &All = Known[F.Usr.data()];
        if (auto Same = llvm::find_if(All, IsSame); Same != All.end()) {
          IsInMany.set(*Same);
          continue;
        }
        if (All.empty())
          All.push_back(Slot->second);
        if (llvm::any_of(All, [&](unsigned Id) { return Functions[Id]->At.File != F.At.File; }))
          Slot->second = Several;
        All.push_back(Functions.size());
      }
      Ids[&F] = Functions.size();
      Functions.push_back(&F);
      SummaryOf.push_back(Number);
    }
    for (llvm::StringRef Usr : S->Mentioned)
      Mentioned.insert(Usr.data());
  }
  if (What != Seen::Part)
    joinOverrides(Summaries);
  connect(ownFunctions(Summaries, Known), IsInMany);
}

Program::~Program() = default;

Program::OwnFunctions
Program::ownFunctions(llvm::ArrayRef<const Summary *> Summaries,
                      const Namesakes &Known) const {
  OwnFunctions Result;
  if (Known.empty())
    return Result;
  for (auto [Number, S] : llvm::enumerate(Summaries))
    for (const Function &F : S->Functions)
      if (ByUsr.lookup(F.Usr.data()) == Several)
        for (unsigned Id : Known.lookup(F.Usr.data()))
          if (Functions[Id]->At.File == F.At.File)
            Result.try_emplace({Number, F.Usr.data()}, Id);
  return Result;
}

void Program::joinOverrides(llvm::ArrayRef<const Summary *> Summaries) {
  llvm::DenseMap<const char *, const Virtual *> Methods;
  llvm::DenseMap<const char *, llvm::SmallVector<const char *, 2>> OverriddenBy;
  for (const Summary *S : Summaries)
    for (const Virtual &Each : S->Virtuals)
      if (Methods.try_emplace(Each.Usr.data(), &Each).second)
        for (llvm::StringRef Base : Each.Overrides)
          OverriddenBy[Base.data()].push_back(Each.Usr.data());
  if (Methods.empty())
    return;
  // All that a call of Usr may run; nothing unless each is known.
  auto Find = [&](const char *Usr) {
    Overrides Found;
    llvm::SmallVector<const char *> Open{Usr};
    llvm::DenseSet<const char *> Seen{Usr};
    while (!Open.empty()) {
      const char *Next = Open.pop_back_val();
      const Virtual *Method = Methods.lookup(Next);
      if (!Method)
        return Overrides(); // a library's, which others may override
      if (!Method->IsPure) {
        auto Body = ByUsr.find(Next);
        if (Body == ByUsr.end() || Body->second == Several)
          return Overrides();
        Found.Ids.push_back(Body->second);
      }
      if (auto Above = OverriddenBy.find(Next); Above != OverriddenBy.end())
        for (const char *Each : Above->second)
          if (Seen.insert(Each).second)
            Open.push_back(Each);
    }
    llvm::sort(Found.Ids, [&](unsigned L, unsigned R) {
      return std::tie(Functions[L]->At.File, Functions[L]->Usr) <
             std::tie(Functions[R]->At.File, Functions[R]->Usr);
    });
    for (unsigned Id : Found.Ids)
      Found.Functions.push_back(Functions[Id]);
    return Found;
  };
  for (const Function *F : Functions)
    for (const Call &C : F->Calls) {
      if (!C.IsVirtual)
        continue;
      auto [Known, New] = ByVirtual.try_emplace(C.Callee.data(), None);
      if (!New)
        continue;
      Overrides All = Find(C.Callee.data());
      if (All.Ids.size() == 1)
        Known->second = All.Ids.front();
      if (All.Ids.size() < 2)
        continue;
      unsigned Index = AnyOf.size();
      Known->second = Functions.size() + Index;
      for (unsigned Id : All.Ids)
        OverridesWith[Id].push_back(Index);
      AnyOf.push_back(std::move(All));
    }
}

void Program::connect(const OwnFunctions &Has,
                      const llvm::BitVector &IsInMany) {
  for (const Function *F : Functions)
    if (F->IsNeedless && !isMentioned(F->Usr))
      Uses.try_emplace(F->Usr.data());
  std::vector<unsigned> Targets;
  FirstCaller.assign(Functions.size() + AnyOf.size() + 1, 0);
  for (auto [Id, F] : llvm::enumerate(Functions)) {
    auto Prefer = [&, Id = Id, F = F](const void *Use, llvm::StringRef Callee) {
      auto Found = Has.find({SummaryOf[Id], Callee.data()});
      // What a header calls may be another function in each file.
      if (Found == Has.end() ||
          (IsInMany[Id] && Functions[Found->second]->At.File != F->At.File))
        return None;
      return Own[Use] = Found->second;
    };
    for (const Call &C : F->Calls) {
      if (auto Used = Uses.find(C.Callee.data()); Used != Uses.end())
        Used->second.push_back({F, &C});
      unsigned Node = named(C);
      if (Node == Several)
        Node = Prefer(&C, C.Callee);
      if (C.Mode == Mode::Elsewhere)
        Node = None;
      Targets.push_back(Node);
      if (Node != None)
        ++FirstCaller[Node];
    }
    for (const Handed &Work : F->Handed)
      if (ByUsr.lookup(Work.Callee.data()) == Several)
        Prefer(&Work, Work.Callee);
  }
  unsigned Sum = 0;
  for (unsigned &First : FirstCaller)
    Sum += First, First = Sum;
  Callers.resize(Sum);
  // From the back, so that what was the end of each node becomes its beginning.
  size_t At = Targets.size();
  for (unsigned Id = Functions.size(); Id-- > 0;)
    for (const Call &C : llvm::reverse(Functions[Id]->Calls))
      if (unsigned Node = Targets[--At]; Node != None)
        Callers[--FirstCaller[Node]] = {Id, C.Mode, C.IsGuarded};
}

unsigned Program::named(const Call &C) const {
  const auto &In = C.IsVirtual ? ByVirtual : ByUsr;
  auto Found = In.find(C.Callee.data());
  return Found == In.end() ? None : Found->second;
}

unsigned Program::target(const Call &C) const {
  unsigned Node = named(C);
  return Node == Several ? own(&C) : Node;
}

unsigned Program::own(const void *Use) const {
  auto Found = Own.find(Use);
  return Found == Own.end() ? None : Found->second;
}

const Function *Program::given(const Handed &Work) const {
  if (unsigned Id = own(&Work); Id != None)
    return Functions[Id];
  return function(Work.Callee);
}

const Function *Program::function(llvm::StringRef Usr) const {
  auto Found = ByUsr.find(Usr.data());
  return Found == ByUsr.end() || Found->second == Several ? nullptr : Functions[Found->second];
}

llvm::ArrayRef<const Function *> Program::runBy(const Call &C) const {
  unsigned Node = target(C);
  if (Node == None)
    return {};
  if (Node < Functions.size())
    return Functions[Node];
  return AnyOf[Node - Functions.size()].Functions;
}

llvm::ArrayRef<Program::Use> Program::usesOf(const Function &F) const {
  auto Found = Uses.find(F.Usr.data());
  return Found == Uses.end() ? llvm::ArrayRef<Use>() : llvm::ArrayRef(Found->second);
}

std::optional<Program::Thrown>
Program::thrownBy(const Function &F, llvm::function_ref<bool(const Function &)> Follows,
                  llvm::DenseSet<const Function *> &Fruitless) const {
  // A coroutine that is only called has thrown nothing yet.
  auto Throws = [](Mode How, bool IsGuarded, const Function *Callee) {
    return !IsGuarded && Callee && (Callee->Kind == Kind::Plain || How == Mode::Awaited);
  };
  std::call_once(KnowsThrowing, [&] {
    Throwing = std::make_unique<Reach>(
        *this, Reach::Question{[](const Function &G) { return !G.Throws.empty(); },
                               [](const Function &) { return true; }, Throws});
  });
  struct Step {
    const Function *At;
    const Call *By;
    int From;
  };
  // Breadth first: the first `throw` that is met is a nearest one.
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
    if (Throwing->from(*Here) == Reach::Never)
      continue;
    for (const Call &C : Here->Calls) {
      const Function *Next = runsHere(C) && !C.IsGuarded ? callee(C) : nullptr;
      if (Next && Throws(C.Mode, C.IsGuarded, Next) && Throwing->from(*Next) != Reach::Never &&
          !Fruitless.contains(Next) && Follows(*Next) && Seen.insert(Next).second)
        Steps.push_back({Next, &C, static_cast<int>(I)});
    }
  }
  Fruitless.insert(Seen.begin(), Seen.end());
  return std::nullopt;
}

const Effects &Program::effectsOf(const Function &F) const {
  // Depth first, each function once. One that is met again before it is done
  // calls itself: what it is given then is not followed. Where it does nothing
  // to what it is given, the call adds nothing.
  struct Frame {
    const Function *At;
    Effects Own;
    size_t Next = 0; ///< of its calls
    bool CallsItself = false;
  };
  auto IsGiven = [](Root R) { return R == "this" || R.starts_with("p"); };
  std::vector<Frame> Open;
  std::lock_guard Lock(KnowingEffects);
  auto [Known, New] = KnownEffects.try_emplace(&F);
  if (!New)
    return *Known->second;
  Open.push_back({&F, F.Effects});
  while (true) {
    Frame &Top = Open.back();
    if (Top.Own.Unknown || Top.Next == Top.At->Calls.size()) {
      auto &Done = KnownEffects[Top.At];
      Top.Own.Unknown |=
          Top.CallsItself && (llvm::any_of(Top.Own.Reads, IsGiven) ||
                              llvm::any_of(Top.Own.Writes, IsGiven));
      Done = std::make_unique<Effects>(std::move(Top.Own));
      Open.pop_back();
      if (Open.empty())
        return *Done;
      continue;
    }
    const Call &C = Top.At->Calls[Top.Next];
    if (C.IsDescribed) {
      ++Top.Next;
      continue;
    }
    const Function *Callee = callee(C);
    // A task that goes elsewhere may run at any time, and what awaiting does is
    // known of coroutines only.
    if (!Callee || C.Mode == Mode::Task ||
        (C.Mode == Mode::Awaited && Callee->Kind != Kind::Coroutine)) {
      Top.Own.Unknown = true;
      continue;
    }
    auto [Theirs, IsNew] = KnownEffects.try_emplace(Callee);
    if (IsNew) {
      Open.push_back({Callee, Callee->Effects});
      continue;
    }
    if (Theirs->second)
      add(Top.Own, *Theirs->second, C);
    else if (Callee == Top.At)
      Top.CallsItself = true;
    else
      Top.Own.Unknown = true;
    ++Top.Next;
  }
}

std::vector<Program::Unknown>
Program::unknownFrom(llvm::ArrayRef<const Function *> Roots) const {
  std::vector<Unknown> Result;
  std::vector<const Function *> Open(Roots.begin(), Roots.end());
  llvm::DenseSet<const Function *> Seen(Roots.begin(), Roots.end());
  for (size_t I = 0; I < Open.size(); ++I) {
    const Function *Here = Open[I];
    for (const Call &C : Here->Calls) {
      if (C.IsDescribed || !runsHere(C))
        continue;
      llvm::ArrayRef<const Function *> All = runBy(C);
      for (const Function *Next : All)
        if (Seen.insert(Next).second)
          Open.push_back(Next);
      if (!All.empty())
        continue;
      Result.push_back({Here, &C, nullptr,
                        C.IsVirtual ? "not all of its overrides are known"
                        : ByUsr.contains(C.Callee.data())
                            ? "several programs have a function of that name"
                            : "its body is in none of the files"});
    }
    for (const Indirect &Each : Here->Indirects)
      Result.push_back({Here, nullptr, &Each, "which function it holds, only running shows"});
  }
  return Result;
}

const Call *Program::suspendsAt(const Function &F) const {
  unsigned Left = suspension().from(F);
  if (F.Suspends || Left == Reach::Never)
    return nullptr;
  auto Found = llvm::find_if(F.Calls, [&](const Call &C) {
    if (C.Mode != Mode::Awaited)
      return false;
    const Function *Callee = callee(C);
    return Left == 0 ? !Callee || Callee->Kind != Kind::Coroutine
                     : Callee && suspension().from(*Callee) == Left - 1;
  });
  return Found == F.Calls.end() ? nullptr : &*Found;
}

const Reach &Program::suspension() const {
  auto MaySuspend = [&](const Function &G) {
    return G.Suspends || llvm::any_of(G.Calls, [&](const Call &C) {
             const Function *Callee = C.Mode == Mode::Awaited ? callee(C) : nullptr;
             return C.Mode == Mode::Awaited && (!Callee || Callee->Kind != Kind::Coroutine);
           });
  };
  std::call_once(KnowsSuspending, [&] {
    Suspending = std::make_unique<Reach>(
        *this,
        Reach::Question{MaySuspend, [](const Function &) { return true; },
                        [](Mode How, bool, const Function *) { return How == Mode::Awaited; }});
  });
  return *Suspending;
}

bool Program::maySuspend(const Function &F) const {
  return F.Kind == Kind::Coroutine && suspension().from(F) != Reach::Never;
}

} // namespace weir::program
