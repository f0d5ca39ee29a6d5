// Bytes that come in at one end and go out at the other.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace weir::detail {

/// A queue of bytes in one piece. Empty, it holds no memory.
class byte_buffer {
public:
  std::size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return begin_ == end_; }
  std::string_view view() const noexcept {
    return {bytes_.get() + begin_, size()};
  }

  /// Room for \p n more bytes at the end; `commit` says how many were written.
  char *prepare(std::size_t n) {
    if (capacity_ - end_ < n)
      make_room(n);
    return bytes_.get() + end_;
  }
  void commit(std::size_t n) noexcept {
    end_ += n;
    if (empty())
      release();
  }
  void append(std::string_view data) {
    if (data.empty())
      return;
    std::memcpy(prepare(data.size()), data.data(), data.size());
    end_ += data.size();
  }

  /// Puts \p data in front of what is there.
  void put_back(std::string_view data) {
    byte_buffer whole;
    whole.append(data);
    whole.append(view());
    std::swap(*this, whole);
  }

  /// Drops \p n bytes at the beginning.
  void consume(std::size_t n) noexcept {
    begin_ += n;
    if (empty())
      release();
  }
  std::size_t take(char *to, std::size_t n) noexcept {
    n = std::min(n, size());
    if (n > 0)
      std::memcpy(to, bytes_.get() + begin_, n);
    consume(n);
    return n;
  }
  std::string take(std::size_t n) {
    std::string result(view().substr(0, n));
    consume(result.size());
    return result;
  }

private:
  void make_room(std::size_t n) {
    const std::size_t held = size();
    if (capacity_ - held >= n && begin_ >= held) {
      std::memcpy(bytes_.get(), bytes_.get() + begin_, held);
    } else {
      const std::size_t capacity = std::max(held + n, capacity_ * 2);
      std::unique_ptr<char[]> bigger(new char[capacity]);
      if (held > 0)
        std::memcpy(bigger.get(), bytes_.get() + begin_, held);
      bytes_ = std::move(bigger);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = held;
  }
  void release() noexcept {
    bytes_.reset();
    begin_ = end_ = capacity_ = 0;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0, end_ = 0, capacity_ = 0;
};

} // namespace weir::detail
