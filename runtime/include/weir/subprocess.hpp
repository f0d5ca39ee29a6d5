// subprocess: another program, its input and output, and how it ended.

#pragma once

#include <weir/create_task.hpp>
#include <weir/detail/exit_operation.hpp>
#include <weir/detail/spawn_process.hpp>
#include <weir/gather.hpp>
#include <weir/stream_reader.hpp>
#include <weir/stream_writer.hpp>
#include <weir/task.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace weir {

/// Where a program's input comes from, or its output goes to. An input that is
/// a pipe is a socket for the program: it cannot be opened again as /dev/stdin.
enum class stdio {
  inherit, ///< As our own.
  pipe,    ///< To us: `in()`, `out()`, `err()`.
  null,    ///< Nowhere.
  merge,   ///< Errors: where the output goes.
};

struct subprocess_options {
  stdio in = stdio::inherit, out = stdio::inherit, err = stdio::inherit;
  std::string directory = {}; ///< Where it runs; empty: here.
  /// "NAME=value" each, all there are; none: as our own.
  std::optional<std::vector<std::string>> environment = std::nullopt;
  /// Of the streams: see connection_options.
  std::size_t limit = 64 * 1024;
};

/// A program that was started. No shell takes part.
///
///     weir::subprocess sort({"sort", "-n"},
///                           {.in = weir::stdio::pipe, .out = weir::stdio::pipe});
///     auto sorted = co_await sort.communicate("2\n1\n"); // .out, .code
///
/// The destructor of one that still runs kills it and waits for the kernel to
/// take it down; cancelling a task that waits does not, so a subprocess held by
/// a cancelled task ends with its frame. Not to be used in a program that waits
/// for children of its own by `wait` or ignores SIGCHLD. Movable while nothing
/// waits. The loop's thread only. (asyncio: create_subprocess_exec.)
class subprocess {
public:
  /// Starts `arguments[0]`, looked for in PATH. Throws std::system_error where
  /// that fails, ENOENT for a program that is not there.
  explicit subprocess(const std::vector<std::string> &arguments,
                      subprocess_options options = {});

  /// Our ends of the pipes. Throw usage_error for what is none.
  stream_writer &in() { return *checked(in_); }
  stream_reader &out() { return *checked(out_); }
  stream_reader &err() { return *checked(err_); }

  /// Waits for the end. The exit status, or minus the signal that ended it. Any
  /// number of times, by one task at a time. While it waits, nobody reads the
  /// pipes: a program that writes much hangs; see `communicate`.
  task<int> wait() {
    if (!child_->code)
      co_await detail::exit_operation(*child_);
    co_return *child_->code;
  }

  struct result {
    std::string out, err;
    int code;
  };
  /// Writes \p input, closes it, reads everything and waits. An input that the
  /// program does not want to the end is no error. Cancelled, it leaves the
  /// program running: a part of \p input may have been written, its end is open,
  /// and what the program said so far is still there to be read.
  task<result> communicate(std::string input = {}) {
    auto [none, out, err] =
        co_await gather(feed(std::move(input)), drain(out_), drain(err_));
    result r{std::move(out), std::move(err), 0};
    r.code = co_await wait();
    co_return r;
  }

  /// Nothing if it has ended.
  void send_signal(int number) { child_->signal(number); }
  void terminate() { send_signal(SIGTERM); }
  void kill() { send_signal(SIGKILL); }

  int pid() const noexcept { return child_->pid; }
  /// How it ended, if it is known already.
  std::optional<int> returncode() const noexcept { return child_->code; }

private:
  template <class T> static T *checked(std::optional<T> &end) {
    if (!end)
      throw usage_error("this end of the subprocess is not a pipe");
    return &*end;
  }
  static std::shared_ptr<detail::connection>
  ours(detail::file_descriptor fd, bool is_socket, std::size_t limit) {
    ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    return detail::make_connection(std::move(fd), is_socket, limit);
  }
  task<> feed(std::string input) {
    if (!in_)
      co_return;
    try {
      co_await in_->write_all(input);
    } catch (const std::system_error &) {
    }
    in_->close();
  }
  static task<std::string> drain(std::optional<stream_reader> &from) {
    if (!from)
      co_return "";
    co_return co_await from->read_all();
  }

  std::optional<stream_writer> in_;
  std::optional<stream_reader> out_, err_;
  std::unique_ptr<detail::child_process> child_;
};

inline subprocess::subprocess(const std::vector<std::string> &arguments,
                              subprocess_options options) {
  if (arguments.empty())
    throw usage_error("a subprocess needs the name of a program");
  detail::spawn_plan plan;
  detail::pipe_ends in, out, err;
  if (!options.directory.empty())
    plan.change_directory(options.directory);

  if (options.in == stdio::pipe) {
    in = detail::make_input_pipe();
    plan.use(in.read.get(), 0);
  } else if (options.in == stdio::null) {
    plan.use_nothing(0);
  }
  const auto output = [&](stdio how, detail::pipe_ends &ends, int as) {
    if (how == stdio::pipe) {
      ends = detail::make_pipe();
      plan.use(ends.write.get(), as);
    } else if (how == stdio::null) {
      plan.use_nothing(as);
    } else if (how == stdio::merge) {
      plan.use(1, as);
    }
  };
  output(options.out, out, 1);
  output(options.err, err, 2);

  child_ = std::make_unique<detail::child_process>(
      plan.spawn(arguments, options.environment));
  if (in.write)
    in_.emplace(ours(std::move(in.write), true, options.limit));
  if (out.read)
    out_.emplace(ours(std::move(out.read), false, options.limit));
  if (err.read)
    err_.emplace(ours(std::move(err.read), false, options.limit));
}

} // namespace weir
