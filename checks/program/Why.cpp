// What is known of a function; see Why.h.

#include "checks/program/Why.h"
#include "checks/program/LockChains.h"
#include "llvm/ADT/STLExtras.h"

namespace weir::program {
namespace {

std::string step(const Function &From, const Call &C) {
  llvm::StringRef Verb = C.Mode == Mode::Awaited ? "' awaits '" : "' calls '";
  return ("'" + From.Name + Verb + C.Name + "'").str();
}

/// The ways to what \p Counts, which \p Does something to the thread.
void addBlocking(const Function &F, const Program &P, bool (*Counts)(const Block &),
                 llvm::StringRef Statement, llvm::StringRef Does, std::vector<Reason> &Into) {
  Blockers All(P, Counts, [](llvm::StringRef) { return false; });
  for (const Reached &R : All.from(F))
    Into.push_back({Statement.str(), steps(R, Does, F.Name)});
}

Reason suspension(const Function &F, const Program &P) {
  Reason Why{"it never suspends", {}};
  if (!P.maySuspend(F))
    return Why;
  Why.Statement = "it may suspend";
  const Function *Here = &F;
  while (true) {
    const Call *Next = P.suspendsAt(*Here);
    if (!Next) {
      Why.Way.push_back({Here->At, ("'" + Here->Name + "' awaits what is no coroutine").str()});
      return Why;
    }
    const Function *Callee = P.callee(*Next);
    bool IsKnown = Callee && Callee->Kind == Kind::Coroutine;
    Why.Way.push_back({Next->At, step(*Here, *Next) + (IsKnown  ? ""
                                                       : Callee ? ", which is no coroutine"
                                                                : ", of which nothing is known")});
    if (!IsKnown)
      return Why;
    Here = Callee;
  }
}

void addThrown(const Function &F, const Program &P, std::vector<Reason> &Into) {
  llvm::DenseSet<const Function *> Fruitless;
  auto Way = P.thrownBy(F, [](const Function &) { return true; }, Fruitless);
  if (!Way)
    return;
  Reason Why{"it may throw", {}};
  const Function *Here = &F;
  for (const Call *Next : Way->Calls) {
    Why.Way.push_back({Next->At, step(*Here, *Next)});
    Here = P.callee(*Next);
  }
  Why.Way.push_back(
      {Way->Leaf->At, ("'" + Here->Name + "' throws '" + Way->Leaf->Type + "'").str()});
  Into.push_back(std::move(Why));
}

void addNeedless(const Function &F, const Program &P, std::vector<Reason> &Into) {
  if (!F.IsNeedless)
    return;
  if (P.isMentioned(F.Usr)) {
    Into.push_back(
        {"it never awaits, but something depends on its type: it is used as a value", {}});
    return;
  }
  Reason Why{"it never awaits, and nothing depends on its type", {}};
  for (const Program::Use &Use : P.usesOf(F))
    if (Use.Call->Mode != Mode::Awaited)
      Why.Way.push_back(
          {Use.Call->At,
           ("'" + Use.Caller->Name + "' takes its task and does not await it").str()});
  if (!Why.Way.empty())
    Why.Statement = "it never awaits, but somebody needs its task";
  else if (!P.isWhole() && !F.IsLocalToFile)
    Why.Statement = "it never awaits; who depends on its type, only the whole program can tell";
  Into.push_back(std::move(Why));
}

} // namespace

bool blocks(const Block &Leaf) {
  return !Leaf.IsSyncWait && Leaf.Confidence != models::Confidence::Low;
}
bool waits(const Block &Leaf) { return Leaf.IsSyncWait; }

std::vector<Reason> reasons(const Function &F, const Program &P) {
  std::vector<Reason> Result;
  addBlocking(F, P, blocks, "it blocks the thread", "blocks", Result);
  addBlocking(F, P, waits, "it waits for asynchronous work", "waits for asynchronous work", Result);
  if (Result.empty())
    Result.push_back({"it does not block, as far as is known", {}});
  if (F.Kind == Kind::Coroutine)
    Result.push_back(suspension(F, P));
  for (std::vector<Note> &Way : LockChains(P).leftLockedBy(F))
    Result.push_back({"it leaves a mutex locked", std::move(Way)});
  addThrown(F, P, Result);
  addNeedless(F, P, Result);
  Reason Open{"of these calls nothing is known", {}};
  for (const Program::Unknown &Each : P.unknownFrom(&F)) {
    if (Each.Call)
      Open.Way.push_back({Each.Call->At, step(*Each.Caller, *Each.Call) + (": " + Each.Why).str()});
    else
      Open.Way.push_back({Each.Through->At, ("'" + Each.Caller->Name + "' calls '" +
                                             Each.Through->Name + "': " + Each.Why).str()});
  }
  if (!Open.Way.empty())
    Result.push_back(std::move(Open));
  return Result;
}

} // namespace weir::program
