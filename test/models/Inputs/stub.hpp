// What the stubs of libraries are made of: the parts of a coroutine type that
// are alike everywhere.

#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <tuple>
#include <type_traits>
#include <utility>

namespace stub {

template <class T> struct awaiter {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};

template <class T> struct returns { void return_value(T); };
template <> struct returns<void> { void return_void(); };

template <class Task, class T, class Start> struct promise : returns<T> {
  Task get_return_object();
  Start initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
template <class Task, class T> using lazy = promise<Task, T, std::suspend_always>;
template <class Task, class T> using eager = promise<Task, T, std::suspend_never>;

template <class F> using result = std::invoke_result_t<F>;

} // namespace stub
