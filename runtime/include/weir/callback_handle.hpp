// callback_handle: a call that was scheduled and can be taken back.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <optional>
#include <utility>

namespace weir {
class loop;

namespace detail {
struct loop_access;

/// A scheduled call. Shared by the queue it is in and its handles.
class callback_base : public ready_callback, public timer {
public:
  virtual ~callback_base() = default;

  void discard() noexcept override { drop(); }
  void share() noexcept { ++refs_; }
  void drop() noexcept {
    if (--refs_ == 0)
      delete this;
  }
  void wait_in(timer_heap &timers) {
    waits = &timers;
    timers.insert(*this);
  }
  void cancel() noexcept {
    is_cancelled = true;
    if (auto *timers = std::exchange(waits, nullptr)) {
      timers->erase(*this);
      drop();
    }
  }

  timer_heap *waits = nullptr;
  bool is_cancelled = false;

private:
  int refs_ = 1; // the queue's
};

template <class F> class callback final : public callback_base {
public:
  callback(loop &home, F f) : home_(home), f_(std::move(f)) {}
  void run() noexcept override;
  void fire() noexcept override;

private:
  loop &home_;
  std::optional<F> f_;
};

} // namespace detail

/// Names a call made with `call_soon`, `call_at` or `call_later`. Dropping it
/// changes nothing; it may outlive the call. (asyncio: Handle, TimerHandle.)
/// The loop's thread only.
class callback_handle {
public:
  callback_handle() noexcept = default;
  callback_handle(const callback_handle &other) noexcept
      : callback_(other.callback_) {
    if (callback_)
      callback_->share();
  }
  callback_handle(callback_handle &&other) noexcept
      : callback_(std::exchange(other.callback_, nullptr)) {}
  callback_handle &operator=(callback_handle other) noexcept {
    std::swap(callback_, other.callback_);
    return *this;
  }
  ~callback_handle() {
    if (callback_)
      callback_->drop();
  }

  /// The call will not happen; nothing if it has.
  void cancel() noexcept {
    if (callback_)
      callback_->cancel();
  }
  bool is_cancelled() const noexcept {
    return callback_ && callback_->is_cancelled;
  }

private:
  friend class loop;
  explicit callback_handle(detail::callback_base *c) noexcept : callback_(c) {
    c->share();
  }
  detail::callback_base *callback_ = nullptr;
};

} // namespace weir
