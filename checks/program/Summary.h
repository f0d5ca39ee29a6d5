// What one file tells the others about its functions.
//
// Facts that need the AST are established once, here; whatever takes more than
// one function (a chain of calls, the effects of a callee, whether anybody
// uses a function as a value) is decided on the Program, which joins the
// summaries of one file or of ten thousand.

#pragma once

#include "checks/support/Finding.h"
#include "checks/support/Models.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace weir::program {

/// What an argument or a receiver refers to: "" a temporary, "l:N" the N-th
/// local of the function, "p0" what its first parameter refers to, "this" its
/// object, "g:USR" a global, "?" not known. Locals mean nothing to a caller.
using Root = llvm::StringRef;

/// How a call relates to the function that makes it.
enum class Mode {
  Plain,     ///< runs here and now, on this thread
  Awaited,   ///< `co_await f()`
  Task,      ///< makes a task that goes elsewhere (stored, spawned, returned)
  Elsewhere, ///< runs on another thread: inside an offloaded callable
};

/// What a function reads or changes of what others can see.
struct Effects {
  bool Unknown = false; ///< calls or does something nobody described
  Few<Root> Reads, Writes;
};

/// A call that the models do not fully describe, by USR.
struct Call {
  llvm::StringRef Callee;
  llvm::StringRef Name; ///< for messages, qualified as the user knows it
  weir::program::Mode Mode = Mode::Plain;
  bool IsVirtual = false; ///< may end up in an override
  bool IsGuarded = false; ///< stands in a try block that may end what it throws
  bool IsSure = false;    ///< made once, on every way to the function's end
  Place At;
  Root Receiver;
  llvm::ArrayRef<Root> Args; ///< interned
  /// The models say what it changes, so its body need not be known; Arguments
  /// are then counted among the caller's own effects already.
  bool IsDescribed = false;
  /// Of an awaited operation of a library whose model says what it changes:
  /// what it touches, in the words of this function. At most one.
  Few<Effects> Operation;
  /// For an awaited call: the edits that make it a plain call. For a plain one
  /// in a coroutine: those that run it on a thread, and how that is written.
  weir::Fix Fix;
  llvm::StringRef Instead;
};

/// A call through a pointer or something like std::function: of whom, nobody
/// knows.
struct Indirect {
  std::string Name; ///< what is called, as written
  Place At;
};

/// A call that puts the thread to sleep.
struct Block {
  llvm::StringRef Name;
  models::BlockingKind Kind = models::BlockingKind::Wait;
  models::Confidence Confidence = models::Confidence::High;
  /// It waits for asynchronous work: weir-sync-wait's business.
  bool IsSyncWait = false;
  Place At;
  /// The note that says what to write instead, in the words of the coroutine's
  /// library. Empty where nothing is known.
  llvm::StringRef Instead;
  weir::Fix Fix;
};

/// A task, or a callable that makes one, in the hands of a library.
struct Handed {
  llvm::StringRef Callee; ///< the coroutine, or the callable
  llvm::StringRef Name;
  Place At;
  llvm::StringRef To; ///< the function or type of the library, for messages
  models::Role Role = models::Role::Spawn;
  /// Where what the coroutine throws goes.
  models::Unhandled Unhandled = models::Unhandled::Unknown;
  bool IsPlain = false; ///< an ordinary function that makes no task
};

/// A `throw` that no handler of its function ends.
struct Throw {
  std::string Type;
  Place At;
};

/// A stretch of the function's file, by bytes.
struct Extent {
  unsigned Begin = 0, End = 0;
};

