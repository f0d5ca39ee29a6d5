// A task type nobody has described: known by its shape.
#pragma once
#include <coroutine>

template <class T> struct task_promise;
template <class T = void> struct task {
  using promise_type = task_promise<T>;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class T> struct task_promise_base {
  task<T> get_return_object();
  std::suspend_always initial_suspend() noexcept;
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
template <class T> struct task_promise : task_promise_base<T> {
  void return_value(T value);
};
template <> struct task_promise<void> : task_promise_base<void> {
  void return_void();
};
