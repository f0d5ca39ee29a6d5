// RUN: %verify=blocking-call,sync-wait -Wno-everything %s
//
// A template that nobody instantiates blocks in what does not depend on how it
// would be; one that is instantiated is judged by that, once.

#include <chrono>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <weir/weir.hpp>

using namespace std::chrono_literals;
weir::task<> step();
void slow() {
  std::this_thread::sleep_for(1s); // expected-note {{'slow' calls 'std::this_thread::sleep_for', which blocks}}
}

template <class T> weir::task<> never(T value) {
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep the thread that runs coroutine 'never'}} expected-note {{write 'co_await weir::sleep(1s)'}}
  slow(); // expected-warning {{'slow' puts to sleep}} expected-note {{write}}
  value.sleep_for(1s);
  co_await step();
}

template <class Stream> struct client {
  Stream stream;
  weir::task<> read() {
    co_await stream.read();
    std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep the thread that runs coroutine 'client::read'}} expected-note {{write 'co_await weir::sleep(1s)'}}
  }
  template <class Pool> weir::task<> moved_away(Pool &pool) {
    co_await pool.schedule();
    std::this_thread::sleep_for(1s);
  }
  template <bool Async> weir::task<> chooses() {
    if constexpr (Async)
      co_await step();
    else
      std::this_thread::sleep_for(1s);
  }
  void ordinary() { std::this_thread::sleep_for(1s); }
};

template <class T> weir::task<> twice(T value) {
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep the thread that runs coroutine 'twice'}} expected-note {{write 'co_await weir::sleep(1s)'}}
  co_await step();
}
template weir::task<> twice(int);
template weir::task<> twice(char);

template <class F> weir::task<> each(F f) { co_await f(1); }
weir::task<> closures() {
  auto unused = [](auto) -> weir::task<> {
    std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{write 'co_await weir::sleep(1s)'}}
    co_await step();
  };
  co_await each([](auto) -> weir::task<> {
    std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{write 'co_await weir::sleep(1s)'}}
    co_await step();
  });
}

// What is declared keeps its type when another thread makes it.
struct pinned : std::ifstream {
  pinned(std::string name) : std::ifstream(name) {} // expected-note {{which blocks}}
  pinned(pinned &&) = delete;
};
weir::task<> opens(std::string name) {
  std::ifstream in(name, std::ios::binary); // expected-warning {{does blocking I/O}} expected-note {{write 'auto in = co_await weir::to_thread([&] { return std::ifstream(name, std::ios::binary); })'}}
  std::ofstream out{name}; // expected-warning {{does blocking I/O}} expected-note {{write 'auto out = co_await weir::to_thread([&] { return std::ofstream(name); })'}}
  auto other = std::ifstream(name); // expected-warning {{does blocking I/O}} expected-note {{write 'co_await weir::to_thread([&] { return std::ifstream(name); })'}}
  pinned cannot_move(name); // expected-warning {{'pinned::pinned' does blocking I/O}}
  co_await step();
}
