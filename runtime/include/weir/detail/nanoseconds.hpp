// Durations of users, which may be of any size.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <type_traits>

namespace weir::detail {

/// A duration as nanoseconds, ends of the scale included.
template <class Rep, class Period>
std::int64_t nanoseconds_of(std::chrono::duration<Rep, Period> d) {
  if constexpr (std::is_floating_point_v<Rep>)
    if (d.count() != d.count())
      throw std::invalid_argument("the duration is not a number");
  using wide = std::chrono::duration<long double, std::nano>;
  constexpr long double most =
      static_cast<long double>(std::numeric_limits<std::int64_t>::max() / 4);
  const long double n = std::chrono::duration_cast<wide>(d).count();
  if (n >= most)
    return static_cast<std::int64_t>(most); // some 70 years
  return n <= 0 ? 0 : static_cast<std::int64_t>(n);
}

/// The same of a point in time; its distance from every other can be told.
template <class Clock, class Duration>
std::int64_t nanoseconds_at(std::chrono::time_point<Clock, Duration> t) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 2;
  return std::clamp<std::int64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(t.time_since_epoch())
          .count(),
      0, most);
}

} // namespace weir::detail
