// Calls that put the loop's thread to sleep.
//
// A coroutine shares its thread with every other coroutine of the loop: a call
// that sleeps, waits or talks to a slow device stops them all. What blocks is
// in the models' catalogue; a plain function blocks if anything it calls on
// this thread does. The report stands in the coroutine, where somebody decided
// to make the call, and its notes lead to the call that sleeps. Waiting for
// asynchronous work itself is weir-sync-wait's.

#include "checks/program/ChainReport.h"
#include "checks/program/Rule.h"
#include "checks/support/ModelWords.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace weir {
namespace {

using namespace program;
using models::BlockingKind;

class BlockingCallCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void prepare(const Program &P) override {
    Known.emplace(
        P, [this](const Block &Leaf) { return counts(Leaf); },
        [this](llvm::StringRef Name) { return isAllowed(Name); });
    Said.clear();
  }

  void check(const Function &F, const Program &P) override {
    if (F.Kind != Kind::Coroutine || F.IsTest)
      return;
    for (const Reached &R : Known->from(F)) {
      if (isShared(R) && !Said.insert(R.Leaf).second)
        continue;
      Finding Result = describe(R, "weir-blocking-call", "blocks");
      Result.IsNote = R.Leaf->Kind == BlockingKind::File;
      Result.Message = ("'" + R.name() + "' " + effect(R.Leaf->Kind) +
                        " the thread that runs coroutine '" + F.Name + "'")
                           .str();
      report(std::move(Result));
    }
  }

  /// Whether it is I/O of a helper, such as a logger that all use: to be
  /// changed in one place, so to be said once.
  static bool isShared(const Reached &R) {
    return R.first() && (R.Leaf->Kind == BlockingKind::File ||
                         R.Leaf->Kind == BlockingKind::Console);
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
    // A lock that is held for a moment only blocks for as long: whoever asks
    // for locks asks for these, too.
    bool IsSure = Leaf.Confidence != models::Confidence::Low ||
                  Leaf.Kind == BlockingKind::Lock;
    return !Leaf.IsSyncWait && IsSure &&
           llvm::is_contained(CountedKinds, models::spelling(Leaf.Kind)) &&
           !isAllowed(Leaf.Name);
  }
  bool isAllowed(llvm::StringRef Name) const {
    return llvm::is_contained(Allowed, Name);
  }

  Choice Kinds{this, "Kinds",
               "sleep;wait;poll;network;dns;db;process;console;file",
               models::words<BlockingKind>()};
  Option AllowedCallees{this, "AllowedCallees", ""};
  std::vector<llvm::StringRef> CountedKinds = Kinds.names(),
                               Allowed = AllowedCallees.names();
  std::optional<Blockers> Known;
  llvm::DenseSet<const Block *> Said;
};

WEIR_CHECK(BlockingCallCheck, "blocking-call", Warning,
           "Finds calls that block the thread inside a coroutine, directly or "
           "through other functions.")

} // namespace
} // namespace weir
