// The loop behind `weir::loop`: ready queue, timers, poller, inbox.
//
// One turn runs exactly what was ready when it began; what becomes ready
// meanwhile waits for the next. I/O and timers are looked at when nothing is
// ready, and every `steps_between_polls` steps when something always is: a
// poll costs as much as several task switches.

#pragma once

#include <weir/detail/inbox.hpp>
#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/instrument.hpp>
#include <weir/detail/job.hpp>
#include <weir/detail/job_extras.hpp>
#include <weir/detail/job_owner.hpp>
#include <weir/detail/poller.hpp>
#include <weir/detail/resume.hpp>
#include <weir/detail/timer_heap.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace weir {
class loop;
}

namespace weir::detail {

/// The scheduler that runs on this thread now, if any.
inline constinit thread_local scheduler *this_scheduler = nullptr;

class scheduler {
public:
  explicit scheduler(loop &l) : facade(l) {}
  scheduler(const scheduler &) = delete;
  scheduler &operator=(const scheduler &) = delete;
  ~scheduler() {
    for (auto &s : services)
      s.reset(); // joins threads: afterwards nothing arrives any more
    inbox_.drain();
    for (ready_node *node = take_all(); node;) {
      ready_node *next = node->next;
      if (node->phase == phase::callback)
        static_cast<ready_callback *>(node)->discard();
      node = next;
    }
    while (!timers.empty())
      timers.pop().discard();
  }

  // --- what is ready -------------------------------------------------------

  void enqueue(ready_node &node) noexcept {
    node.next = nullptr;
    *tail_ = &node;
    tail_ = &node.next;
  }
  void make_ready(job &root) noexcept {
    root.phase = phase::ready;
    enqueue(root);
  }
  /// Makes \p root, which \p owner has just been given, a task of this loop
  /// that is ready.
  void start(job &root, job_owner &owner, std::uint32_t index) noexcept {
    adopt(root, owner, index);
    make_ready(root);
  }
  /// Takes the first step of a new task inside of what runs. Who wants to see
  /// the task afterwards must have a share of it already.
  void step_inside(job &root) {
    job *const outer = current;
    step(root);
    current = outer;
  }
  /// The task is not ready yet.
  void adopt(job &root, job_owner &owner, std::uint32_t index) noexcept {
    root.flags |= job::is_root | job::fresh;
    root.cancels = 0;
    root.asked_to_end = false;
    root.refs = 1;
    root.first_observer = nullptr;
    root.point = &root;
    root.owner = &owner;
    root.index = index;
    root.thread = thread;
    if (current && current->extras()) [[unlikely]]
      inherit(root, *current->extras());
  }

  /// Tells who wants to know that the task is done.
  static void finish(job &root) noexcept {
    for (observer *o = observers_of(root); o;) {
      observer *next = o->next_observer;
      o->on_done(root);
      o = next;
    }
    observers_of(root) = nullptr;
    root.owner->on_child_done(root);
  }

  // --- time ----------------------------------------------------------------

  std::int64_t now() const noexcept {
    if (virtual_time_) [[unlikely]]
      return virtual_now_;
    return real_now();
  }
  static std::int64_t real_now() noexcept {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(
               steady_clock::now().time_since_epoch())
        .count();
  }
  /// From here on time stands still unless nothing else can happen; then it
  /// jumps to the next deadline. When nothing at all can happen, other threads
  /// have \p patience milliseconds of real time to change that.
  void use_virtual_time(int patience) noexcept {
    virtual_now_ = now();
    virtual_time_ = true;
    patience_ = patience;
  }
  void advance_virtual_time(std::int64_t nanoseconds) noexcept {
    virtual_now_ += nanoseconds;
  }

  // --- running -------------------------------------------------------------

  void run_until(const bool &stop) {
    while (!stop)
      turn();
  }

  /// Polls if it is time to, then runs what is ready.
  /// Inlined: where two tasks take turns, each of their steps is one.
  [[gnu::always_inline]] void turn() {
    if (!head_ || steps_ >= steps_between_polls) {
      steps_ = 0;
      poll();
    }
    if (head_)
      steps_ += instrument_ ? run_instrumented() : run_ready();
  }

  /// Whether anything could make a task ready without help from outside.
  bool is_stuck() const noexcept {
    return !head_ && timers.empty() && inbox_.empty() &&
           poller.sources() == 0 && !is_busy();
  }
  /// Whether a thread works for the loop.
  bool is_busy() const noexcept {
    for (auto &s : services)
      if (s && s->busy())
        return true;
    return false;
  }
  /// When no task is left: runs what a thread asks for, after waiting for that
  /// up to \p milliseconds.
  void serve_threads(int milliseconds) {
    if (!head_ && inbox_.empty())
      poller.wait(milliseconds);
    inbox_.drain();
    if (head_)
      turn();
  }

  // --- other threads -------------------------------------------------------

  /// Whether the caller is on the thread that made the loop.
  bool is_own_thread() const noexcept {
    return std::this_thread::get_id() == thread_;
  }
  void check_thread() const {
    if (this != this_scheduler && !is_own_thread()) [[unlikely]]
      throw usage_error("the loop was called from a thread that is not its "
                        "own: use call_soon_threadsafe [weir-wrong-thread]");
  }
  void post(message &m) noexcept {
    if (inbox_.push(m))
      poller.wake();
  }
  void drain_inbox() noexcept { inbox_.drain(); }

