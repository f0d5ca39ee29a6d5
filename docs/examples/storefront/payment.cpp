// The payment gateway's client is written on asio, not on weir.

#include "shop.hpp"
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>
#include <thread>

using namespace std::chrono_literals;

namespace shop {

static asio::awaitable<bool> charge(double amount) {
  asio::steady_timer answer(co_await asio::this_coro::executor, 5ms);
  co_await answer.async_wait(asio::use_awaitable);
  // Give the gateway a moment to settle.
  std::this_thread::sleep_for(10ms);
  co_return amount > 0;
}

bool pay(double amount) {
  asio::io_context loop;
  auto paid = asio::co_spawn(loop, charge(amount), asio::use_future);
  loop.run();
  return paid.get();
}

} // namespace shop
