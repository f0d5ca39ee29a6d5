// What the names of each library mean.
//
// Everything a rule knows about a library is data: one JSON file per library
// in checks/models, documented in docs/models.md. A rule asks what a type is
// or what a call does and never names a library. Names are fully qualified,
// without template arguments and without inline or anonymous namespaces;
// Names.h makes such names from declarations.

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace weir::models {

/// What an object of the type is to an asynchronous program.
enum class TypeKind {
  Task,           ///< a coroutine's return type that is awaited for its result
  Detached,       ///< a coroutine's return type that nobody awaits
  Awaiter,        ///< an operation that does nothing until it is awaited
  Future,         ///< a handle of work that runs elsewhere
  Generator,      ///< a synchronous generator
  AsyncGenerator, ///< a generator whose next value is awaited
  Sender,         ///< P2300: does nothing until it is connected
  Thread,         ///< a coroutine that runs on a thread of its own
  Scope,          ///< owns tasks and must be joined
  Guard,          ///< an asynchronous lock's guard: fine across a suspension
  Mutex,          ///< an asynchronous mutex: `std::unique_lock` of it is fine
  Executor,       ///< runs work, nobody says where
  Loop,           ///< runs work on the event loop
  Pool,           ///< runs work on threads that may block
};
enum class Start { Unknown, Lazy, Eager };
enum class Use { Unknown, Once, OnceRvalue, Many };
/// What destroying the object unfinished and unawaited does.
enum class Discard {
  Unknown,
  NeverRuns,
  Cancels,
  KeepsRunning,
  LogsError, ///< keeps running; an error is at least logged
  Leaks,
  Blocks,
  AbortsIfFailed,
};
/// Where an exception goes that leaves a coroutine nobody awaits.
enum class Unhandled {
  Unknown,
  Stored,
  Swallowed,
  Logged,
  Terminate,
  RethrowResumer,
  Handler,
  CompileError,
};
enum class Losers { Unknown, CancelAndWait, Cancel, KeepRunning };
enum class Errors { Unknown, ThrowsFirst, InResults };
/// What a call may change besides its own result.
enum class Effects {
  Unknown,
  None,      ///< nothing: two such calls may run in any order
  Arguments, ///< its receiver and what it gets by reference or pointer
};
enum class BlockingKind {
  Sleep, Wait, Poll, Network, Dns, Db, Process, Console, File, Lock, Cpu,
};
enum class Confidence { Low, Medium, High };

/// What a function is for. One name may have one role and one blocking row.
enum class Role {
  Spawn,           ///< starts a task that nobody need await
  SpawnJoinable,   ///< starts a task and returns what to await
  Start,           ///< starts the task it is called on
  Detach,          ///< lets go of the task it is called on
  BindExecutor,    ///< returns the same task, to run on an executor
  RunOn,           ///< awaited: runs the task elsewhere and comes back
  SwitchContext,   ///< awaited: the coroutine goes on elsewhere
  ScopeAdd,        ///< gives a task to a scope
  ScopeJoin,       ///< awaited: the scope's tasks are done
  All,             ///< awaits all of its arguments at once
  Race,            ///< awaits the first of its arguments
  Timeout,         ///< awaits its argument for a limited time
  Sleep,           ///< awaited: time passes
  Yield,           ///< awaited: others get a turn
  Offload,         ///< runs a callable on a thread that may block
  Post,            ///< runs a callable later, on some executor
  SyncWait,        ///< blocks the thread until a task is done
  AsyncLock,       ///< awaited: acquires an asynchronous lock
  AsyncWait,       ///< awaited: an event, a latch, a condition
  AsyncOp,         ///< awaited: any other operation
  AsyncQueue,      ///< awaited: puts into or takes from a queue
  Continuation,    ///< keeps a callable to run when a task is done
  KeepaliveInvoke, ///< invokes a coroutine lambda and keeps it alive
  AwaitAdaptor,    ///< awaiting the result awaits the argument
  Current,         ///< asks for something of the running coroutine
  Token,           ///< a completion token
  Cancel,          ///< requests cancellation
  Convert,         ///< turns one asynchronous type into another
  Droppable,       ///< its result may be dropped
  NonBlocking,     ///< asserted not to block, whatever it calls
  Parse,           ///< reads text of others, and throws where it cannot
  Log,             ///< tells people something, which no code looks at
  TestRun,         ///< runs a coroutine test
};

/// Something to be seen at a call. All that is said must hold.
struct Condition {
  int Arg = -1;                      ///< index of the argument looked at
  std::vector<std::string> Has;      ///< a flag or enumerator is mentioned in it
  std::optional<int64_t> Equals;     ///< it is this constant (0 of any duration)
  std::vector<std::string> ArgType;  ///< an argument (any, if Arg < 0) or its parameter has this type
  std::vector<std::string> Receiver; ///< the object or its template argument has this type
  std::optional<TypeKind> ReceiverKind; ///< ... or a type of this kind
  std::vector<std::string> Returns;  ///< the call's result has this type
  bool NonNull = false;              ///< it is not a null pointer
  bool Null = false;                 ///< it is a null pointer
  int MinArgs = -1;                  ///< called with at least this many arguments
  int MaxArgs = -1;                  ///< called with at most this many arguments
};

/// When a blocking call does not block after all.
using NotWhen = Condition;

struct Library;

/// What every entry has: a name, and where it is said.
struct Entry {
  std::string Name;
  const Library *Lib = nullptr;
  unsigned Line = 0;        ///< of the library's file
  std::string Since, Until; ///< versions, for people: matching goes by name alone
  std::string Note;         ///< for people
};

struct Type : Entry {
  TypeKind Kind = TypeKind::Task;
  weir::models::Start Start = Start::Unknown;
  weir::models::Use Use = Use::Unknown;
  weir::models::Discard Discard = Discard::Unknown;
  weir::models::Unhandled Unhandled = Unhandled::Unknown;
  bool CapturesSafe = false;  ///< a capturing coroutine lambda cannot dangle
  bool ParamsSafe = false;    ///< reference parameters cannot dangle
  bool MustJoin = false;      ///< a scope whose join must be awaited
};

struct Function : Entry {
  weir::models::Role Role = Role::AsyncOp;
  int Callable = -1, Task = -1, Executor = -1, Token = -1, Duration = -1; ///< argument indices
  bool KeepsCallable = false; ///< a callable it is given lives as long as its work
  bool BorrowsCallable = false; ///< and is called where the caller has it
  bool KeepsArgs = false;     ///< further arguments are copied
  std::optional<bool> ToPool; ///< to threads that may block, or not; unsaid, the executor decides
  weir::models::Discard Discard = Discard::Unknown; ///< of the result, where it differs from its type's
  weir::models::Unhandled Unhandled = Unhandled::Unknown;
  weir::models::Errors Errors = Errors::Unknown;
  weir::models::Losers Losers = Losers::Unknown;
  weir::models::Effects Effects = Effects::Unknown;
  std::string Throws; ///< the type, where what it is given is at fault
};

/// A function of role SyncWait always has such a row too.
struct Blocking : Entry {
  BlockingKind Kind = BlockingKind::Wait;
  weir::models::Confidence Confidence = Confidence::High;
  std::vector<Condition> NotWhen;  ///< any of them holds: it does not block
  std::vector<Condition> OnlyWhen; ///< not empty: it blocks only if one of them holds
  /// It does not block in a body that calls one of these as well.
  std::vector<std::string> NotBeside;
  std::string Unit; ///< the duration type a plain number it is given counts in
  /// What to write instead, a template as a Replacement's call, in coroutines
  /// of this library and of those named by their ids.
  std::string Twin;
  std::vector<std::string> TwinIn;
  bool hasTwinIn(const Library &Other) const;
};

/// What to write instead, in the library's own words. `Call` is a template:
/// `{0}`, `{1}` are the spellings of the replaced call's arguments, `{args}`
/// all of them, `{call}` the replaced call.
/// `{root}` and, in a header, `{path}` are the root in use.
struct Replacement {
  std::string Call;
  std::vector<std::string> Headers;
  std::string Needs; ///< what the author must have at hand, "a pool": advice, not a fix
  /// Of a gather: how each of its results gives its value, `.return_value()`;
  /// empty where it is the value.
  std::string Result;
};

struct Library {
  bool IsBuiltin = false; ///< comes with us
  std::string Id;       ///< the file's name without .json
  std::string Name;     ///< for people
  std::string File;     ///< for people; of a built-in file, its name alone
  std::string Verified; ///< the versions the facts were compared with
  std::vector<std::string> Roots;
  /// What declares it all, for `weir models check`. `{path}` is a root as a
  /// path; roots that have it are compiled apart.
  std::vector<std::string> Headers;
  /// Parts of paths. Not empty: what is declared elsewhere is not this
  /// library's, though it has its name. Libraries with names anyone would
  /// choose, such as `coro::task`, have it.
  std::vector<std::string> OnlyIn;
  /// What only this library declares. Not empty: where none of it is declared,
  /// its names are another library's.
  std::vector<std::string> OnlyWith;
  /// Further namespaces that are the library's: what is done inside is its own
  /// business.
  std::vector<std::string> Namespaces;
  std::vector<std::string> CancelExceptions; ///< qualified names; empty: cancels without
  std::vector<std::string> CancelCodes;      ///< error codes that mean cancelled
  /// Types by which operations are cancelled. Not empty: no others are.
  std::vector<std::string> CancelTokens;
  std::vector<std::string> TestMacros;
  bool HasTokens = false; ///< some function of it is a completion token
  llvm::StringMap<Replacement> Replacements; ///< by blocking kind, "gather", "offload"

  /// The root \p Name is in, else the first; empty without roots.
  llvm::StringRef rootOf(llvm::StringRef Name) const;

  /// The replacement of \p What, by its blocking kind or name, spelled for the
  /// root that \p Near, a name of this library, is in.
  std::optional<Replacement> replacement(llvm::StringRef What,
                                         llvm::StringRef Near) const;
};

/// The models of one process: the built-in files and those of the user.
///
/// Immutable once made, so threads may share it.
class Models {
public:
  Models(Models &&) = default; // The maps point into the deques: no copies.
  Models &operator=(Models &&) = default;

  /// The built-in files alone. Made once; cannot fail, for a test loads them.
  static const Models &builtin();

  /// The built-in files and then \p Files, whose entries win. An error names
  /// the file, the place (line:column), the key, and what may have been meant.
  static llvm::Expected<Models> load(llvm::ArrayRef<std::string> Files);

  /// \p Name as Names.h spells it; null where no model knows it. What blocks
  /// may be known by a pattern, too; see hasGenerated.
  const Type *type(llvm::StringRef Name) const;
  const Function *function(llvm::StringRef Name) const;
  const Blocking *blocking(llvm::StringRef Name) const;
  /// Whether some name of the models ends in `::Last` or is `Last`: a cheap
  /// first look that spares making a qualified name.
  bool mentions(llvm::StringRef Last) const;
  /// Whether some name is `*::Class::*`: any method of any class of that name,
  /// for what a code generator makes.
  bool hasGenerated(llvm::StringRef Class) const { return Generated.contains(Class); }

  const std::deque<Library> &libraries() const { return Libraries; }
  const std::deque<Type> &types() const { return Types; }
  const std::deque<Function> &functions() const { return Functions; }
  const std::deque<Blocking> &blockings() const { return Blockings; }

private:
  friend class Loader;
  Models() = default;
  std::deque<Library> Libraries;
  std::deque<Type> Types;
  std::deque<Function> Functions;
  std::deque<Blocking> Blockings;
  llvm::StringMap<const Type *> TypesByName;
  llvm::StringMap<const Function *> FunctionsByName;
  llvm::StringMap<const Blocking *> BlockingsByName;
  llvm::StringMap<bool> LastNames, Generated;
};

/// As the model files spell it.
llvm::StringRef spelling(TypeKind);
llvm::StringRef spelling(Start);
llvm::StringRef spelling(Use);
llvm::StringRef spelling(Discard);
llvm::StringRef spelling(Unhandled);
llvm::StringRef spelling(Losers);
llvm::StringRef spelling(Errors);
llvm::StringRef spelling(Effects);
llvm::StringRef spelling(BlockingKind);
llvm::StringRef spelling(Confidence);
llvm::StringRef spelling(Role);

} // namespace weir::models
