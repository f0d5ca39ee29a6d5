// Tasks of a collection, awaited one by one.
//
// Where the tasks were started before the loop, they run at the same time
// anyway; to await them in turn gains nothing and leaves the rest behind when
// one fails. Lazy ones that the coroutine itself has collected before run one
// after the other. Where each iteration starts its own, the iterations wait for
// each other, which may be meant (order, back pressure, one connection), so that
// is asked for with an option, and a call is then reported only if it changes
// nothing that the next one could look at. A loop that may leave early needs
// its order.

#include "checks/program/Overlap.h"
#include "checks/program/Rule.h"

namespace weir {
namespace {

using namespace program;

class AwaitInLoopCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void check(const Function &F, const Program &P) override {
    for (const Loop &Each : F.Loops) {
      if (!Each.IsStarted && !Each.IsCollected && !Calls.isOn())
        continue;
      if (Each.AwaitsCall && !isIndependent(F.Calls[Each.Call], P))
        continue;
      report(describe(Each, F));
    }
  }

  static bool isIndependent(const Call &C, const Program &P) {
    std::optional<Effects> Does = whileSuspended(C, P);
    return Does && !conflict(*Does, *Does);
  }

  static Finding describe(const Loop &L, const Function &F) {
    Finding Result;
    Result.Rule = "weir-await-in-loop";
    Result.At = L.Await;
    if (L.AwaitsCall)
      Result.Message = ("each call of '" + F.Calls[L.Call].Name + "' waits for the one before it").str();
    else if (L.IsStarted)
      Result.Message = "the started tasks of " + L.Range +
                       " are awaited one by one: when one fails, the rest are left behind";
    else
      Result.Message =
          "the tasks of " + L.Range + " run one after the other, each when it is awaited";
    if (!L.Gather.empty())
      Result.Notes.push_back({L.Await, "await them together: '" + L.Gather + "'"});
    return Result;
  }

  Flag Calls{this, "Calls"};
};

WEIR_CHECK(AwaitInLoopCheck, "await-in-loop", Warning,
           "Finds loops that await the tasks of a collection one by one.")

} // namespace
} // namespace weir
