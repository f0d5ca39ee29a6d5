// RUN: %verify=swallowed-cancellation -Wno-everything %s -DASIO_HAS_CO_AWAIT=1 -DASIO_HAS_STD_COROUTINE=1
//
// asio cancels all of a coroutine that loses a race: what one handler catches,
// each later await throws again, and only one that loops stops it.

#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>

using namespace asio::experimental::awaitable_operators;
asio::awaitable<void> work();
asio::awaitable<void> rest();
void log();
bool is_closed();

asio::awaitable<void> awaits_beside() {
  for (;;) {
    co_await rest();
    try {
      co_await work();
    } catch (const std::exception &) {
      log();
    }
  }
}
asio::awaitable<void> awaits_around(int n) {
  for (;;) {
    co_await rest();
    while (--n > 0) {
      try {
        co_await work();
      } catch (const std::exception &) {
        log();
      }
    }
  }
}
asio::awaitable<void> awaits_behind() {
  try {
    co_await work();
  } catch (const std::exception &) {
    log();
  }
  co_await rest();
}
asio::awaitable<void> returns_behind() {
  for (;;) {
    if (is_closed()) {
      try {
        co_await work();
      } catch (const std::exception &) {
        log();
      }
    }
    log();
    co_return;
  }
}
asio::awaitable<void> for_ever() {
  for (;;) {
    try {
      co_await work(); // expected-note {{a cancellation arrives at this await}}
    } catch (const std::exception &) { // expected-warning {{this handler also catches 'std::system_error'}} expected-note 0+ {{}}
      log();
    }
  }
}
asio::awaitable<void> races() { co_await (for_ever() || rest()); }

// A loop that counts is over soon, however often it fails.
asio::awaitable<void> bounded(int n, bool open) {
  for (int i = 0; i < n; ++i)
    try {
      co_await work();
    } catch (const std::exception &) {
      log();
    }
  int tries = 3;
  while (tries) {
    try {
      co_await work();
    } catch (const std::exception &) {
      log();
    }
    --tries;
  }
  while (open)
    try {
      co_await work(); // expected-note {{a cancellation arrives at this await}}
    } catch (const std::exception &) { // expected-warning {{this handler also catches 'std::system_error'}} expected-note 0+ {{}}
      log();
    }
  co_await rest();
}
