// The loop behind `weir::loop`: ready queue, timers, poller, inbox.
//
// One turn runs exactly what was ready when it began; what becomes ready
// meanwhile waits for the next. I/O and timers are looked at when nothing is
// ready, and every `steps_between_polls` steps when something always is: a
// poll costs as much as several task switches.

#pragma once

#include <weir/cancelled.hpp>
#include <weir/detail/epoll_poller.hpp>
#include <weir/detail/inbox.hpp>
#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/job.hpp>
#include <weir/detail/job_extras.hpp>
#include <weir/detail/resume.hpp>
#include <weir/detail/timer_heap.hpp>
#include <weir/errors.hpp>
#include <weir/report.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

namespace weir {
class loop;
}

namespace weir::detail {

class scheduler;

/// The scheduler that runs on this thread now, if any.
inline constinit thread_local scheduler *this_scheduler = nullptr;

/// Who started a job and must be told of its end. Every root has one, so that
/// no task is ever out of reach of the loop that runs it.
class job_owner : public list_hook {
public:
  explicit job_owner(scheduler &home);
  job_owner(const job_owner &) = delete;
  job_owner &operator=(const job_owner &) = delete;

  /// The job is at its final suspension point; the loop's share of it passes
  /// to the owner, who releases it now or later.
  virtual void on_child_done(job &) noexcept = 0;

  /// The children not done, by index; null where one is.
  virtual std::size_t child_count() const noexcept = 0;
  virtual job *child(std::size_t index) const noexcept = 0;

  scheduler &home;

protected:
  ~job_owner() { unlink(); }
};

/// Owner of tasks that come and go in any order.
class job_set : public job_owner {
public:
  using job_owner::job_owner;

