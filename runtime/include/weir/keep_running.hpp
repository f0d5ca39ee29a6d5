// keep_running: asyncio's own gather.

#pragma once

#include <weir/create_task.hpp>
#include <weir/detail/wait_awaiter.hpp>

#include <exception>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

struct keep_running_t {
  explicit keep_running_t() = default;
};
/// `gather(keep_running, a(), b())`: see below.
inline constexpr keep_running_t keep_running{};

/// Gather exactly as in asyncio: the first failure is thrown at once and the
/// other children go on in the background, where their failures are dropped.
/// So nothing they refer to may belong to the caller. Cancelling the awaiting
/// task cancels every child and waits for them.
template <detail::is_awaitable... A>
task<std::tuple<detail::object_t<detail::task_result_t<A>>...>>
gather(keep_running_t, A... awaitables) {
  std::tuple children{[](auto &&a) {
    if constexpr (detail::is_handle<std::remove_cvref_t<decltype(a)>>)
      return std::move(a);
    else
      return create_task(std::move(a));
  }(std::move(awaitables))...};
  std::vector<detail::job *> jobs;
  std::apply([&](auto &...child) { (jobs.push_back(child.native()), ...); },
             children);

  bool was_cancelled = false;
  try {
    co_await detail::wait_awaiter(jobs, -1, detail::wait_awaiter::failure);
  } catch (const cancelled &) {
    was_cancelled = true;
    for (auto *j : jobs)
      detail::request_cancel(*j);
  }
  for (auto *j : jobs)
    j->flags |= detail::job::retrieved;
  while (was_cancelled) {
    try {
      co_await detail::wait_awaiter(jobs, -1, detail::wait_awaiter::never);
      break;
    } catch (const cancelled &) {
      for (auto *j : jobs)
        detail::request_cancel(*j);
    }
  }
  if (was_cancelled)
    throw cancelled{};
  std::apply(
      [](auto &...child) {
        auto throw_failure = [](auto &c) {
          if (c.done() && c.native()->outcome != detail::outcome::value)
            c.promise().rethrow();
        };
        (throw_failure(child), ...);
      },
      children);
  co_return std::apply(
      [](auto &...child) {
        auto value = [](auto &c) {
          if constexpr (std::is_void_v<decltype(c.result())>)
            return std::monostate{};
          else
            return c.promise().take_shared(c.native()->refs == 1);
        };
        return std::tuple<detail::object_t<detail::task_result_t<A>>...>(
            value(child)...);
      },
      children);
}

} // namespace weir
