// A blocking call as a coroutine comes to it, and as the report leads to it.
//
// weir-blocking-call and weir-sync-wait differ in what they count, not in how
// they speak: at the call in the coroutine, with one note for each step to the
// call that blocks, and what to write instead.

#pragma once

#include "checks/program/Reach.h"
#include "checks/support/Finding.h"
#include <functional>

namespace weir::program {

/// A step on the way: a call and the function it runs; of several overrides,
/// all of which block, the first.
struct Hop {
  const Call *By;
  const Function *Into;
  size_t Overrides;
};

/// One blocking call that a function comes to.
struct Reached {
  std::vector<Hop> Way; ///< empty: the function blocks itself
  const Block *Leaf = nullptr;

  /// The function's own call.
  const Call *first() const { return Way.empty() ? nullptr : Way.front().By; }
  /// The name of what the function calls, and where it does.
  llvm::StringRef name() const { return first() ? first()->Name : Leaf->Name; }
  const Place &at() const { return first() ? first()->At : Leaf->At; }
};

/// The shortest ways from the functions of a program to the blocking calls that
/// count. They lead through ordinary functions: coroutines are reported
/// themselves. For one thread: answers are remembered.
class Blockers {
public:
  /// Functions that are \p Allowed are not looked into.
  Blockers(const Program &P, std::function<bool(const Block &)> Counts,
           std::function<bool(llvm::StringRef)> Allowed);

  /// The blocking calls that \p F comes to, each once however many ways lead to
  /// it.
  std::vector<Reached> from(const Function &F) const;
  /// Whether ordinary function \p F comes to any.
  bool block(const Function &F) const { return Distances.from(F) != Reach::Never; }

private:
  /// How a function that is not far from a blocking call gets nearer.
  struct Onward {
    const Call *Through = nullptr; ///< or
    const Block *Leaf = nullptr;
  };
  Reached follow(const Call &C) const;
  Onward nearest(const Function &F) const;

  const Program &P;
  std::function<bool(const Block &)> Counts;
  std::function<bool(llvm::StringRef)> Allowed;
  Reach Distances;
  mutable llvm::DenseMap<const Function *, Onward> Nearest; ///< as far as asked
};

/// The way of \p R to the call that \p Does, a note for each step. It begins
/// with \p Caller, whose calls they are, or where that is empty behind it.
std::vector<Note> steps(const Reached &R, llvm::StringRef Does, llvm::StringRef Caller = {});

/// A finding of \p Rule at \p R, with notes that lead to the call that
/// \p Does, and the suggestion; the message is the rule's to write.
Finding describe(const Reached &R, llvm::StringRef Rule, llvm::StringRef Does);

} // namespace weir::program
