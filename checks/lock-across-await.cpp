// Locks that are held while a coroutine is suspended.
//
// A suspended coroutine keeps what it holds. Whoever wants the lock then blocks
// a thread, perhaps the one that would have to resume the coroutine; and the
// coroutine may be resumed, and unlock, on another thread, which is undefined
// for most mutexes. What the coroutine takes itself, with guards or by hand,
// its body tells; what it calls to lock and to unlock, the program does.

#include "checks/program/LockChains.h"
#include "checks/program/Rule.h"
#include <optional>

namespace weir {
namespace {

using namespace program;

class LockAcrossAwaitCheck : public ProgramCheck {
public:
  using ProgramCheck::ProgramCheck;

private:
  void prepare(const Program &P) override { Chains.emplace(P); }

  void check(const Function &F, const Program &P) override {
    llvm::DenseSet<unsigned> Guards;
    for (const Held &Each : F.Held) {
      std::vector<Note> Across;
      for (const Held::Suspension &At : Each.Across)
        if (!isAllowed(At.Awaits))
          Across.push_back(
              {At.At,
               At.IsFirst
                   ? "suspended here, before the first statement, with its "
                     "parameters"
                   : "suspended here"});
      // A guard that is locked again is still one guard.
      if (Across.empty() || isAllowedLock(Each.Names) ||
          (Each.What == Held::Guard && !Guards.insert(Each.Number).second))
        continue;
      tell(Each.At, message(Each), {}, std::move(Across));
    }
    for (const HeldByCall &Each : Chains->heldBy(F)) {
      std::vector<Note> Across;
      for (const LockOrder::Suspension *At : Each.Across)
        if (!At->Call || !isAllowed(F.Calls[At->Call - 1].Name))
          Across.push_back({At->At, "suspended here"});
      if (Across.empty() || isAllowedLock(Each.Leaf->Names))
        continue;
      std::vector<Note> Way = Each.Way;
      std::string What =
          Each.By ? "the lock that '" + Each.By->Name.str() + "' takes"
                  : "the lock '" + Each.Leaf->Name.str() + "'";
      tell(Each.By ? Each.By->At : Each.Leaf->At,
           What + " is held while the coroutine is suspended", std::move(Way),
           std::move(Across), Each.Released);
    }
  }

  static std::string message(const Held &Lock) {
    switch (Lock.What) {
    case Held::Temporary:
      return "this temporary holds a lock while the coroutine is suspended";
    case Held::Mutex:
      return "the lock '" + Lock.Name +
             "' is held while the coroutine is suspended";
    case Held::Guard:
      break;
    }
    return "'" + Lock.Name + "' holds a lock while the coroutine is suspended";
  }

  void tell(const Place &At, std::string Message, std::vector<Note> Notes,
            std::vector<Note> Across, const Place &Released = {}) {
    Finding Result;
    Result.Rule = "weir-lock-across-await";
    Result.At = At;
    Result.Message = std::move(Message);
    Result.Notes = std::move(Notes);
    constexpr size_t Most = 4;
    if (Across.size() > Most) {
      Across[Most].Message = "and here, and " +
                             std::to_string(Across.size() - Most - 1) +
                             " more times";
      Across.resize(Most + 1);
    }
    llvm::append_range(Result.Notes, Across);
    if (Released.isValid())
      Result.Notes.push_back({Released, "unlocked here"});
    Result.Notes.push_back({At, "release it before, in a block of its own, or "
                                "use a mutex for coroutines"});
    report(std::move(Result));
  }

  bool isAllowedLock(llvm::ArrayRef<llvm::StringRef> Names) const {
    return llvm::any_of(AllowedLocks.names(), [&](llvm::StringRef Each) {
      return llvm::is_contained(Names, Each);
    });
  }
  bool isAllowed(llvm::ArrayRef<llvm::StringRef> Awaited) const {
    return llvm::any_of(AllowedAwaitables.names(), [&](llvm::StringRef Each) {
      return llvm::is_contained(Awaited, Each);
    });
  }

  std::optional<LockChains> Chains;
  Option AllowedLocks{this, "AllowedLocks", ""};
  Option AllowedAwaitables{this, "AllowedAwaitables", ""};
};

WEIR_CHECK(LockAcrossAwaitCheck, "lock-across-await", Warning,
           "Finds thread locks that are held while a coroutine is suspended.")

} // namespace
} // namespace weir
