// Several addresses, one connection: RFC 8305, "Happy Eyeballs".

#pragma once

#include <weir/address.hpp>
#include <weir/cancelled.hpp>
#include <weir/detail/connect_operation.hpp>
#include <weir/event.hpp>
#include <weir/sleep.hpp>
#include <weir/stream.hpp>
#include <weir/task_group.hpp>
#include <weir/timeout.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace weir::detail {

/// IPv6 and IPv4 in turn, beginning with the first; otherwise in order.
inline std::vector<address> alternate_families(std::vector<address> from) {
  std::vector<address> same, other, result;
  for (auto &a : from)
    (a.family() == from.front().family() ? same : other).push_back(a);
  for (std::size_t i = 0; i < same.size() || i < other.size(); ++i) {
    if (i < same.size())
      result.push_back(same[i]);
    if (i < other.size())
      result.push_back(other[i]);
  }
  return result;
}

/// The first of \p addresses that answers. The next is tried when one has
/// failed, or has not answered within \p delay.
struct connect_race {
  explicit connect_race(std::size_t l) : limit(l) {}

  const std::size_t limit;
  std::optional<stream> winner;
  std::optional<std::error_code> first_error;
  std::string errors;
  event progress; ///< One has failed or won.

  task<> run(address to) {
    try {
      auto s = co_await connect(std::move(to), limit);
      if (!winner)
        winner.emplace(std::move(s));
    } catch (const std::system_error &e) {
      if (!first_error)
        first_error = e.code();
      errors += (errors.empty() ? "" : "; ") + std::string(e.what());
    }
    progress.set();
  }
  task<> wait(std::optional<std::chrono::milliseconds> at_most) {
    if (!at_most) {
      co_await progress.wait();
    } else {
      try {
        co_await timeout(*at_most, progress.wait());
      } catch (const timeout_error &) {
      }
    }
    progress.clear();
  }
};

inline task<stream>
staggered_connect(std::vector<address> addresses, std::size_t limit,
                  std::optional<std::chrono::milliseconds> delay) {
  if (addresses.size() == 1)
    co_return co_await connect(addresses[0], limit);
  connect_race race(limit);
  auto body = [&](task_group &attempts) -> task<> {
    for (std::size_t i = 0; i < addresses.size() && !race.winner; ++i) {
      attempts.create_task(race.run(addresses[i]));
      co_await race.wait(delay);
    }
    while (!race.winner && attempts.child_count() > 0)
      co_await race.wait(std::nullopt);
    for (std::size_t i = 0; i < attempts.child_count(); ++i)
      request_cancel(*attempts.child(i));
  };
  co_await with_task_group(body);
  if (!race.winner)
    throw std::system_error(race.first_error.value(), race.errors);
  co_return std::move(*race.winner);
}

} // namespace weir::detail
