// async_mock: a stand-in for an asynchronous function.
//
// Not part of weir.hpp.

#pragma once

#include <weir/event.hpp>
#include <weir/task.hpp>

#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

template <class Signature> class async_mock;

/// Called like the function it stands for, it gives a task that records the
/// call and comes to a prepared end. Outcomes that were queued are used up one
/// by one, then what `otherwise` says; with neither, awaiting throws
/// std::logic_error.
///
///     weir::async_mock<int(std::string)> load;
///     load.returns(1).throws(std::runtime_error("gone"));
///     CHECK(co_await load("key") == 1);
///
/// Arguments are recorded as copies, so they can be copied, and none is a
/// reference that is not const. Ask `is_exhausted` whether all that was
/// prepared was used. Calls and awaits count separately: a call whose task was
/// dropped is no await. The mock must outlive its tasks. The loop's thread
/// only. (Python: unittest.mock.AsyncMock.)
template <class R, class... A> class async_mock<R(A...)> {
public:
  using arguments = std::tuple<std::decay_t<A>...>;

  /// What the next call without one comes to.
  template <class U = R>
    requires(!std::is_void_v<R>)
  async_mock &returns(U value) {
    return does([v = std::make_shared<R>(std::move(value))](A...)
                    -> task<R> { co_return std::move(*v); });
  }
  async_mock &returns()
    requires std::is_void_v<R>
  {
    return does([](A...) -> task<R> { co_return; });
  }
  template <class E> async_mock &throws(E error) {
    return does([e = std::make_exception_ptr(std::move(error))](A...)
                    -> task<R> {
      std::rethrow_exception(e);
      if constexpr (std::is_void_v<R>)
        co_return;
      else
        co_return co_await task<R>{};
    });
  }
  /// Runs \p f, a coroutine with the mock's signature.
  template <class F> async_mock &does(F f) {
    outcomes_.push_back(std::move(f));
    return *this;
  }
  /// Waits for `release`, then comes to the outcome queued next: its own, even
  /// if other calls come meanwhile, or what is queued by then if none is yet.
  async_mock &blocks() {
    outcomes_.push_back(nullptr);
    return *this;
  }
  /// Lets every call go on that waits because of `blocks`.
  void release() noexcept {
    gate_.set();
    gate_.clear();
  }
  /// What calls come to when no outcome is queued.
  template <class F> async_mock &otherwise(F f) {
    default_ = std::move(f);
    return *this;
  }

  task<R> operator()(A... values) {
    calls_.emplace_back(values...);
    return run(std::move(values)...);
  }

  std::size_t call_count() const noexcept { return calls_.size(); }
  std::size_t await_count() const noexcept { return awaits_.size(); }
  const std::vector<arguments> &calls() const noexcept { return calls_; }
  const std::vector<arguments> &awaits() const noexcept { return awaits_; }
  bool awaited_with(const A &...values) const {
    for (const auto &a : awaits_)
      if (a == arguments(values...))
        return true;
    return false;
  }
  /// Whether every queued outcome was used.
  bool is_exhausted() const noexcept { return outcomes_.empty(); }
  void reset() {
    calls_.clear();
    awaits_.clear();
    outcomes_.clear();
    default_ = nullptr;
  }

private:
  using behaviour = std::function<task<R>(A...)>;

  // The body runs, and takes its outcome, when it is awaited.
  task<R> run(std::decay_t<A>... values) {
    awaits_.emplace_back(values...);
    std::size_t gates = 0;
    for (; !outcomes_.empty() && !outcomes_.front(); ++gates)
      outcomes_.pop_front();
    behaviour next = take_outcome();
    for (; gates > 0; --gates)
      co_await gate_.wait();
    if (!next)
      next = take_outcome();
    if (!next)
      next = default_;
    if (!next)
      throw std::logic_error("async_mock: no outcome is left for this call");
    co_return co_await next(std::move(values)...);
  }

  /// The outcome queued next, or none.
  behaviour take_outcome() {
    if (outcomes_.empty())
      return nullptr;
    behaviour next = std::move(outcomes_.front());
    outcomes_.pop_front();
    return next;
  }

  event gate_;
  std::deque<behaviour> outcomes_;
  behaviour default_;
  std::vector<arguments> calls_, awaits_;
};

} // namespace weir
