// file: files, read and written by threads.

#pragma once

#include <weir/detail/file_descriptor.hpp>
#include <weir/task.hpp>
#include <weir/to_thread.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir {

/// An open file. A disk is never "not ready", so each call is a thread's, by
/// `to_thread`: it costs some tens of microseconds; read and write in large
/// pieces. Several tasks may use a file at once, since each call says where.
/// Cancelled, a call returns at once and goes on in its thread, which keeps the
/// file open meanwhile. Failures are std::system_error. Copies share the file,
/// which closes with the last of them. The loop's thread only. (aiofiles.)
class file {
public:
  enum mode { read_only, write_only /* empties it, or makes it */, append };

  static task<file> open(std::string path, mode how = read_only) {
    co_return co_await to_thread(&file::open_now, std::move(path), how);
  }

  /// Up to \p size bytes from \p offset on; fewer at the end, none behind it.
  task<std::string> read_at(std::uint64_t offset, std::size_t size) const {
    auto read = [fd = fd_, offset, size] {
      std::string data(size, '\0');
      std::size_t have = 0;
      while (have < size) {
        const auto n = ::pread(fd->get(), data.data() + have, size - have,
                               static_cast<off_t>(offset + have));
        if (n == 0)
          break;
        have += moved(n, "read");
      }
      data.resize(have);
      return data;
    };
    co_return co_await to_thread(std::move(read));
  }
  /// All of \p data, at \p offset; a file opened to append: at its end.
  task<> write_at(std::uint64_t offset, std::string data) const {
    auto write = [fd = fd_, offset, data = std::move(data)] {
      std::size_t done = 0;
      while (done < data.size())
        done += moved(::pwrite(fd->get(), data.data() + done,
                               data.size() - done,
                               static_cast<off_t>(offset + done)),
                      "write");
    };
    co_await to_thread(std::move(write));
  }
  task<std::uint64_t> size() const {
    auto ask = [fd = fd_] {
      struct stat s {};
      detail::checked(::fstat(fd->get(), &s), "size of a file");
      return static_cast<std::uint64_t>(s.st_size);
    };
    co_return co_await to_thread(std::move(ask));
  }
  /// Waits until it is on the disk.
  task<> sync() const {
    auto sync = [fd = fd_] { detail::checked(::fsync(fd->get()), "sync"); };
    co_await to_thread(std::move(sync));
  }

private:
  /// How many bytes a system call moved; none if it was interrupted.
  static std::size_t moved(ssize_t result, const char *what) {
    if (result < 0 && errno != EINTR)
      detail::throw_errno(what);
    return result < 0 ? 0 : static_cast<std::size_t>(result);
  }
  explicit file(detail::file_descriptor fd)
      : fd_(std::make_shared<detail::file_descriptor>(std::move(fd))) {}
  static file open_now(const std::string &path, mode how) {
    constexpr int flags[] = {O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC,
                             O_WRONLY | O_CREAT | O_APPEND};
    const int fd = ::open(path.c_str(), flags[how] | O_CLOEXEC, 0666);
    if (fd < 0)
      detail::throw_errno(path.c_str());
    return file(detail::file_descriptor(fd));
  }

  std::shared_ptr<detail::file_descriptor> fd_;
};

/// All that is in the file at \p path. Throws std::system_error for what cannot
/// be read at an offset, as a pipe.
inline task<std::string> read_file(std::string path) {
  const file f = co_await file::open(std::move(path));
  const std::size_t size = co_await f.size();
  std::string data = co_await f.read_at(0, size + 1);
  if (data.size() <= size)
    co_return data;
  for (;;) { // of what is made as it is read, as in /proc, nobody knows the size
    const std::string more = co_await f.read_at(data.size(), 64 * 1024);
    if (more.empty())
      co_return data;
    data += more;
  }
}

/// Makes \p data all that is in the file at \p path.
inline task<> write_file(std::string path, std::string data) {
  const file f = co_await file::open(std::move(path), file::write_only);
  co_await f.write_at(0, std::move(data));
}

} // namespace weir
