// RUN: %verify=lost-exception -Wno-everything -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE %s
//
// A group gives each error beside its result.

#include <asio.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/parallel_group.hpp>

asio::awaitable<int> part(int);
asio::awaitable<void> signalled();
asio::awaitable<int> all(asio::io_context &io) {
  auto [order, failed, left, failed_too, right] = // expected-warning {{the error in 'failed' is never looked at}}
      co_await asio::experimental::make_parallel_group(
          [&](auto token) { return asio::co_spawn(io, part(1), token); },
          [&](auto token) { return asio::co_spawn(io, part(2), token); })
          .async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  co_return left + right;
}
asio::awaitable<int> whichever(asio::io_context &io) {
  auto [order, failed, left, failed_too, right] =
      co_await asio::experimental::make_parallel_group(
          [&](auto token) { return asio::co_spawn(io, part(1), token); },
          [&](auto token) { return asio::co_spawn(io, part(2), token); })
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  co_return order[0] ? right : left;
}
asio::awaitable<int> until_signalled(asio::io_context &io) {
  auto [order, beside, failed, result] =
      co_await asio::experimental::make_parallel_group(
          [&](auto token) { return asio::co_spawn(io, signalled(), token); },
          [&](auto token) { return asio::co_spawn(io, part(2), token); })
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (failed)
    std::rethrow_exception(failed);
  co_return result;
}
asio::awaitable<void> a_timer(asio::io_context &io) {
  asio::steady_timer timer(io);
  auto [error] = co_await timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
}
