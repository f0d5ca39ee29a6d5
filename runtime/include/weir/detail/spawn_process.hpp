// Starting a program: pipes, and posix_spawn.

#pragma once

#include <weir/detail/file_descriptor.hpp>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace weir::detail {

struct pipe_ends {
  file_descriptor read, write;
};

inline pipe_ends make_pipe() {
  int ends[2];
  checked(::pipe2(ends, O_CLOEXEC), "pipe");
  return {file_descriptor(ends[0]), file_descriptor(ends[1])};
}

/// Sockets, because writing to one can be told not to raise SIGPIPE.
inline pipe_ends make_input_pipe() {
  int ends[2];
  checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
          "socketpair");
  return {file_descriptor(ends[0]), file_descriptor(ends[1])};
}

/// What the child does before it becomes the program.
class spawn_plan {
public:
  spawn_plan() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK |
                                                 POSIX_SPAWN_SETSIGDEF);
  }
  spawn_plan(const spawn_plan &) = delete;
  ~spawn_plan() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  void use(int fd, int as) {
    check(::posix_spawn_file_actions_adddup2(&actions_, fd, as));
  }
  void use_nothing(int as) {
    check(::posix_spawn_file_actions_addopen(&actions_, as, "/dev/null",
                                             O_RDWR, 0));
  }
  void change_directory(const std::string &to) {
    check(::posix_spawn_file_actions_addchdir_np(&actions_, to.c_str()));
  }

  pid_t spawn(const std::vector<std::string> &arguments,
              const std::optional<std::vector<std::string>> &environment) {
    auto argv = pointers(arguments);
    auto env = environment ? pointers(*environment) : std::vector<char *>();
    pid_t child = 0;
    check(::posix_spawnp(&child, argv[0], &actions_, &attributes_, argv.data(),
                         environment ? env.data() : environ),
          arguments[0]);
    return child;
  }

private:
  static std::vector<char *> pointers(const std::vector<std::string> &from) {
    std::vector<char *> result;
    for (const auto &s : from)
      result.push_back(const_cast<char *>(s.c_str()));
    result.push_back(nullptr);
    return result;
  }
  static void check(int error, const std::string &what = "posix_spawn") {
    if (error != 0)
      throw std::system_error(error, std::generic_category(), what);
  }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

/// Readable when the child has ended.
inline file_descriptor open_pidfd(pid_t child) {
  return file_descriptor(checked(
      static_cast<int>(::syscall(SYS_pidfd_open, child, 0)), "pidfd_open"));
}

} // namespace weir::detail
