// to_thread: run what blocks where it blocks nobody.

#pragma once

#include <weir/detail/context.hpp>
#include <weir/detail/offload_awaiter.hpp>
#include <weir/loop.hpp>
#include <weir/task.hpp>

#include <functional>
#include <type_traits>
#include <utility>

namespace weir {

/// Calls `f(args...)` on a thread of the loop's pool and gives its result, or
/// throws its exception. \p f and the arguments are copied or moved into the
/// task; std::ref passes a reference on purpose, which then must outlive the
/// thread's work.
///
///     auto text = co_await weir::to_thread(read_file, path);
///
/// The pool has up to min(32, CPUs + 4) threads, started when needed; what
/// exceeds that waits in line. Context variables are those of the caller.
/// Cancelling the awaiting task returns at once; the call itself goes on and
/// its result is dropped. `run` waits for it at its end, for
/// run_options::join_timeout at most.
/// The loop's thread only. (asyncio: to_thread.)
template <class F, class... A>
task<std::invoke_result_t<std::decay_t<F>, std::decay_t<A>...>>
to_thread(F f, A... args) {
  auto *extras = detail::current_scheduler().current->extras();
  auto call = [context = extras ? extras->context : detail::context(),
               f = std::move(f), ... args = std::move(args)]() mutable
      -> std::invoke_result_t<std::decay_t<F>, std::decay_t<A>...> {
    detail::thread_context() = std::move(context);
    return std::invoke(std::move(f), std::move(args)...);
  };
  co_return co_await detail::offload_awaiter<decltype(call)>(
      detail::worker_threads(detail::current_scheduler()), std::move(call));
}

} // namespace weir
