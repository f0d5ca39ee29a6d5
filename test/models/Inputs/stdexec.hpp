// stdexec, repeated: senders, objects that are called, and a task that is known
// under an alias.
#include "stub.hpp"

namespace stdexec {
struct sender_t {};
template <class T> struct sender : stub::awaiter<T> { using sender_concept = sender_t; };
struct sync_wait_t {
  template <class S> std::tuple<int> operator()(S &&) const;
};
struct when_all_t {
  template <class... S> sender<void> operator()(S &&...) const { return {}; }
};
struct just_t { sender<void> operator()() const; };
struct then_t {
  template <class F> F operator()(F f) const { return f; }
};
struct on_t {
  template <class Scheduler, class S> sender<int> operator()(Scheduler, S &&) const { return {}; }
};
inline constexpr sync_wait_t sync_wait{};
inline constexpr when_all_t when_all{};
inline constexpr just_t just{};
inline constexpr then_t then{};
inline constexpr on_t on{};
template <class S, class F> sender<int> operator|(S, F) { return {}; }
} // namespace stdexec
namespace experimental::execution {
namespace __task {
template <class T, class Context> struct [[nodiscard]] basic_task {
  struct promise_type : stub::lazy<basic_task, T> {};
  auto operator co_await() && noexcept { return stub::awaiter<T>(); }
};
} // namespace __task
template <class T> using task = __task::basic_task<T, int>;
struct schedule_after_t {
  template <class S> stdexec::sender<void> operator()(S, std::chrono::milliseconds) const { return {}; }
};
inline constexpr schedule_after_t schedule_after{};
struct start_detached_t {
  template <class S> void operator()(S &&) const {}
};
inline constexpr start_detached_t start_detached{};
struct static_thread_pool { int get_scheduler(); };
} // namespace experimental::execution
namespace exec = experimental::execution;
