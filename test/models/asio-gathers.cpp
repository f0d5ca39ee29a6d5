// RUN: %verify=sequential-await -Wno-everything -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE %s
// RUN: %fix=sequential-await %s -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE | FileCheck %s
//
// Asio awaits several tasks at once by an operator.

#include <asio.hpp>
#include <chrono>
#include <string>

using namespace std::chrono_literals;

// The time a timer takes, the executor, and what a library's own calls do.
asio::awaitable<int> waits(int n) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(std::chrono::milliseconds(n));
  co_await timer.async_wait(asio::use_awaitable);
  co_return n;
}
asio::awaitable<std::string> answers(std::string text) {
  auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, 1ms);
  co_await timer.async_wait(asio::use_awaitable);
  co_return text;
}
asio::awaitable<void> with_asio() {
  auto a = co_await waits(1);     // expected-note {{first}}
  auto b = co_await answers("x"); // expected-warning {{'b' waits for 'a'}} expected-note {{write 'auto [a, b] = co_await (waits(1) && answers("x"))', which needs 'using namespace asio::experimental::awaitable_operators'}}
  // CHECK: {{^}}  using namespace asio::experimental::awaitable_operators; auto [a, b] = co_await (waits(1) && answers("x"));
  std::string c = b + std::to_string(a);
}
asio::awaitable<void> three_with_asio() {
  auto a = co_await waits(1);     // expected-note {{first}}
  auto b = co_await answers("x"); // expected-warning {{'b' waits for 'a'}} expected-note {{write 'auto [a, b, c] = co_await (waits(1) && answers("x") && waits(2))'}}
  auto c = co_await waits(2);     // expected-note {{so could}}
  // CHECK: auto [a, b, c] = co_await (waits(1) && answers("x") && waits(2));
}
asio::awaitable<int> no_wait_at_all() {
  auto executor = co_await asio::this_coro::executor;
  co_return 1;
}
asio::awaitable<void> nothing_won() {
  auto a = co_await no_wait_at_all();
  auto b = co_await no_wait_at_all();
}
// What is written to a peer, the next answer may depend on.
asio::awaitable<int> writes(asio::ip::tcp::socket &socket, std::string text) {
  co_return co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
}
asio::awaitable<void> two_writes(asio::ip::tcp::socket &l, asio::ip::tcp::socket &r) {
  auto a = co_await writes(l, "a");
  auto b = co_await writes(r, "b");
}
// What is read, its own buffer and socket take; nothing else.
asio::awaitable<void> two_reads(asio::ip::tcp::socket l, asio::ip::tcp::socket r) {
  char left[8], right[8];
  auto a = co_await asio::async_read(l, asio::buffer(left), asio::use_awaitable);  // expected-note {{first}}
  auto b = co_await asio::async_read(r, asio::buffer(right), asio::use_awaitable); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
  auto c = co_await asio::async_read(r, asio::buffer(left), asio::use_awaitable);
  auto d = co_await asio::async_read(l, asio::buffer(left, b), asio::use_awaitable);
}
asio::awaitable<void> one_buffer(asio::ip::tcp::socket l, asio::ip::tcp::socket r) {
  char both[8];
  auto a = co_await asio::async_read(l, asio::buffer(both), asio::use_awaitable);
  auto b = co_await asio::async_read(r, asio::buffer(both), asio::use_awaitable);
}
