// The loop's deadlines: a 4-ary heap whose timers know their place in it.
//
// Inserting and expiring cost a third of a binary tree's; removing one timer
// from the middle costs the same, which a cancelled sleep needs.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::detail {

/// A deadline. Lives in an awaiter or a callback handle, never in the heap.
class timer {
public:
  std::int64_t when = 0; ///< Nanoseconds on the loop's clock.
  std::uint32_t place = 0;

  /// Called once, out of the heap, on the loop's thread; may only make jobs
  /// or callbacks ready.
  virtual void fire() noexcept = 0;

  /// Instead of fire, when the loop closes first.
  virtual void discard() noexcept {}

protected:
  ~timer() = default;
};

class timer_heap {
public:
  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  std::int64_t next() const noexcept { return entries_.front().when; }

  void insert(timer &t) {
    entries_.push_back({});
    rise(entries_.size() - 1, {t.when, &t});
  }

  void erase(timer &t) noexcept {
    const std::size_t hole = t.place;
    const entry last = entries_.back();
    entries_.pop_back();
    if (hole == entries_.size())
      return;
    if (hole > 0 && entries_[(hole - 1) / 4].when > last.when)
      rise(hole, last);
    else
      sink(hole, last);
  }

  timer &pop() noexcept {
    timer &first = *entries_.front().what;
    erase(first);
    return first;
  }

private:
  struct entry {
    std::int64_t when; // copied here so that comparing stays in the array
    timer *what;
  };

  void put(std::size_t at, entry e) noexcept {
    entries_[at] = e;
    e.what->place = static_cast<std::uint32_t>(at);
  }
  void rise(std::size_t at, entry e) noexcept {
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (entries_[parent].when <= e.when)
        break;
      put(at, entries_[parent]);
      at = parent;
    }
    put(at, e);
  }
  void sink(std::size_t at, entry e) noexcept {
    const std::size_t count = entries_.size();
    for (;;) {
      const std::size_t first = 4 * at + 1;
      if (first >= count)
        break;
      const std::size_t last = first + 4 < count ? first + 4 : count;
      std::size_t least = first;
      for (std::size_t child = first + 1; child < last; ++child)
        if (entries_[child].when < entries_[least].when)
          least = child;
      if (entries_[least].when >= e.when)
        break;
      put(at, entries_[least]);
      at = least;
    }
    put(at, e);
  }

  std::vector<entry> entries_;
};

} // namespace weir::detail
