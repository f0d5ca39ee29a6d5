// Exceptions of tasks that nobody awaits.
//
// What a spawned or detached coroutine throws goes where its library sends it:
// nowhere, to std::terminate, or into the loop that happened to resume it. That
// is reported where the task is spawned, if a `throw` is seen to leave it, its
// own or one of a function of the same project that it calls. What is not seen
// may throw or not.

#include "checks/program/Rule.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <map>

namespace weir {
namespace {

using namespace program;

class UnhandledTaskExceptionCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void prepare(const Program &P) override { Fruitless.clear(); }

  void check(const Function &F, const Program &P) override {
    if (F.IsTest)
      return;
    for (const Handed &Task : F.Handed) {
      llvm::StringRef End = endOf(Task.Unhandled);
      const Function *Body = taskOf(P.given(Task), P);
      if (End.empty() || !Body || Body->Kind != Kind::Coroutine ||
          Task.Role == models::Role::Timeout)
        continue;
      llvm::StringRef Root = rootOf(Task.At.File);
      auto Follows = [&](const Function &Callee) {
        return isBelow(Callee.At.File, Root);
      };
      if (auto Way = P.thrownBy(*Body, Follows, Fruitless[Root]))
        report(describe(Task, *Body, *Way, End));
    }
  }

  /// The coroutine of which \p Given is, or, a plain lambda, makes the task.
  static const Function *taskOf(const Function *Given, const Program &P) {
    if (!Given || Given->Kind == Kind::Coroutine || !Given->IsLambda)
      return Given;
    auto Makes = [](const Call &C) { return C.Mode == Mode::Task; };
    return llvm::count_if(Given->Calls, Makes) == 1
               ? P.callee(*llvm::find_if(Given->Calls, Makes))
               : nullptr;
  }

  /// What is taken for the project of \p File: the folder around its folder.
  /// That a library's function may throw says little; most never do where they
  /// are called.
  static llvm::StringRef rootOf(llvm::StringRef File) {
    namespace path = llvm::sys::path;
    llvm::StringRef Root = path::parent_path(path::parent_path(File));
    return Root.empty() ? File : Root;
  }
  static bool isBelow(llvm::StringRef File, llvm::StringRef Root) {
    if (llvm::sys::path::is_relative(File))
      return true;
    return File.consume_front(Root) &&
           (File.empty() || llvm::sys::path::is_separator(File.front()));
  }

  static llvm::StringRef endOf(models::Unhandled Where) {
    using models::Unhandled;
    switch (Where) {
    case Unhandled::Swallowed:
      return "is lost";
    case Unhandled::Terminate:
      return "ends the program";
    case Unhandled::RethrowResumer:
      return "leaves through the loop that resumes it";
    default:
      return {};
    }
  }

  static Finding describe(const Handed &Task, const Function &Body,
                          const Program::Thrown &Way, llvm::StringRef End) {
    // A lambda that only passes a task on has none of its own.
    llvm::StringRef Name = Body.Usr == Task.Callee ? Task.Name : Body.Name;
    Finding Result;
    Result.Rule = "weir-unhandled-task-exception";
    Result.At = Task.At;
    Result.Message = ("an exception of '" + Name + "' " + End +
                      ": nobody awaits it behind '" + Task.To + "'").str();
    llvm::StringRef Caller = Name;
    for (const Call *Hop : Way.Calls) {
      llvm::StringRef Verb = Hop->Mode == Mode::Awaited ? "' awaits '" : "' calls '";
      Result.Notes.push_back({Hop->At, ("'" + Caller + Verb + Hop->Name + "'").str()});
      Caller = Hop->Name;
    }
    Result.Notes.push_back({Way.Leaf->At, ("'" + Caller + "' throws '" + Way.Leaf->Type + "'").str()});
    Result.Notes.push_back({Task.At, ("handle it in '" + Name + "', or await the task").str()});
    return Result;
  }
  std::map<llvm::StringRef, llvm::DenseSet<const Function *>>
      Fruitless; ///< by project
};

WEIR_CHECK(UnhandledTaskExceptionCheck, "unhandled-task-exception", Warning,
           "Finds tasks that nobody awaits and whose exceptions are lost or end the program.")

} // namespace
} // namespace weir
