// runner: a loop that runs one main task after another.

#pragma once

#include <weir/call_graph.hpp>
#include <weir/create_task.hpp>
#include <weir/detail/context.hpp>
#include <weir/detail/instruments.hpp>
#include <weir/detail/interrupt.hpp>
#include <weir/detail/nanoseconds.hpp>
#include <weir/loop.hpp>
#include <weir/report.hpp>
#include <weir/run_options.hpp>
#include <weir/task.hpp>

#include <algorithm>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace weir {

/// What `run` is made of, for those who run several tasks on one loop: a
/// test's set-up, body and tear-down, say. It belongs to the thread that first
/// uses it. A main task begins with the context variables of the one before,
/// the first with the thread's. (asyncio: Runner.)
class runner {
public:
  explicit runner(run_options options = {}) : options_(std::move(options)) {}
  runner(const runner &) = delete;
  runner &operator=(const runner &) = delete;
  /// Closes.
  ~runner() { close(); }

  /// Runs \p main until it is done, and with it every task it starts; those
  /// that are not done then stay for the next `run`. Throws what main throws,
  /// and usage_error in a thread that runs a loop already or after close.
  /// Ctrl-C: see `weir::run`.
  template <class T> T run(task<T> main) {
    {
      enter_guard inside(*this);
      auto handle = create_task(std::move(main), "main");
      detail::job &root = *handle.native();
      if (context_)
        detail::extras_of(root).context = context_;
      const bool is_done = run_until_done(root);
      if (root.extras())
        context_ = root.extras()->context;
      if (is_done)
        return handle.promise().take();
    }
    close();
    std::raise(SIGINT);
    throw cancelled{}; // whoever blocks the signal goes on
  }

  /// Cancels all tasks that are left and runs until they have ended; reports
  /// what they throw. Waits for `to_thread` calls still under way, and does
  /// what they ask of the loop meanwhile; see run_options::join_timeout.
  /// Nothing the second time.
  void close() noexcept;

  /// The loop, also between runs.
  loop &get_loop() {
    open();
    return *loop_;
  }

private:
  struct enter_guard {
    explicit enter_guard(runner &r) {
      if (detail::this_scheduler)
        throw usage_error("weir::run inside a running loop: await the task "
                          "instead");
      r.open();
      detail::this_scheduler = &r.core();
    }
    ~enter_guard() { detail::this_scheduler = nullptr; }
  };
  struct delete_loop {
    void operator()(loop *l) const noexcept { delete l; }
  };

  void open() {
    if (closed_)
      throw usage_error("the runner is closed");
    if (loop_)
      return;
    loop_.reset(new loop);
    context_ = detail::thread_context();
    if (options_.virtual_time)
      core().use_virtual_time(static_cast<int>(
          std::clamp<std::int64_t>(options_.patience.count(), 0, INT_MAX)));
    instruments_ = detail::make_instruments(options_);
    core().set_instrument(instruments_.get());
  }
  /// False if the task ended because of Ctrl-C.
  bool run_until_done(detail::job &main) {
    struct final_step final : detail::observer {
      bool stop = false;
      void on_done(detail::job &) noexcept override { stop = true; }
    } done;
    detail::add_observer(main, done);
    detail::interrupt_guard interrupt(main);
    core().run_until(done.stop);
    main.flags |= detail::job::retrieved;
    return !(interrupt.stop() && main.outcome == detail::outcome::cancelled &&
             detail::uncancel(main) == 0);
  }
  detail::scheduler &core() { return detail::loop_access::core(*loop_); }
  void end_tasks();
  void end_threads();

  run_options options_;
  std::unique_ptr<loop, delete_loop> loop_;
  std::unique_ptr<detail::instruments> instruments_;
  detail::context context_; ///< Of the main tasks, from one to the next.
  bool closed_ = false;
};

inline void runner::close() noexcept {
  if (!closed_ && loop_) {
    enter_guard inside(*this);
    end_tasks();
    end_threads();
    for (auto &s : core().services)
      s.reset();
    core().set_instrument(nullptr);
    instruments_.reset();
    loop_.reset();
    detail::frame_pool::trim();
  }
  closed_ = true;
}

inline void runner::end_tasks() {
  auto &all = core().detached;
  while (all.child_count() > 0) {
    bool asked = false;
    for (std::size_t i = 0; i < all.child_count(); ++i)
      if (!std::exchange(all.child(i)->asked_to_end, true))
        asked |= detail::request_cancel(*all.child(i));
    if (!asked && core().is_stuck())
      detail::end_stuck(core()); // perhaps the last
    else
      core().turn();
  }
}

inline void runner::end_threads() {
  using namespace std::chrono;
  const auto until = steady_clock::now() +
                     nanoseconds(detail::nanoseconds_of(options_.join_timeout));
  while (core().is_busy()) {
    const auto left = ceil<milliseconds>(until - steady_clock::now()).count();
    if (left <= 0)
      break;
    constexpr milliseconds::rep day = 24 * 60 * 60 * 1000;
    core().serve_threads(static_cast<int>(left < day ? left : day));
    end_tasks(); // which a thread may have started
  }
  unsigned running = 0;
  for (auto &s : core().services)
    if (s)
      running += s->give_up();
  if (running == 0)
    return;
  report r;
  r.rule = "weir-unfinished-task";
  r.message = std::to_string(running) +
              (running == 1 ? " call of to_thread or resolve runs"
                            : " calls of to_thread or resolve run") +
              " on after its loop has waited long enough: what it refers to "
              "must live on too";
  detail::send(r);
}

} // namespace weir
