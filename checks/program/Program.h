// All summaries, joined: what one function does, seen through those it calls.
//
// A Program of one file and a Program of ten thousand are the same thing; in
// the plugin and in the editor it is the file at hand. `isWhole` says whether
// absence means anything: "nobody uses it as a value" is known only then.

#pragma once

#include "checks/program/Summary.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

namespace weir::program {

/// A way from a function to a call that blocks: the calls on the way, and the
/// blocking call at its end.
struct Chain {
  llvm::SmallVector<const Call *, 4> Calls;
  const Block *Leaf = nullptr;
};

class Program {
public:
  /// \p Summaries must outlive the program.
  Program(llvm::ArrayRef<const Summary *> Summaries, bool IsWhole);

  bool isWhole() const { return IsWhole; }
  llvm::ArrayRef<const Function *> functions() const { return Functions; }
  const Function *function(llvm::StringRef Usr) const;
  bool isMentioned(llvm::StringRef Usr) const { return Mentioned.contains(Usr.data()); }

  /// The calls of \p F anywhere in the program, with their callers.
  struct Use {
    const Function *Caller;
    const weir::program::Call *Call;
  };
  llvm::ArrayRef<Use> usesOf(const Function &F) const;

  /// The shortest way from a call of ordinary function \p F to a blocking call
  /// that \p Counts, or nothing. Coroutines on the way end it: they are
  /// reported themselves.
  std::optional<Chain>
  chainFrom(const Function &F,
            llvm::function_ref<bool(const Block &)> Counts) const;

  /// A way from \p F to a `throw` that leaves it: through the calls on the way,
  /// awaited or plain, that no try block guards, into functions
  /// that the caller \p Follows. Silent about what is unknown.
  struct Thrown {
    llvm::SmallVector<const Call *, 4> Calls;
    const weir::program::Throw *Leaf = nullptr;
  };
  std::optional<Thrown>
  thrownBy(const Function &F, llvm::function_ref<bool(const Function &)> Follows) const;

  /// The effects of \p F and of all it calls; Unknown if any of it is.
  Effects effectsOf(const Function &F) const;
  /// Whether a coroutine may really suspend. Unknown callees do.
  bool maySuspend(const Function &F) const;

private:
  std::vector<const Function *> Functions;
  llvm::DenseMap<const char *, const Function *> ByUsr; ///< interned USRs
  llvm::DenseSet<const char *> Mentioned;
  llvm::DenseMap<const char *, std::vector<Use>> Uses;
  bool IsWhole;
};

} // namespace weir::program
