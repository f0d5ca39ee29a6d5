// What holds where: forward dataflow over one body.
//
// A rule names the things it follows and says what each step does to them; the
// engine walks clang's control flow graph until nothing changes. Each thing is
// in a set of at most eight states, so a body costs its length times the things
// in it, however many paths it has. Exceptions that calls may throw are no
// edges of the graph; but where a try block is only left by one, as that of a
// server's loop is, its handlers go on with what held where it awaits, or else
// before it.
//
// The graph is made of what the user wrote. What a coroutine adds to it that
// matters is said here: a lazy one is suspended before its first statement.

#pragma once

#include "checks/support/Awaits.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>

namespace weir {
class Unit;

/// The things a rule follows, and what happens to them.
class Facts {
public:
  virtual ~Facts() = default;

  /// For each thing a bit for each state it may be in here.
  using States = llvm::SmallVector<uint8_t, 16>;

  /// The states at the opening brace.
  virtual States begin() = 0;
  /// \p S has been evaluated, or declared what it declares.
  virtual void evaluate(const clang::Stmt *S, States &Now) {}
  /// The coroutine is suspended by \p At, a `co_await` or `co_yield`; null for
  /// the suspension a lazy coroutine begins with.
  virtual void suspend(const clang::Expr *At, States &Now) {}
  /// \p Var is destroyed.
  virtual void end(const clang::VarDecl *Var, States &Now) {}
  /// A temporary is destroyed.
  virtual void end(const clang::CXXBindTemporaryExpr *Temporary, States &Now) {}
  /// \p Loop goes into another turn.
  virtual void turn(const clang::Stmt *Loop, States &Now) {}
  /// Control goes on in the knowledge that \p Condition is \p Is.
  virtual void branch(const clang::Expr *Condition, bool Is, States &Now) {}
  /// \p S stands where no path leads, or only an exception.
  virtual void unreached(const clang::Stmt *S) {}

  /// Whether the states are final: every step is made once more, to report.
  bool isReporting() const { return Reporting; }

private:
  friend class Flow;
  bool Reporting = false;
};

class Flow {
public:
  Flow(const Body &B, Unit &U);
  ~Flow();

  /// Follows \p F through the body; false, without a report, if the body has
  /// no graph or is too large.
  bool run(Facts &F) const;

  /// Tells \p F once what happens in each block of the graph, and behind each
  /// \p Done, with the block's number and those of the blocks that may come
  /// next. The body begins in the block that comes first; where it ends, or
  /// returns, the next is end().
  void blocks(
      Facts &F,
      llvm::function_ref<void(unsigned, llvm::ArrayRef<unsigned>)> Done) const;
  unsigned end() const;

  /// What \p S is part of, as `walk` sees it; null at the top.
  const clang::Stmt *parent(const clang::Stmt *S) const {
    return Parents.lookup(S);
  }
  /// Whether \p S is evaluated as part of \p Whole, or is it.
  bool isWithin(const clang::Stmt *S, const clang::Stmt *Whole) const;

private:
  void step(const clang::CFGElement &Element, Facts &F,
            Facts::States &Now) const;
  void walkBlock(const clang::CFGBlock &Block, Facts &F,
                 Facts::States &Now) const;
  const clang::Stmt *behind(const clang::Stmt *Try) const;
  llvm::DenseSet<const clang::Stmt *>
  reached(llvm::ArrayRef<Facts::States> At) const;
  /// The block that leads to the handlers of a try block that no path leaves,
  /// though something follows it; null if there is none left.
  const clang::CFGBlock *enterHandlers(Facts &F,
                                       std::vector<Facts::States> &At) const;

  const Body &B;
  Unit &U;
  std::unique_ptr<clang::CFG> Graph;
  llvm::DenseMap<const clang::Stmt *, const clang::Stmt *> Parents;
};

/// Whether the coroutine can be suspended by \p E. Not by `suspend_never`, nor
/// by what merely asks for something of the running coroutine.
bool maySuspend(const clang::Expr *E, Unit &U);

/// Whether \p B is suspended before its first statement.
bool startsSuspended(const Body &B, Unit &U);

/// What a suspension awaits or yields.
const clang::Expr *operandOf(const clang::Expr *Suspension);

/// Whether \p Terminator closes a `do` that a macro writes around its argument,
/// as assertions do: it is there to make one statement, and turns once.
bool isLoopOfMacro(const clang::Stmt *Terminator);

/// \p Condition without negations; each turns \p Is around.
const clang::Expr *withoutNot(const clang::Expr *Condition, bool &Is);

} // namespace weir
