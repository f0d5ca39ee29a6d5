// run_threadsafe: runs a task on a loop from another thread.

#pragma once

#include <weir/create_task.hpp>
#include <weir/loop.hpp>

#include <future>
#include <memory>
#include <utility>

namespace weir {

/// Starts \p work on \p l, which runs on another thread, and gives a future to
/// wait for it with. The loop must run until then. A task that is cancelled
/// gives `cancelled`. (asyncio: run_coroutine_threadsafe.)
template <class T> std::future<T> run_threadsafe(loop &l, task<T> work) {
  struct runs {
    static task<> run(task<T> work, std::promise<T> result) {
      try {
        if constexpr (std::is_void_v<T>) {
          co_await work;
          result.set_value();
        } else {
          result.set_value(co_await work);
        }
      } catch (...) {
        result.set_exception(std::current_exception());
      }
    }
  };
  std::promise<T> promise;
  auto future = promise.get_future();
  l.call_soon_threadsafe(
      [work = std::move(work), promise = std::move(promise)]() mutable {
        create_task(runs::run(std::move(work), std::move(promise)));
      });
  return future;
}

} // namespace weir
