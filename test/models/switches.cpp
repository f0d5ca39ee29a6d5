// RUN: %verify=blocking-call -Wno-everything %s
//
// An await of what no model knows, and what is called a switch, may be one: what
// follows is left alone. What brings a result, takes work or time is none.

#include <coroutine>
#include <thread>
#include <weir/task.hpp>

using namespace std::chrono_literals;

template <class T> struct operation {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
struct thread_pool {
  operation<void> schedule();
  operation<void> submit(void (*)());
  operation<int> size();
};
struct io_loop {
  operation<void> schedule();
  operation<void> schedule_after(std::chrono::seconds);
};
operation<void> switch_to(thread_pool &);
operation<void> resume_on_main_thread();
struct own_executor {
  operation<void> enter();
};
operation<void> flush();
struct resume_background : operation<void> {};

weir::task<> switches(thread_pool &pool) {
  co_await pool.schedule();
  std::this_thread::sleep_for(1s);
}
weir::task<> switches_by_function(thread_pool &pool) {
  co_await switch_to(pool);
  std::this_thread::sleep_for(1s);
  co_await resume_on_main_thread();
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{}}
}
weir::task<> switches_to(own_executor &executor) {
  co_await executor.enter();
  std::this_thread::sleep_for(1s);
}
weir::task<> switches_by_type() {
  co_await resume_background();
  std::this_thread::sleep_for(1s);
}
weir::task<> stays(thread_pool &pool, io_loop &loop) {
  co_await flush();
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{}}
  co_await pool.submit([] {});
  co_await pool.size();
  co_await loop.schedule_after(1s);
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{}}
  co_await loop.schedule();
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{}}
}

// A coroutine whose type hands it to threads begins there; one that goes to its
// loop does not.
struct enter_pool {
  thread_pool &pool;
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct enter_loop {
  io_loop &loop;
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
template <class First> struct started {
  struct promise_type {
    started get_return_object();
    First initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
started<enter_pool> begins_on_a_pool() {
  std::this_thread::sleep_for(1s);
  co_return;
}
started<enter_loop> begins_on_the_loop() {
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note 0+ {{}}
  co_return;
}

// A jump may say whether it worked; what does it is an awaiter of any name.
struct queue_of_a_thread {
  void push(std::coroutine_handle<>);
};
template <class E> auto jump_on(E &executor) {
  struct awaiter {
    E &executor;
    bool await_ready();
    void await_suspend(std::coroutine_handle<> h) { executor.push(h); }
    bool await_resume();
  };
  return awaiter{executor};
}
started<std::suspend_never> jumps(queue_of_a_thread &queue) {
  if (!co_await jump_on(queue))
    co_return;
  std::this_thread::sleep_for(1s);
}

// Nobody takes what such a coroutine yields: it is no generator.
struct detached_with_yields {
  struct promise_type {
    detached_with_yields get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    std::suspend_never yield_value(int *);
    void unhandled_exception();
    void return_void();
  };
};
detached_with_yields is_no_generator() {
  co_await flush();
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note 0+ {{}}
}

// Pools of other things, verbs of other things, and awaiters of main threads are no
// switch.
struct MainThread {
  void post(std::coroutine_handle<>);
};
struct resume_on_main {
  MainThread &thread;
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct memory_pool;
struct allocates {
  memory_pool *pool;
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct connection_pool {
  operation<bool> acquire();
};
struct player {
  operation<void> jump();
};
started<resume_on_main> begins_on_main(connection_pool &pool, player &player) {
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note 0+ {{}}
  if (co_await pool.acquire())
    co_await player.jump();
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note 0+ {{}}
}
started<allocates> begins_with_memory() {
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note 0+ {{}}
  co_return;
}
