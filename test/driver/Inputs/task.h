// A task type nobody has described: known by its shape.
#pragma once
#include <coroutine>

template <class T = void> struct task;
template <class T> struct task_promise_result {
  T value;
  void return_value(T v) { value = v; }
};
template <> struct task_promise_result<void> {
  void return_void() {}
};
template <class T> struct task {
  struct promise_type : task_promise_result<T> {
    task get_return_object() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void unhandled_exception() {}
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
