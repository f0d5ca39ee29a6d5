// libfork, repeated, but for the first argument that its functions must have.
#include "stub.hpp"

namespace lf {
template <class T> struct task {
  struct promise_type : stub::lazy<task, T> {};
  auto operator co_await() noexcept { return stub::awaiter<T>(); }
};
struct lazy_pool {};
template <class F> int sync_wait(lazy_pool &, F) { return 0; }
template <class F> void detach(lazy_pool &, F) {}
} // namespace lf
