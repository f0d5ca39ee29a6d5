// report: what the runtime says about a program that breaks a rule.
//
// A report carries the id of the lint rule that finds the same mistake in the
// source. Reports go to standard error unless a handler is set; tests set one.

#pragma once

#include <weir/cancelled.hpp>

#include <cstdio>
#include <exception>
#include <functional>
#include <mutex>
#include <source_location>
#include <string>
#include <utility>

namespace weir {

/// One broken rule, seen while it was broken.
struct report {
  /// As in `weir explain RULE`; or what only running shows: weir-wrong-thread,
  /// weir-deadlock, weir-unfinished-task, weir-unsent-bytes.
  std::string rule;
  std::string message;        ///< One sentence, no full stop.
  std::source_location where; ///< The place to look at first; line 0: none.
  std::string details;        ///< Stacks and await chains, line by line.
};

/// Called for every report, on the thread that notices: the loop's, or the
/// watchdog's for a loop that stands still. It must not throw.
using report_handler = std::function<void(const report &)>;

namespace detail {

struct report_sink {
  std::mutex mutex;
  report_handler handler;
  static report_sink &get() {
    static report_sink *sink = new report_sink; // outlives every static
    return *sink;
  }
};

inline std::string describe(const std::exception_ptr &error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception &e) {
    return e.what();
  } catch (const cancelled &e) {
    return e.what();
  } catch (...) {
    return "an exception of a type not derived from std::exception";
  }
}

inline void print(const report &r) noexcept {
  if (r.where.line() != 0)
    std::fprintf(stderr, "%s:%u: ", r.where.file_name(),
                 static_cast<unsigned>(r.where.line()));
  std::fprintf(stderr, "weir: %s [%s]\n%s", r.message.c_str(), r.rule.c_str(),
               r.details.c_str());
}

inline void send(const report &r) noexcept {
  report_handler handler;
  {
    auto &sink = report_sink::get();
    std::lock_guard hold(sink.mutex);
    handler = sink.handler;
  }
  if (handler)
    handler(r);
  else
    print(r);
}

} // namespace detail

/// Sets who gets the reports of all loops; empty restores standard error.
/// Returns the one before. May be called from any thread.
inline report_handler set_report_handler(report_handler handler) {
  auto &sink = detail::report_sink::get();
  std::lock_guard hold(sink.mutex);
  return std::exchange(sink.handler, std::move(handler));
}

} // namespace weir
