// Timeouts around work that cannot be interrupted.
//
// A coroutine is cancelled where it waits. What never waits runs to its end
// whatever the timeout says, and the loop with it.

#include "checks/program/Rule.h"

namespace weir {
namespace {

using namespace program;

class IdleTimeoutCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void check(const Function &F, const Program &P) override {
    for (const Handed &Work : F.Handed) {
      if (Work.Role != models::Role::Timeout)
        continue;
      const Function *Body = P.given(Work);
      bool Idle = Work.IsPlain ||
                  (Body && Body->Kind == Kind::Coroutine && !Body->IsVirtual && !P.maySuspend(*Body));
      if (!Idle)
        continue;
      Finding Result;
      Result.Rule = "weir-idle-timeout";
      Result.At = Work.At;
      Result.Message = ("'" + Work.To + "' cannot end '" + Work.Name + "': it never suspends").str();
      if (Body)
        Result.Notes.push_back({Body->At, ("nothing in '" + Work.Name + "' can be interrupted").str()});
      Result.Notes.push_back({Work.At, "let it await something, or run it on a thread"});
      report(std::move(Result));
    }
  }
};

WEIR_CHECK(IdleTimeoutCheck, "idle-timeout", Warning,
           "Finds timeouts around work that cannot be interrupted.")

} // namespace
} // namespace weir