  void adopt(job &);
  void on_child_done(job &) noexcept override;
  std::size_t child_count() const noexcept override { return jobs_.size(); }
  job *child(std::size_t index) const noexcept override { return jobs_[index]; }

protected:
  ~job_set() = default;
  /// The job left the set; its share is the callee's.
  virtual void on_left(job &) noexcept = 0;

private:
  std::vector<job *> jobs_;
};

/// Owner of the tasks of `create_task`: nobody but the loop.
class background final : public job_set {
public:
  using job_set::job_set;

private:
  void on_left(job &) noexcept override;
};

/// A callback in the ready queue.
class ready_callback : public ready_node {
public:
  ready_callback() noexcept { phase = detail::phase::callback; }
  virtual void run() noexcept = 0;
  /// Instead of run, when the loop closes first.
  virtual void discard() noexcept = 0;

protected:
  ~ready_callback() = default;
};

/// Something with threads or descriptors of its own that a loop starts when
/// it is first used and ends when it closes.
class service {
public:
  virtual ~service() = default;
  /// Whether it will wake the loop without being asked again.
  virtual bool busy() const noexcept = 0;
};

/// Sees each step; only there in debug mode, under trace and in tests.
class instrument {
public:
  virtual ~instrument() = default;
  virtual void before_step(job &) noexcept = 0;
  virtual void after_step(job &) noexcept = 0;
  virtual void before_callback() noexcept {}
  virtual void after_callback() noexcept {}
  /// Nothing is ready; the loop is about to wait.
  virtual void on_idle(scheduler &) noexcept {}
  /// The order in which a turn runs what is ready.
  virtual void arrange(std::vector<ready_node *> &) noexcept {}
};

class scheduler {
public:
  explicit scheduler(loop &facade) : facade(facade) {}
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
  /// Makes \p root, which \p owner has just been given, a task of this loop.
  void start(job &root, job_owner &owner, std::uint32_t index) noexcept {
    root.flags |= job::is_root | job::fresh;
    root.cancels = 0;
    root.refs = 1;
    root.observers = nullptr;
    root.extras = nullptr;
    root.point = &root;
    root.owner = &owner;
    root.index = index;
    if (current && current->extras) [[unlikely]]
      inherit(root, *current->extras);
    make_ready(root);
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
  /// jumps to the next deadline.
  void use_virtual_time() noexcept {
    virtual_now_ = now();
    virtual_time_ = true;
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
  void turn() {
    if (!head_ || steps_ >= steps_between_polls) {
      steps_ = 0;
      poll();
    }
    if (head_)
      steps_ += instrument_ ? run_instrumented() : run_ready();
  }

  /// Whether anything could make a task ready without help from outside.
  bool is_stuck() const noexcept {
    if (head_ || !timers.empty() || !inbox_.empty() || poller.sources() > 0)
      return false;
    for (auto &s : services)
      if (s && s->busy())
        return false;
    return true;
  }

  // --- other threads -------------------------------------------------------

  void post(message &m) noexcept {
    if (inbox_.push(m))
      poller.wake();
  }

  void set_instrument(instrument *i) noexcept { instrument_ = i; }

  loop &facade;
  job *current = nullptr; ///< The root of what runs now.
  timer_heap timers;
  epoll_poller poller;
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
    root.flags = flags & ~job::fresh;
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
  static void finish(job &root) noexcept {
    for (observer *o = root.observers; o;) {
      observer *next = o->next_observer;
      o->on_done(root);
      o = next;
    }
    root.observers = nullptr;
    root.owner->on_child_done(root);
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
    const std::int64_t rounded = (left + 999'999) / 1'000'000;
    return static_cast<int>(rounded < day ? rounded : day);
  }

  void poll_virtual() {
    if (poller.wait(0) || !inbox_.empty() || head_)
      return;
    for (auto &s : services)
      if (s && s->busy()) { // real work in another thread: let it finish
        poller.wait(-1);
        return;
      }
    if (!timers.empty()) {
      if (timers.next() > virtual_now_)
        virtual_now_ = timers.next();
    } else {
      poller.wait(-1);
    }
  }

  ready_node *head_ = nullptr, **tail_ = &head_;
  instrument *instrument_ = nullptr;
  int steps_ = 0;
  bool virtual_time_ = false;
  std::int64_t virtual_now_ = 0;
  inbox inbox_;
};

// --- jobs ------------------------------------------------------------------

/// A task was to be woken by a thread that is not its loop's. That cannot be
/// undone, so it ends the program, with a word why.
[[noreturn, gnu::cold]] inline void wrong_thread(const job &root) noexcept {
  report r;
  r.rule = "weir-wrong-thread";
  r.message = "a task is woken from a thread that is not its loop's: use "
              "loop::call_soon_threadsafe";
  r.where = root.point->where;
  send(r);
  std::abort();
}

/// Wakes the job that is blocked in \p w; the waiter is already unlinked.
inline void wake(waiter &w) noexcept {
  if (!this_scheduler) [[unlikely]]
    wrong_thread(*w.blocked);
  this_scheduler->make_ready(*w.blocked);
}

/// Gives a pending request to a job that has just blocked.
[[gnu::noinline]] inline void deliver_pending_cancel(job &root) noexcept {
  root.flags &= ~job::must_cancel;
  if (root.waiting->cancel_wait()) {
    root.flags |= job::must_cancel;
    this_scheduler->make_ready(root);
  }
}

/// Blocks the running task in \p w, which is linked to what will wake it.
/// The awaiting coroutine \p leaf must return to its resumer now.
inline void block(job &leaf, waiter &w) noexcept {
  job &root = *this_scheduler->current;
  root.point = &leaf;
  root.waiting = &w;
  root.phase = phase::blocked;
  w.blocked = &root;
  if (root.flags & job::attention) [[unlikely]]
    deliver_pending_cancel(root);
}

/// First thing when a blocked coroutine goes on.
inline void throw_if_cancelled(job &root) {
  if (root.flags & job::must_cancel) [[unlikely]] {
    root.flags &= ~job::must_cancel;
    throw cancelled{};
  }
}

/// asyncio's Task.cancel: false if the task is done already.
inline bool request_cancel(job &root) noexcept {
  if (root.is_done())
    return false;
  ++root.cancels;
  if (root.phase == phase::blocked) {
    if (!root.waiting->cancel_wait())
      return true; // what it waits for got the request and will wake it
    root.flags |= job::must_cancel;
    root.owner->home.make_ready(root);
  } else {
    root.flags |= job::must_cancel;
  }
  return true;
}

/// asyncio's Task.uncancel: the requests that remain.
inline unsigned uncancel(job &root) noexcept {
  if (root.cancels > 0 && --root.cancels == 0)
    root.flags &= ~job::must_cancel;
  return root.cancels;
}

inline void report_lost_exception(const job &root, bool had_handle) noexcept {
  report r;
  r.rule = had_handle ? "weir-lost-exception" : "weir-unhandled-task-exception";
  r.message = std::string(had_handle ? "the exception of a task was never "
                                       "retrieved"
                                     : "a task nobody waits for failed") +
              (root.extras && !root.extras->name.empty()
                   ? " (task '" + root.extras->name + "')"
                   : "");
  r.where = root.where;
  send(r);
}

/// Gives up one share of a root; the last one destroys the frame.
inline void release(job &root) noexcept {
  if (--root.refs > 0)
    return;
  if (root.outcome == outcome::error && !(root.flags & job::retrieved))
      [[unlikely]]
    report_lost_exception(root, true);
  delete root.extras;
  root.handle().destroy();
}

inline job_owner::job_owner(scheduler &home) : home(home) {
  home.owners.push_back(*this);
}

inline void job_set::adopt(job &root) {
  jobs_.push_back(&root);
  home.start(root, *this, static_cast<std::uint32_t>(jobs_.size() - 1));
}

inline void job_set::on_child_done(job &root) noexcept {
  jobs_[root.index] = jobs_.back();
  jobs_[root.index]->index = root.index;
  jobs_.pop_back();
  on_left(root);
}

/// Takes down tasks that nothing will ever wake and that refused to be
/// cancelled: the loop they wait for is going.
inline void destroy_pending(job_set &jobs) noexcept {
  while (jobs.child_count() > 0) {
    job &root = *jobs.child(jobs.child_count() - 1);
    report r;
    r.rule = "weir-unfinished-task";
    r.message = "a task was destroyed while it was pending: it ignored its "
                "cancellation and waits for nothing that could happen";
    r.where = root.point->where;
    send(r);
    if (root.phase == phase::blocked)
      root.waiting->abandon();
    root.outcome = outcome::cancelled;
    root.phase = phase::done;
    jobs.on_child_done(root);
  }
}

inline void background::on_left(job &root) noexcept {
  if (root.refs == 1 && root.outcome == outcome::error &&
      !(root.flags & job::retrieved)) {
    root.flags |= job::retrieved;
    report_lost_exception(root, false);
  }
  release(root);
}

inline int scheduler::run_instrumented() {
  std::vector<ready_node *> batch;
  for (ready_node *node = take_all(); node; node = node->next)
    batch.push_back(node);
  instrument_->arrange(batch);
  for (ready_node *node : batch) {
    if (node->phase == phase::callback) {
      current = nullptr;
      instrument_->before_callback();
      static_cast<ready_callback *>(node)->run();
      instrument_->after_callback();
      continue;
    }
    auto &root = *static_cast<job *>(node);
    ++root.refs; // for after_step
    instrument_->before_step(root);
    step(root);
    instrument_->after_step(root);
    release(root);
  }
  current = nullptr;
  return static_cast<int>(batch.size());
}

} // namespace weir::detail
