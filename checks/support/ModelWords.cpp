// The words of the model files. Each table has the order of its enum.

#include "checks/support/ModelWords.h"

using namespace llvm;

namespace weir::models {

#define WORDS(ENUM, ...)                                                       \
  template <> ArrayRef<StringLiteral> words<ENUM>() {                          \
    static constexpr StringLiteral Words[] = {__VA_ARGS__};                    \
    return Words;                                                              \
  }                                                                            \
  StringRef spelling(ENUM Value) { return words<ENUM>()[size_t(Value)]; }

WORDS(TypeKind, "task", "detached", "awaiter", "future", "generator",
      "async_generator", "sender", "thread", "scope", "guard", "mutex",
      "executor", "loop", "pool")
WORDS(Start, "unknown", "lazy", "eager")
WORDS(Use, "unknown", "once", "once_rvalue", "many")
WORDS(Discard, "unknown", "never_runs", "cancels", "keeps_running",
      "logs_error", "leaks", "blocks", "aborts_if_failed")
WORDS(Unhandled, "unknown", "stored", "swallowed", "logged", "terminate",
      "rethrow_resumer", "handler", "compile_error")
WORDS(Losers, "unknown", "cancel_and_wait", "cancel", "keep_running")
WORDS(Errors, "unknown", "throws_first", "in_results")
WORDS(Effects, "unknown", "none", "arguments")
WORDS(BlockingKind, "sleep", "wait", "poll", "network", "dns", "db", "process",
      "console", "file", "lock", "cpu")
WORDS(Confidence, "low", "medium", "high")
WORDS(Role, "spawn", "spawn_joinable", "start", "detach", "bind_executor",
      "run_on", "switch_context", "scope_add", "scope_join", "all", "race",
      "timeout", "sleep", "yield", "offload", "post", "sync_wait", "async_lock",
      "async_wait", "async_op", "async_queue", "continuation",
      "keepalive_invoke", "await_adaptor", "current", "token", "cancel",
      "convert", "droppable", "non_blocking", "parse", "log", "test_run")

#undef WORDS

ArrayRef<StringLiteral> replacementWords() {
  static constexpr StringLiteral Words[] = {"offload", "gather", "gather_range"};
  return Words;
}

} // namespace weir::models
