// Reference parameters of coroutines that nobody waits for.
//
// Who calls a coroutine that is detached, by its type or by how it is started,
// gets control back at its first suspension, and whatever the call referred to
// may be gone by then. Where it surely is, weir-dangling-task says so at the
// call; here the mistake is in the declaration, once, however many start it and
// in whatever files. Only parameters that a caller may give anything
// short-lived for are reported: `const T &`, `T &&`, views. A `T &` is mostly a
// service that lives long.

#include "checks/program/Lent.h"
#include "checks/program/Rule.h"

namespace weir {
namespace {

using namespace program;

class DanglingParameterCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  /// A call that starts the coroutine with what its caller was only lent.
  struct Start {
    const Outlived *By;
    Keeper To;
  };

  void prepare(const Program &P) override {
    Starts.clear();
    for (const Function *F : P.functions())
      for (const Outlived &Each : F->Outlived)
        if (Each.What == Outlived::Lent)
          if (auto To =
                  keeperOf(*F, Each, P);
              To && To->How)
            Starts.try_emplace(To->How, Start{&Each, *To});
  }

  void check(const Function &F, const Program &P) override {
    for (const Kept &Each : F.Kept) {
      auto Started = Starts.find(&Each);
      if (!F.Detached.empty() && Each.IsShortLived)
        report(describe(F, Each, nullptr));
      else if (Started != Starts.end())
        report(describe(F, Each, &Started->second));
    }
  }

  static Finding describe(const Function &F, const Kept &Which,
                          const Start *From) {
    std::string Name = F.IsLambda ? "the lambda" : "'" + F.Name.str() + "'";
    std::string What = "'" + Which.What.Name.str() + "'";
    Finding Result;
    Result.Rule = "weir-dangling-parameter";
    Result.At = Which.What.At;
    Result.Message = "parameter " + What + " of " + Name +
                     " is used when what it refers to may be gone";
    if (From) {
      Result.Notes.push_back(
          {From->By->Away, Name + " is started here and not waited for, and '" +
                               From->By->Name.str() +
                               "' need not outlive the call"});
      for (Note &Each : steps(From->To))
        Result.Notes.push_back(std::move(Each));
    } else {
      // Nobody can await it: all its callers go on at its first suspension.
      Result.Notes.push_back(
          {F.At, "nobody can await a '" + F.Detached.str() +
                     "': a caller goes on at the first suspension"});
    }
    if (Which.Suspension.isValid())
      Result.Notes.push_back(
          {Which.Suspension, Name + " may be suspended here"});
    Result.Notes.push_back({Which.Use, What + " is used here"});
    std::string Advice = Which.IsReference
                             ? "take " + What + " by value"
                             : "let " + What + " own what it refers to";
    if (Which.ByValue.isEmpty()) {
      Result.Notes.push_back({Which.What.At, Advice});
    } else {
      Result.Fixes.push_back(Which.ByValue);
      Result.Fixes.back().Title = intern(Advice);
    }
    return Result;
  }

  llvm::DenseMap<const Kept *, Start> Starts;
};

WEIR_CHECK(DanglingParameterCheck, "dangling-parameter", Warning,
           "Finds reference parameters of coroutines that nobody waits for.")

} // namespace
} // namespace weir