/// A run of awaits where nothing in the function itself makes a later one wait
/// for an earlier one.
struct Sequence {
  struct Step {
    unsigned Call;       ///< index into Calls
    std::string Name;    ///< the variable that takes the result; may be empty
    Place Await;         ///< the keyword
    std::string Operand; ///< what is awaited, as written
    weir::program::Extent Extent; ///< the statement without its semicolon
    bool CanRewrite = false;
    std::vector<unsigned> Before; ///< calls between it and the step before
  };
  std::vector<Step> Steps;
  std::string Gather; ///< how the library gathers, with `{args}`; may be empty
  std::vector<Edit> Include; ///< what the file lacks for that
  std::string Needs;         ///< what that needs besides
  std::string Result; ///< how each result is taken, if it is not the value
};

/// A loop over a range that awaits something for each element and does no more.
struct Loop {
  Place Await;             ///< the keyword
  std::string Range;       ///< as messages call it
  bool AwaitsCall = false; ///< otherwise the elements are tasks
  unsigned Call = 0;       ///< an index into Calls
  bool IsStarted = false;  ///< the tasks are, before the loop
  bool IsCollected = false; ///< by the coroutine itself, before the loop
  std::string Gather;      ///< how to await them all; may be empty
};

/// A parameter as its function declares it.
struct Parameter {
  llvm::StringRef Name; ///< may be empty
  Place At;
  bool IsReference = false; ///< and not a copy of a view or pointer
};

/// A parameter, or the object, that a coroutine uses when it has been suspended
/// and its caller may have gone on.
struct Kept {
  int Index = -1; ///< of the parameter; -1 is the object
  Parameter What;
  Place Suspension; ///< before the use; none where the body begins suspended
  Place Use;
  bool IsReference = false;  ///< else a copy of the view or pointer
  bool IsShortLived = false; ///< its type takes what callers may soon destroy
  Fix ByValue;
};

/// What an ordinary function gives to the one whose task it returns.
struct Passed {
  int Index = -1;     ///< of its parameter; -1 is its object
  unsigned Call = 0;  ///< an index into Calls
  int Argument = 0;   ///< of that call
  /// The parameter of a callee whose declaration says that its task keeps it.
  Parameter Declared;
};

/// An argument of a call whose task is run when what the argument refers to may
/// be gone. Whether the task cares, the callee decides.
struct Outlived {
  enum Kind {
    Temporary,
    Local, ///< or a parameter that is a value
    Lent,  ///< to the function itself, and a reference
  };
  /// Of an argument that is a view: whether it may be gone itself, or what it
  /// refers to.
  enum Part { Whole, OnlyView, OnlyBehind };

  unsigned Call = 0; ///< an index into Calls
  /// What a std::function or its kin is called, of which nothing else is known;
  /// then Call means nothing.
  llvm::StringRef Erased;
  Place Made;       ///< the call
  int Argument = 0; ///< -1 is the object
  Kind What = Temporary;
  Part Which = Whole;
  Place At;
  llvm::StringRef Name; ///< of the local or parameter
  llvm::StringRef Dies; ///< when, as messages say it
  Place Away;           ///< where the task gets away
  std::string How;      ///< "the task is returned"
  bool IsGenerator = false;
  Parameter Declared; ///< as in Passed
};

/// A lock that a coroutine itself takes, and has when it is suspended.
struct Held {
  enum Kind { Guard, Temporary, Mutex };
  struct Suspension {
    Place At;
    bool IsFirst = false;                ///< before the first statement
    std::vector<llvm::StringRef> Awaits; ///< names of the awaitable, for models
  };

  Kind What = Temporary;
  Place At;
  std::string Name;    ///< for messages; of a temporary, empty
  unsigned Number = 0; ///< of the guard: one that is locked again is one guard
  std::vector<llvm::StringRef> Names; ///< by which it may be allowed
  std::vector<Suspension> Across;
};

/// A mutex as a caller can name it: the object, and which of its members.
struct Mutex {
  Root Of;
  llvm::StringRef Member; ///< the USR; empty for what `Of` is itself
  friend bool operator==(const Mutex &L, const Mutex &R) {
    return L.Of == R.Of && L.Member == R.Member;
  }
};

