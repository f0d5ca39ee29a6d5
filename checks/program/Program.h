// All summaries, joined: what one function does, seen through those it calls.
//
// A Program of one file and a Program of ten thousand are the same thing; in
// the plugin and in the editor it is the file at hand and what the index has of
// the functions it comes to call. `Seen` says whether absence means anything.
//
// Places of one summary are compared with each other only: in another summary
// the same line may be another place.

#pragma once

#include "checks/program/Summary.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include <memory>
#include <mutex>
#include <optional>

namespace weir::program {

class Reach;

/// What root \p R of a callee is for the caller that makes \p C.
Root translate(Root R, const Call &C);

/// How much of the program there is.
enum class Seen {
  Part,      ///< some files: there may be more of everything
  Overrides, ///< and all that can override what their coroutines call
  Whole,     ///< all: nobody else uses a function as a value either
};

/// Answers are remembered; several threads may ask at a time.
class Program {
public:
  /// \p Summaries must outlive the program.
  Program(llvm::ArrayRef<const Summary *> Summaries, Seen What);
  ~Program();

  bool isWhole() const { return What == Seen::Whole; }
  llvm::ArrayRef<const Function *> functions() const { return Functions; }
  const Function *function(llvm::StringRef Usr) const;
  /// The function whose task or callable \p Work is; null if nobody knows.
  const Function *given(const Handed &Work) const;
  bool isMentioned(llvm::StringRef Usr) const { return Mentioned.contains(Usr.data()); }
  /// Which of the summaries \p F is from.
  unsigned summaryOf(const Function &F) const { return SummaryOf[Ids.at(&F)]; }

  /// What \p C runs: one function, or one of several overrides, by file and
  /// name. Empty unless all it can be is known.
  llvm::ArrayRef<const Function *> runBy(const Call &C) const;
  /// The one function that \p C runs.
  const Function *callee(const Call &C) const {
    llvm::ArrayRef<const Function *> All = runBy(C);
    return All.size() == 1 ? All.front() : nullptr;
  }

  /// The calls of \p F anywhere in the program, with their callers.
  struct Use {
    const Function *Caller;
    const weir::program::Call *Call;
  };
  llvm::ArrayRef<Use> usesOf(const Function &F) const;

  /// A way from \p F to a `throw` that leaves it: through the calls on the way,
  /// awaited or plain, that no try block guards, into functions
  /// that the caller \p Follows. Silent about what is unknown. \p Fruitless are
  /// functions from which there is no such way; what is learned of them is
  /// added, for the next question with the same \p Follows.
  struct Thrown {
    llvm::SmallVector<const Call *, 4> Calls;
    const weir::program::Throw *Leaf = nullptr;
  };
  std::optional<Thrown> thrownBy(const Function &F,
                                 llvm::function_ref<bool(const Function &)> Follows,
                                 llvm::DenseSet<const Function *> &Fruitless) const;

  /// The effects of \p F and of all it calls; Unknown if any of it is.
  const Effects &effectsOf(const Function &F) const;
  /// Whether a coroutine may really suspend. Unknown callees do.
  bool maySuspend(const Function &F) const;
  /// The next step to where \p F suspends: what it awaits. Null if it suspends
  /// itself, or does not.
  const Call *suspendsAt(const Function &F) const;

  /// A call of which nobody knows what it runs.
  struct Unknown {
    const Function *Caller;
    const weir::program::Call *Call; ///< or
    const Indirect *Through;
    llvm::StringRef Why;
  };
  /// Those that are made, here and now, by \p Roots and all that they call.
  std::vector<Unknown> unknownFrom(llvm::ArrayRef<const Function *> Roots) const;

private:
  friend class Reach;
  static constexpr unsigned None = ~0u, Several = ~0u - 1;

  /// A call, seen from what it runs.
  struct Edge {
    unsigned Caller;
    Mode How;
    bool IsGuarded;
  };
  /// All that one virtual call may run. It is a node of the graph of calls like
  /// a function, behind the last of them.
  struct Overrides {
    llvm::SmallVector<unsigned, 2> Ids;
    std::vector<const Function *> Functions;
  };

  using Namesakes = llvm::DenseMap<const char *, llvm::SmallVector<unsigned, 2>>;
  /// By summary and USR: which of several functions of that name is in its
  /// file.
  using OwnFunctions =
      llvm::DenseMap<std::pair<unsigned, const char *>, unsigned>;
  OwnFunctions ownFunctions(llvm::ArrayRef<const Summary *> Summaries,
                            const Namesakes &Known) const;
  unsigned own(const void *Use) const;
  void joinOverrides(llvm::ArrayRef<const Summary *> Summaries);
  void connect(const OwnFunctions &Has, const llvm::BitVector &IsInMany);
  unsigned named(const Call &C) const;
  unsigned target(const Call &C) const;
  const Reach &suspension() const;
  llvm::ArrayRef<Edge> callersOf(unsigned Node) const {
    return llvm::ArrayRef(Callers).slice(FirstCaller[Node],
                                         FirstCaller[Node + 1] - FirstCaller[Node]);
  }

  std::vector<const Function *> Functions;
  std::vector<unsigned> SummaryOf;                ///< by the same index
  llvm::DenseMap<const Function *, unsigned> Ids; ///< that index
  /// By interned USR: the index; Several where programs of one project each
  /// have a function of that name.
  llvm::DenseMap<const char *, unsigned> ByUsr;
  /// By Call or Handed: where there are Several, the one that its own file has.
  llvm::DenseMap<const void *, unsigned> Own;
  /// What a virtual call to that USR runs: a function, or an index beyond them.
  llvm::DenseMap<const char *, unsigned> ByVirtual;
  std::vector<Overrides> AnyOf;
  llvm::DenseMap<unsigned, llvm::SmallVector<unsigned, 1>> OverridesWith; ///< by function
  std::vector<unsigned> FirstCaller;                                      ///< into Callers, by node
  std::vector<Edge> Callers;
  llvm::DenseSet<const char *> Mentioned;
  llvm::DenseMap<const char *, std::vector<Use>> Uses; ///< of needless coroutines
  Seen What;

  mutable std::mutex KnowingEffects;
  mutable llvm::DenseMap<const Function *, std::unique_ptr<Effects>> KnownEffects;
  mutable std::once_flag KnowsSuspending, KnowsThrowing;
  mutable std::unique_ptr<Reach> Suspending, Throwing;
};

} // namespace weir::program
