// A child process, and waiting for its end.

#pragma once

#include <weir/detail/channel.hpp>
#include <weir/detail/spawn_process.hpp>

#include <cerrno>
#include <memory>
#include <optional>

#include <csignal>
#include <sys/types.h>
#include <sys/wait.h>

namespace weir::detail {

/// Kills and reaps in its destructor.
class child_process {
public:
  explicit child_process(pid_t child) : pid(child) {
    try {
      ended_.emplace(open_pidfd(child));
    } catch (...) {
      end();
      throw;
    }
  }
  child_process(const child_process &) = delete;
  ~child_process() { end(); }

  void signal(int number) noexcept {
    if (!code)
      ::kill(pid, number);
  }
  /// True when it has ended, and `code` says how.
  bool reap(int flags) noexcept {
    if (code)
      return true;
    int status = 0;
    pid_t result;
    do
      result = ::waitpid(pid, &status, flags);
    while (result < 0 && errno == EINTR);
    if (result == 0)
      return false;
    if (result < 0) // somebody else has waited for it
      code = -1;
    else
      code = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    return true;
  }
  channel &ended() noexcept { return *ended_; }

  const pid_t pid;
  std::optional<int> code;

private:
  void end() noexcept {
    signal(SIGKILL);
    reap(0);
  }

  std::optional<channel> ended_; ///< A pidfd.
};

class [[nodiscard]] exit_operation final : public io_operation {
public:
  explicit exit_operation(child_process &c) noexcept
      : io_operation(c.ended(), side::read), child_(c) {}

  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
  }
  bool attempt() noexcept override {
    return child_.reap(channel_.is_open() ? WNOHANG : 0);
  }
  const char *what() const noexcept override { return "subprocess.wait"; }

private:
  child_process &child_;
};

} // namespace weir::detail
