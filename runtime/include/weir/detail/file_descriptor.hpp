// A file descriptor that closes itself.

#pragma once

#include <cerrno>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace weir::detail {

class file_descriptor {
public:
  file_descriptor() noexcept = default;
  explicit file_descriptor(int fd) noexcept : fd_(fd) {}
  file_descriptor(file_descriptor &&other) noexcept
      : fd_(std::exchange(other.fd_, -1)) {}
  file_descriptor &operator=(file_descriptor &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~file_descriptor() { close(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  void close() noexcept {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }

private:
  int fd_ = -1;
};

[[noreturn]] inline void throw_errno(const char *what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// The result of a system call, or what went wrong as a std::system_error.
inline int checked(int result, const char *what) {
  if (result < 0)
    throw_errno(what);
  return result;
}

} // namespace weir::detail
