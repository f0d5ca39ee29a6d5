// run_threadsafe: runs a task on a loop from another thread.

#pragma once

#include <weir/create_task.hpp>
#include <weir/loop.hpp>

#include <future>
#include <memory>
#include <utility>

namespace weir {

/// The result of a task that runs on another thread's loop: a std::future that
/// can stop what it waits for. Any thread may have it, one at a time.
template <class T> class threadsafe_future : public std::future<T> {
public:
  threadsafe_future() = default;

  /// Asks the task to stop; `get` then throws `cancelled`, unless the task ends
  /// otherwise. Nothing without a task. Like `get`, only while the loop runs.
  void cancel() {
    if (home_)
      home_->call_soon_threadsafe([task = task_] {
        if (*task)
          task->cancel();
      });
  }

  /// For the library's own use.
  threadsafe_future(std::future<T> f, loop &home, std::shared_ptr<task_ref> task)
      : std::future<T>(std::move(f)), home_(&home), task_(std::move(task)) {}

private:
  loop *home_ = nullptr;
  std::shared_ptr<task_ref> task_; ///< Touched by the loop's thread only.
};

/// Starts \p work on \p l, which runs on another thread, and gives a future to
/// wait for it with. The loop must run until then. A task that is cancelled
/// gives `cancelled`. (asyncio: run_coroutine_threadsafe.)
template <class T> threadsafe_future<T> run_threadsafe(loop &l, task<T> work) {
  using shared_ref = std::shared_ptr<task_ref>;
  struct runs {
    static task<> run(task<T> work, std::promise<T> result, shared_ref self) {
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
      *self = {}; // on this thread, for the future dies on another
    }
  };
  std::promise<T> promise;
  auto self = std::make_shared<task_ref>();
  threadsafe_future<T> future(promise.get_future(), l, self);
  l.call_soon_threadsafe([work = std::move(work), promise = std::move(promise),
                          self]() mutable {
    // Eager: a task that is cancelled before it begins has no result to give.
    *self = create_task(
        eager, runs::run(std::move(work), std::move(promise), self));
    if (self->done())
      *self = {};
  });
  return future;
}

} // namespace weir
