// Waiting on the spot for asynchronous work.
//
// A coroutine that blocks its thread until other asynchronous work is done
// stalls the loop; where that work needs the same thread, it waits for ever.
// It is fine in main, in tests and in plain functions, which is what such calls
// are for, so only coroutines are judged, with the functions they call. What
// was awaited or asked before is there already and is not waited for.

#include "checks/program/ChainReport.h"
#include "checks/program/Rule.h"
#include "llvm/ADT/STLExtras.h"

namespace weir {
namespace {

using namespace program;

class SyncWaitCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void prepare(const Program &P) override {
    auto IsAllowed = [this](llvm::StringRef Name) {
      return llvm::is_contained(Allowed, Name);
    };
    Known.emplace(
        P,
        [=](const Block &Leaf) {
          return Leaf.IsSyncWait && !IsAllowed(Leaf.Name);
        },
        IsAllowed);
  }

  void check(const Function &F, const Program &P) override {
    if (F.Kind != Kind::Coroutine || F.IsTest)
      return;
    for (const Reached &R : Known->from(F)) {
      Finding Result = describe(R, "weir-sync-wait", "waits for asynchronous work");
      Result.Message = ("'" + R.name() + "' blocks the thread that runs coroutine '" + F.Name +
                        "' until asynchronous work is done").str();
      report(std::move(Result));
    }
  }

  Option AllowedCallees{this, "AllowedCallees", ""};
  std::vector<llvm::StringRef> Allowed = AllowedCallees.names();
  std::optional<Blockers> Known;
};

WEIR_CHECK(SyncWaitCheck, "sync-wait", Warning,
           "Finds coroutines that block their thread to wait for asynchronous work.")

} // namespace
} // namespace weir
