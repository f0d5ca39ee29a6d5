// Calls that put the loop's thread to sleep.
//
// A coroutine shares its thread with every other coroutine of the loop: a call
// that sleeps, waits or talks to a slow device stops them all. What blocks is
// in the models' catalogue; a plain function blocks if anything it calls on
// this thread does. The report stands in the coroutine, where somebody decided
// to make the call, and its notes lead to the call that sleeps. Waiting for
// asynchronous work itself is weir-sync-wait's.

#include "checks/program/Rule.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

namespace weir {
namespace {

using namespace program;
using models::BlockingKind;

class BlockingCallCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void check(const Function &F, const Program &P) override {
    if (F.Kind != Kind::Coroutine || F.IsTest)
      return;
    std::set<Place> Leaves;
    for (const Block &Leaf : F.Blocks)
      if (counts(Leaf) && Leaves.insert(Leaf.At).second)
        report(direct(F, Leaf));
    for (const Call &C : F.Calls) {
      const Function *Callee =
          C.Mode == Mode::Plain && !C.IsVirtual ? P.function(C.Callee) : nullptr;
      if (!Callee || isAllowed(C.Name))
        continue;
      auto Way = P.chainFrom(*Callee, [&](const Block &Leaf) { return counts(Leaf); });
      // However many ways lead to it, one sleep is one mistake.
      if (Way && Leaves.insert(Way->Leaf->At).second)
        report(through(F, C, *Way));
    }
  }

  Finding direct(const Function &F, const Block &Leaf) {
    Finding Result = start(Leaf.At, Leaf);
    Result.Message = ("'" + Leaf.Name + "' " + effect(Leaf.Kind) +
                      " the thread that runs coroutine '" + F.Name + "'").str();
    suggest(Result, Leaf.At, Leaf.Instead, Leaf.Fix);
    return Result;
  }

  Finding through(const Function &F, const Call &C, const Chain &Way) {
    Finding Result = start(C.At, *Way.Leaf);
    Result.Message = ("'" + C.Name + "' " + effect(Way.Leaf->Kind) +
                      " the thread that runs coroutine '" + F.Name + "'").str();
    llvm::StringRef Caller = C.Name;
    for (const Call *Hop : Way.Calls) {
      Result.Notes.push_back({Hop->At, ("'" + Caller + "' calls '" + Hop->Name + "'").str()});
      Caller = Hop->Name;
    }
    Result.Notes.push_back(
        {Way.Leaf->At, ("'" + Caller + "' calls '" + Way.Leaf->Name + "', which blocks").str()});
    suggest(Result, C.At, C.Instead, C.Fix);
    return Result;
  }

  Finding start(const Place &At, const Block &Leaf) {
    Finding Result;
    Result.Rule = "weir-blocking-call";
    Result.At = At;
    Result.IsNote = Leaf.Kind == BlockingKind::File;
    return Result;
  }

  static void suggest(Finding &F, const Place &At, const std::string &Instead,
                      const Fix &Offer) {
    if (Instead.empty())
      return;
    if (Offer.isEmpty())
      F.Notes.push_back({At, "write '" + Instead + "'"});
    else
      F.Fixes.push_back(Offer);
  }

  static const char *effect(BlockingKind Kind) {
    switch (Kind) {
    case BlockingKind::Sleep:
      return "puts to sleep";
    case BlockingKind::Network:
    case BlockingKind::Dns:
    case BlockingKind::Db:
      return "waits for the network on";
    case BlockingKind::File:
    case BlockingKind::Console:
      return "does blocking I/O on";
    default:
      return "blocks";
    }
  }

  bool counts(const Block &Leaf) const {
    return !Leaf.IsSyncWait && Leaf.Confidence != models::Confidence::Low &&
           llvm::is_contained(Kinds.names(), models::spelling(Leaf.Kind)) &&
           !isAllowed(Leaf.Name);
  }
  bool isAllowed(llvm::StringRef Name) const {
    return llvm::is_contained(AllowedCallees.names(), Name);
  }

  Option Kinds{this, "Kinds", "sleep;wait;poll;network;dns;db;process;console;file"};
  Option AllowedCallees{this, "AllowedCallees", ""};
};

WEIR_CHECK(BlockingCallCheck, "blocking-call", Warning,
           "Finds calls that block the thread inside a coroutine, directly or "
           "through other functions.")

} // namespace
} // namespace weir
