// fake_peer: the other end of a connection, playing a script.
//
// Not part of weir.hpp. The two ends are a real pair of sockets, so that what
// is tested reads, writes, waits and fails as it does over a network; only
// that no time passes in virtual time, and that every run is the same.

#pragma once

#include <weir/errors.hpp>
#include <weir/sleep.hpp>
#include <weir/stream.hpp>
#include <weir/stream_pair.hpp>
#include <weir/task.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace weir::testing {

/// The program did not send what its peer expects.
struct unexpected_bytes : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Says what the other end of a connection does, step by step, then does it:
///
///     weir::testing::fake_peer bank;
///     bank.expects("pay 5\n").waits(2s).sends("o").waits(1s).sends("k\n").ends();
///     EXPECT_TRUE(std::get<0>(
///         co_await weir::gather(pay(bank.connection(), 5), bank.play())));
///
/// It reads only what the script says: a program that writes more is held back
/// by it, as by any slow peer. Made, used and destroyed on the loop's thread, in
/// a running loop; it must outlive what `play` gives.
class fake_peer {
public:
  /// \p room: about how many bytes fit on the way to a peer that does not
  /// read; 0 leaves it to the system, a little gives partial writes.
  explicit fake_peer(std::size_t room = 0)
      : fake_peer(detail::socket_pair(), room) {}
  fake_peer(const fake_peer &) = delete;
  fake_peer &operator=(const fake_peer &) = delete;

  /// The end for the program. Throws usage_error the second time.
  stream connection() {
    if (!near_)
      throw usage_error("the connection of this fake_peer was taken already");
    auto connection = detail::make_connection(std::move(near_), true,
                                              stream::default_limit);
    taken_ = connection;
    return stream(std::move(connection));
  }

  // --- the script ----------------------------------------------------------

  /// Sends \p bytes in one piece.
  fake_peer &sends(std::string bytes) {
    return then([bytes = std::move(bytes)](fake_peer &p) -> task<> {
      co_await p.far_.write_all(bytes);
    });
  }
  /// Sends them one by one, \p apart, as a slow network may.
  template <class Rep, class Period>
  fake_peer &trickles(std::string bytes,
                      std::chrono::duration<Rep, Period> apart) {
    for (char c : bytes)
      sends(std::string(1, c)).waits(apart);
    return *this;
  }
  /// Reads as many bytes as \p bytes has; `play` throws unexpected_bytes if
  /// they are others, or fewer.
  fake_peer &expects(std::string bytes) {
    return then([bytes = std::move(bytes)](fake_peer &p) -> task<> {
      std::string came;
      try {
        came = co_await p.far_.read_exactly(bytes.size());
      } catch (incomplete_read &e) {
        came = std::move(e.partial);
      }
      if (came != bytes)
        throw unexpected_bytes("the peer expects '" + bytes + "' and gets '" +
                               came + "'");
    });
  }
  /// Reads \p n bytes, whatever they are, for `received`.
  fake_peer &reads(std::size_t n) {
    return then([n](fake_peer &p) -> task<> {
      p.received_ += co_await p.far_.read_exactly(n);
    });
  }
  /// Reads until the program ends the connection, or its half of it.
  fake_peer &reads_all() {
    return then([](fake_peer &p) -> task<> {
      p.received_ += co_await p.far_.read_all();
    });
  }
  template <class Rep, class Period>
  fake_peer &waits(std::chrono::duration<Rep, Period> duration) {
    return then([duration](fake_peer &) -> task<> {
      co_await sleep(duration);
    });
  }
  /// Will send no more; it may still read.
  fake_peer &ends() {
    return then([](fake_peer &p) -> task<> {
      p.far_.write_eof();
      co_return;
    });
  }
  /// Closes without a word of warning: the program reads what was sent, then
  /// gets ECONNRESET; what it writes fails with that too then, before with
  /// EPIPE. (After a program that
  /// has ended its half, and was read to the end, it is an orderly end.)
  fake_peer &resets() {
    return then([](fake_peer &p) -> task<> {
      // A socket that is closed with bytes unread resets its peer.
      const auto taken = p.taken_.lock();
      const int near = taken ? taken->fd() : p.near_.get();
      [[maybe_unused]] auto n =
          ::send(near, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
      p.far_.abort();
      co_return;
    });
  }
  /// Anything else, in its turn.
  fake_peer &then(std::function<task<>(fake_peer &)> step) {
    script_.push_back(std::move(step));
    return *this;
  }

  /// Plays what was said so far and was not played yet. Throws what a step
  /// throws; the steps behind it are left out.
  task<> play() {
    const auto script = std::exchange(script_, {});
    for (const auto &step : script)
      co_await step(*this);
  }

  /// What `reads` and `reads_all` have read.
  const std::string &received() const noexcept { return received_; }
  /// The peer's own end, for steps of one's own.
  stream &far() noexcept { return far_; }

private:
  fake_peer(std::pair<detail::file_descriptor, detail::file_descriptor> ends,
            std::size_t room)
      : near_(std::move(ends.first)), far_(std::move(ends.second)) {
    if (room > 0) {
      const int size = static_cast<int>(room);
      ::setsockopt(near_.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
  }

  detail::file_descriptor near_;
  std::weak_ptr<detail::connection> taken_;
  stream far_;
  std::string received_;
  std::vector<std::function<task<>(fake_peer &)>> script_;
};

} // namespace weir::testing
