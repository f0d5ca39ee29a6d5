// libunifex, repeated: what users call unifex::task is a class in a class.
#include "stub.hpp"

namespace unifex {
namespace _task {
template <class T, bool> struct _task {
  struct [[nodiscard]] type {
    struct promise_type : stub::lazy<type, T> {};
    auto operator co_await() && noexcept { return stub::awaiter<T>(); }
  };
};
} // namespace _task
template <class T> using task = typename _task::_task<T, false>::type;
template <class T> struct sender : stub::awaiter<T> {};
namespace _sync_wait_cpo {
struct _fn {
  template <class S> int operator()(S &&) const;
};
} // namespace _sync_wait_cpo
inline constexpr _sync_wait_cpo::_fn sync_wait{};
namespace _when_all_cpo {
struct _fn {
  template <class... S> sender<void> operator()(S &&...) const { return {}; }
};
} // namespace _when_all_cpo
inline constexpr _when_all_cpo::_fn when_all{};
namespace _schedule_after {
struct _fn {
  template <class S> sender<void> operator()(S, std::chrono::milliseconds) const { return {}; }
};
inline constexpr _fn schedule_after{};
} // namespace _schedule_after
using _schedule_after::schedule_after;
namespace _just_from {
struct _fn {
  template <class F> sender<int> operator()(F) const { return {}; }
};
inline constexpr _fn just_from{};
} // namespace _just_from
using _just_from::just_from;
namespace _on {
struct _fn {
  template <class Scheduler, class S> sender<int> operator()(Scheduler, S &&) const { return {}; }
};
inline constexpr _fn on{};
} // namespace _on
using _on::on;
namespace v2 {
namespace _async_scope {
struct async_scope { sender<void> join(); };
} // namespace _async_scope
using _async_scope::async_scope;
} // namespace v2
namespace _spawn_detached {
struct _fn {
  template <class S> void operator()(S &&, v2::async_scope &) const {}
};
} // namespace _spawn_detached
inline constexpr _spawn_detached::_fn spawn_detached{};
struct async_mutex { sender<void> async_lock(); void unlock(); };
} // namespace unifex
