// QCoro, repeated: an eager task whose members are its base's.
#include "stub.hpp"

struct QThread;
struct QObject {};
struct QTimer : QObject {
  template <class F> static void singleShot(int, const QObject *, F) {}
};
template <class T> struct QFuture {};
namespace QtConcurrent {
template <class F> QFuture<stub::result<F>> run(F &&) { return {}; }
}
namespace QCoro {
namespace detail {
template <class T, template <class> class Impl> struct TaskBase {
  auto operator co_await() const noexcept { return stub::awaiter<T>(); }
  template <class F> Impl<void> then(F &&) { return {}; }
};
} // namespace detail
template <class T = void> struct Task : detail::TaskBase<T, Task> {
  struct promise_type : stub::eager<Task, T> {
    template <class A> A &&await_transform(A &&a) { return static_cast<A &&>(a); }
    template <class A> stub::awaiter<A> await_transform(QFuture<A>) { return {}; }
  };
};
Task<> sleepFor(std::chrono::milliseconds);
Task<> moveToThread(QThread *);
template <class T, class F> void connect(Task<T> &&, QObject *, F) {}
template <class T> T waitFor(Task<T> &&);
} // namespace QCoro
