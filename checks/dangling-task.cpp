// Tasks that outlive what they refer to.
//
// A reference parameter of a coroutine is a reference in its frame. Awaited in
// the expression that makes it, the task is done before any argument dies;
// kept, returned or started, it reads what is gone. So the report stands at the
// call, at the argument that dies first, and only where the callee, in whatever
// file it is, is known to use it after its first suspension. The closure of a
// lambda is weir-dangling-capture's.

#include "checks/program/Lent.h"
#include "checks/program/Rule.h"

namespace weir {
namespace {

using namespace program;

class DanglingTaskCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void check(const Function &F, const Program &P) override {
    Place Told; // one report for each call
    for (const Outlived &Each : F.Outlived) {
      if (Each.What == Outlived::Lent || Told == Each.Made)
        continue;
      auto By = keeperOf(F, Each, P);
      if (!By || !matters(Each, *By))
        continue;
      report(describe(F, Each, *By));
      Told = Each.Made;
    }
  }

  /// A view that is copied refers to what the original did, and no longer to
  /// the original.
  static bool matters(const Outlived &O, const Keeper &By) {
    bool IsCopy = By.How ? !By.How->IsReference : !By.Declared.IsReference;
    return O.Which == Outlived::Whole ||
           IsCopy == (O.Which == Outlived::OnlyBehind);
  }

  static Finding describe(const Function &F, const Outlived &O,
                          const Keeper &By) {
    llvm::StringRef Noun = O.IsGenerator ? "generator" : "task";
    std::string Name = By.quoted();
    Finding Result;
    Result.Rule = "weir-dangling-task";
    Result.At = O.At;
    Result.Message =
        ("the " + Noun + " of " + Name + " refers to " +
         (O.What == Outlived::Temporary ? "a temporary that "
                                        : "'" + O.Name.str() + "', which ") +
         O.Dies)
            .str();
    Result.Notes.push_back({O.Away, O.How});
    for (Note &Each : steps(By))
      Result.Notes.push_back(std::move(Each));
    if (O.Erased.empty())
      explain(O, By, Result.Notes);
    Result.Notes.push_back(
        {O.Made,
         (O.IsGenerator ? "use it where that is alive, or "
                        : "await it in the expression that makes it, or ") +
             (O.Argument < 0
                  ? "keep the object of " + Name + " alive until it is done"
              : By.How && !By.How->IsReference
                  ? "keep what the argument refers to alive until it is done"
                  : "let " + Name + " take its parameter by value")});
    return Result;
  }

  static void explain(const Outlived &O, const Keeper &By,
                      std::vector<Note> &Into) {
    if (!By.How) {
      Into.push_back(
          {By.Declared.At,
           ("a lazy " + llvm::StringRef(O.IsGenerator ? "generator" : "task") +
            " keeps " +
            (By.Declared.Name.empty() ? "this parameter"
                                      : "'" + By.Declared.Name.str() + "'") +
            " as a reference until it has run")
               .str()});
      return;
    }
    bool WasSuspended = By.How->Suspension.isValid();
    if (WasSuspended)
      Into.push_back(
          {By.How->Suspension, By.quoted() + " may be suspended here"});
    std::string What =
        By.How->Index < 0 ? "the object" : "'" + By.How->What.Name.str() + "'";
    Into.push_back(
        {By.How->Use,
         What + " is used here" +
             (WasSuspended ? ""
              : O.IsGenerator
                  ? ", and nothing of a generator runs before it is asked for "
                    "a value"
                  : ", and nothing of a lazy task runs before it is awaited")});
  }
};

WEIR_CHECK(DanglingTaskCheck, "dangling-task", Warning,
           "Finds tasks that run when something they refer to is gone.")

} // namespace
} // namespace weir
