// Writes what a loop does as a Chrome trace (chrome://tracing, Perfetto, and
// `weir trace`, which docs/runtime.md describes).
//
// Each loop is a process, each task a thread of it. A step is an event of
// category "run"; between two there is one of category "wait", named after what
// was waited for, and one of category "ready" if the task could have gone on
// before the loop came to it. Steps that last are sampled: an instant event of
// category "blocked" has the stack of the thread. A place ("place") is the
// number of a "weir_place" before it: function, file, line and who awaits it.

#pragma once

#include <weir/detail/native_stack.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/detail/trace_file.hpp>
#include <weir/detail/watchdog.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

namespace weir::detail {

class tracer final : public instrument, watchdog::listener {
public:
  using clock = watchdog::clock;
  /// Steps that last longer have their stack written: what a user notices.
  static constexpr std::chrono::milliseconds sampled{20};

  tracer() : loop_(file_.new_loop()), watchdog_(sampled, *this) {
    name("process_name", 0, "loop " + std::to_string(loop_));
    name("thread_name", 0, "callbacks");
  }

  void arrange(std::vector<ready_node *> &) noexcept override {
    turn_begun_ = clock::now();
  }
  void before_step(job &root) noexcept override {
    const auto now = clock::now();
    row &r = row_of(root, turn_begun_);
    // Who is not woken by another task is woken by the loop, before its turn.
    const auto ready = r.is_woken ? r.ready : turn_begun_;
    std::string by;
    if (r.by)
      by = ",\"by\":" + std::to_string(r.by);
    if (r.has_run)
      event(r.number, "wait", r.waits_for, r.since, ready, r.place, by);
    event(r.number, "ready", "ready", ready, now, 0, r.has_run ? "" : by);
    r.has_run = true;
    r.is_woken = false;
    r.by = 0;
    begin(step_origin(root), r.number, now);
  }
  void after_step(job &root) noexcept override {
    row &r = rows_.at(&root);
    const auto now = clock::now();
    std::string ends;
    if (root.is_done())
      ends = std::string(",\"ends\":\"") + spelling(root.outcome) + '"';
    end(now, ends);
    if (root.is_done()) {
      rows_.erase(&root);
      return;
    }
    r.since = now;
    r.place = place_of(step_origin(root));
    r.waits_for = root.phase == phase::blocked ? root.waiting->what() : "yield";
  }
  void made_ready(job &root, const job *by) noexcept override {
    row &r = row_of(root, clock::now());
    r.is_woken = true;
    r.ready = clock::now();
    r.by = by ? rows_.at(by).number : 0;
  }
  void before_callback() noexcept override { begin({}, 0, clock::now()); }
  void after_callback() noexcept override { end(clock::now(), {}); }

private:
  struct row {
    int number = 0;
    bool has_run = false, is_woken = false;
    int by = 0; ///< Who woke it, or started it.
    int place = 0;
    const char *waits_for = "";
    clock::time_point since, ready;
  };
  /// What runs now; the watchdog writes of it, too.
  struct step {
    int number = 0, place = 0;
    std::string function;
    clock::time_point begun;
  };

  static const char *spelling(outcome o) noexcept {
    return o == outcome::error       ? "error"
           : o == outcome::cancelled ? "cancelled"
                                     : "value";
  }
  row &row_of(const job &root, clock::time_point born) {
    auto [at, is_new] = rows_.try_emplace(&root);
    row &r = at->second;
    if (is_new) {
      r.number = file_.new_task();
      r.since = r.ready = born;
      name("thread_name", r.number,
           root.flags & job::is_link ? "join"
           : root.extras() && !root.extras()->name.empty()
               ? root.extras()->name
               : root.where.function_name());
    }
    return r;
  }
  int place_of(const step_origin &origin) {
    int place = 0;
    for (int i = origin.count; i-- > 0;)
      place = file_.place(origin.frames[i], place);
    return place;
  }

  void begin(const step_origin &origin, int number, clock::time_point now) {
    now_.number = number;
    now_.place = place_of(origin);
    now_.function =
        origin.count ? origin.where().function_name() : "callback";
    now_.begun = now;
    watched_row_ = number;
    watched_place_ = now_.place;
    watchdog_.begin(nullptr, now);
  }
  void end(clock::time_point now, const std::string &more) {
    watchdog_.end();
    event(now_.number, "run", now_.function, now_.begun, now, now_.place, more);
  }

  void on_slow(const step_origin &, clock::time_point since,
               clock::time_point now, int) noexcept override {
    const int number = watched_row_, place = watched_place_;
    std::string stack;
    for (const auto &frame : native_stack_of(watchdog_.loop_thread))
      stack += (stack.empty() ? "" : ",") + std::string("{\"module\":") +
               trace_file::quoted(absolute(frame.module)) +
               ",\"offset\":" + std::to_string(frame.offset) +
               ",\"function\":" + trace_file::quoted(frame.function) + "}";
    file_.write(head(number, "i", "blocked", "blocked", now) +
                ",\"s\":\"t\",\"args\":{\"since\":" + file_.time(since) +
                ",\"place\":" + std::to_string(place) + ",\"stack\":[" +
                stack + "]}}");
    file_.flush(); // it may never end
  }

  static std::string absolute(const std::string &module) {
    char *real = ::realpath(module.c_str(), nullptr);
    const std::string path = real ? real : module;
    std::free(real);
    return path;
  }
  void name(const char *what, int number, const std::string &text) {
    file_.write("{\"ph\":\"M\",\"name\":\"" + std::string(what) +
                "\",\"pid\":" + std::to_string(loop_) +
                ",\"tid\":" + std::to_string(number) +
                ",\"args\":{\"name\":" + trace_file::quoted(text) + "}}");
  }
  std::string head(int number, const char *phase, const char *category,
                   const std::string &name, clock::time_point at) {
    return std::string("{\"ph\":\"") + phase +
           "\",\"pid\":" + std::to_string(loop_) +
           ",\"tid\":" + std::to_string(number) + ",\"cat\":\"" + category +
           "\",\"name\":" + trace_file::quoted(name) +
           ",\"ts\":" + file_.time(at);
  }
  void event(int number, const char *category, const std::string &name,
             clock::time_point begin, clock::time_point end, int place,
             const std::string &more) {
    std::string args = more;
    if (place)
      args += ",\"place\":" + std::to_string(place);
    if (!args.empty())
      args = ",\"args\":{" + args.substr(1) + "}";
    file_.write(head(number, "X", category, name, begin) +
                ",\"dur\":" + trace_file::duration(end - begin) + args + "}");
  }

  trace_file &file_ = trace_file::get();
  const int loop_;
  clock::time_point turn_begun_;
  step now_;
  std::atomic<int> watched_row_{0}, watched_place_{0};
  std::unordered_map<const job *, row> rows_;
  watchdog watchdog_; // last: its thread calls the others
};

} // namespace weir::detail