/// A mutex that is locked or unlocked by hand.
struct LockAct {
  Mutex What;
  llvm::StringRef Name;               ///< for messages
  std::vector<llvm::StringRef> Names; ///< by which it may be allowed
  Place At;
  bool IsPaired = false; ///< locked by one that is itself unlocked in the body
};

/// In which order a body locks, calls what may lock or unlock, and is
/// suspended. Of an ordinary function only where it locks or unlocks itself.
struct LockOrder {
  struct Step {
    enum Kind { Locks, MayLock, Unlocks, Calls, Ends, Suspends };
    Kind What = Calls;
    unsigned Index =
        0; ///< into Acts, Calls (`Ends`: of a destructor), Suspensions
    /// Whether what is called is given a whole object, not only a part of one.
    bool IsWhole = false;
  };
  struct Block {
    std::vector<Step> Steps;
    std::vector<unsigned> Next; ///< behind the last is the function's end
  };
  struct Suspension {
    Place At;
    unsigned Call =
        0; ///< what is awaited, by its index in Calls plus one; or 0
    bool IsWhole = false;
  };
  /// A mutex that is an argument of a call.
  struct Argument {
    unsigned Call = 0, Index = 0;
    Mutex What;
  };

  std::vector<LockAct> Acts;
  std::vector<Suspension> Suspensions; ///< in source order
  std::vector<Block> Blocks;           ///< the first is the beginning
  std::vector<Argument> Arguments;

  bool isEmpty() const {
    return Acts.empty() && Blocks.empty() && Arguments.empty();
  }
};

enum class Kind { Plain, Coroutine };

struct Function {
  llvm::StringRef Usr;
  llvm::StringRef Name; ///< for messages
  weir::program::Kind Kind = Kind::Plain;
  Place At;     ///< its name
  Place Extent; ///< from its first to its last character
  bool IsLambda = false;
  bool IsLocalToFile = false; ///< nothing outside the file can name it
  bool IsVirtual = false;
  bool IsTest = false;     ///< the body of a test
  llvm::StringRef Library; ///< the id of the model of its return type
  /// The coroutine is awaited for its result and starts lazily or eagerly; a
  /// generator or a detached coroutine is none.
  bool IsTask = false;

  std::vector<Call> Calls;   ///< in source order
  Few<Block> Blocks; ///< in source order
  Few<Handed> Handed;
  Few<Throw> Throws;
  weir::program::Effects Effects;
  Few<Sequence> Sequences;

  /// For a coroutine: how often it may suspend, not counting what it awaits
  /// by name (those are Calls with Mode::Awaited).
  bool Suspends = false;
  /// For a coroutine without any await: why its type may still be needed, and
  /// the edits that make it an ordinary function.
  bool IsNeedless = false;
  Place HiddenAwait; ///< an await in a nested lambda that may have been meant
  Fix Uncoroutine;

  Few<Indirect> Indirects; ///< in source order
  Few<Loop> Loops;

  Few<Kept> Kept;         ///< of a coroutine
  Few<Passed> Passed;     ///< of any other function
  Few<Outlived> Outlived; ///< those of one call beside each other
  /// The return type of a coroutine, if nobody can wait for it.
  llvm::StringRef Detached;

  Few<Held> Held;            ///< of a coroutine
  Few<LockOrder> LockOrders; ///< at most one, for most have none
  const LockOrder &locks() const {
    static const LockOrder None;
    return LockOrders.empty() ? None : LockOrders.front();
  }
};

/// A virtual method of a class of the user's, whether or not its body is here.
struct Virtual {
  llvm::StringRef Usr;
  std::vector<llvm::StringRef> Overrides; ///< what it overrides itself
  bool IsPure = false;
};

struct Summary {
  std::vector<Function> Functions;
  /// USRs of functions used as a value, an override or a requirement: their
  /// types must stay as they are.
  std::vector<llvm::StringRef> Mentioned;
  std::vector<Virtual> Virtuals;
};

} // namespace weir::program