  void set_instrument(instrument *i) noexcept { instrument_ = i; }

  loop &facade;
  const std::uint16_t thread = thread_number();
  job *current = nullptr; ///< The root of what runs now.
  job *watched = nullptr; ///< The one that an instrument has a share of.
  timer_heap timers;
  system_poller poller;
  intrusive_list<job_owner> owners;
  background detached{*this};

  enum service_kind { threads, resolver, signals, channels, service_kinds };
  std::unique_ptr<service> services[service_kinds];

private:
  static constexpr int steps_between_polls = 64;

  static void inherit(job &root, const job_extras &from) {
    if (from.context)
      extras_of(root).context = from.context;
  }

  ready_node *take_all() noexcept {
    ready_node *first = head_;
    head_ = nullptr;
    tail_ = &head_;
    return first;
  }

  int run_ready() {
    int steps = 0;
    for (ready_node *node = take_all(); node; ++steps) {
      ready_node *next = node->next;
      if (node->phase == phase::callback) [[unlikely]] {
        current = nullptr;
        static_cast<ready_callback *>(node)->run();
      } else {
        step(*static_cast<job *>(node));
      }
      node = next;
    }
    current = nullptr;
    return steps;
  }
  int run_instrumented();

  void step(job &root) {
    root.phase = phase::running;
    current = &root;
    const auto flags = root.flags;
    root.flags = without(flags, job::fresh);
    if ((flags & (job::fresh | job::must_cancel)) ==
        (job::fresh | job::must_cancel)) [[unlikely]] {
      root.outcome = outcome::cancelled; // the body never begins
      root.phase = phase::done;
    } else {
      resume(*root.point);
    }
    if (root.phase == phase::done) [[unlikely]]
      finish(root);
  }
  void poll() {
    if (!inbox_.empty())
      inbox_.drain();
    if (!head_) {
      if (instrument_) [[unlikely]]
        instrument_->on_idle(*this);
      if (virtual_time_ && !head_) [[unlikely]]
        poll_virtual();
      else
        poller.wait(head_ ? 0 : milliseconds_to_next_timer());
      inbox_.drain();
    } else if (poller.sources() > 0) {
      poller.wait(0);
    }
    if (!timers.empty())
      expire(now());
  }

  void expire(std::int64_t until) noexcept {
    while (!timers.empty() && timers.next() <= until)
      timers.pop().fire();
  }

  /// Rounded up to a millisecond, so that sleepers of about the same time
  /// share one wake-up.
  int milliseconds_to_next_timer() const noexcept {
    if (timers.empty())
      return -1;
    const std::int64_t left = timers.next() - now();
    if (left <= 0)
      return 0;
    constexpr std::int64_t day = 24 * 60 * 60 * 1000;
    const std::int64_t rounded = left / 1'000'000 + (left % 1'000'000 != 0);
    return static_cast<int>(rounded < day ? rounded : day);
  }

  void poll_virtual() {
    if (poller.wait(0) || !inbox_.empty() || head_)
      return;
    if (is_busy()) { // real work in another thread: let it finish
      poller.wait(-1);
      return;
    }
    if (!timers.empty()) {
      deadlocks_ = 0;
      if (timers.next() > virtual_now_)
        virtual_now_ = timers.next();
    } else if (!is_stuck()) {
      poller.wait(-1);
    } else {
      poller.wait(patience_);
      if (is_stuck())
        end_deadlock();
    }
  }
  void end_deadlock() noexcept; // in call_graph.hpp

  const std::thread::id thread_ = std::this_thread::get_id();
  ready_node *head_ = nullptr, **tail_ = &head_;
  instrument *instrument_ = nullptr;
  std::vector<ready_node *> batch_; ///< Of run_instrumented.
  int steps_ = 0;
  bool virtual_time_ = false;
  std::int64_t virtual_now_ = 0;
  int patience_ = 0;
  int deadlocks_ = 0; ///< One after the other.
  inbox inbox_;
};

inline void release(job &root) noexcept; // in job_control.hpp

inline int scheduler::run_instrumented() {
  batch_.clear();
  for (ready_node *node = take_all(); node; node = node->next)
    batch_.push_back(node);
  instrument_->arrange(batch_);
  for (ready_node *node : batch_) {
    ready_node *const *made_ready = tail_;
    const auto tell_of_made_ready = [&](const job *by) {
      for (ready_node *n = *made_ready; n; n = n->next)
        if (n->phase != phase::callback)
          instrument_->made_ready(*static_cast<job *>(n), by);
    };
    if (node->phase == phase::callback) {
      current = nullptr;
      instrument_->before_callback();
      static_cast<ready_callback *>(node)->run();
      instrument_->after_callback();
      tell_of_made_ready(nullptr);
      continue;
    }
    auto &root = *static_cast<job *>(node);
    ++root.refs; // for after_step
    instrument_->before_step(root);
    watched = &root;
    step(root);
    watched = nullptr;
    tell_of_made_ready(&root);
    instrument_->after_step(root);
    release(root);
  }
  current = nullptr;
  return static_cast<int>(batch_.size());
}

} // namespace weir::detail

#include <weir/detail/job_control.hpp>
