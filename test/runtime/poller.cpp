// What the loop expects of a poller, whichever it is; and of the system's errors.
//
// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/descriptors.hpp"

#include <weir/detail/poller.hpp>
#include <weir/open_connection.hpp>
#include <weir/start_server.hpp>
#include <weir/stream_pair.hpp>
#include <weir/weir.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace std::chrono_literals;
using weir::detail::readiness;
using weir::detail::system_poller;
using weir::detail::trigger;

struct source final : weir::detail::io_source {
  void on_ready(readiness r) noexcept override {
    ++told;
    last = r;
  }
  int told = 0;
  readiness last{};
};

struct ends {
  std::pair<weir::detail::file_descriptor, weir::detail::file_descriptor> both =
      weir::detail::socket_pair();
  int near = both.first.get(), far = both.second.get();
};
static void send_one(int fd) { CHECK(::send(fd, "x", 1, MSG_NOSIGNAL) == 1); }
static void receive_one(int fd) {
  char c;
  CHECK(::recv(fd, &c, 1, 0) == 1);
}

static void an_edge_is_told_once_and_both_directions_together() {
  system_poller p;
  ends e;
  source s;
  send_one(e.far);
  p.add(e.near, s);
  CHECK(p.sources() == 1);
  CHECK(p.wait(1000));
  CHECK(s.told == 1 && s.last.readable && s.last.writable && !s.last.ended);
  CHECK(!p.wait(0)); // nothing is new
  send_one(e.far);
  CHECK(p.wait(1000) && s.told == 2 && s.last.readable);
  p.remove(e.near);
  send_one(e.far);
  CHECK(!p.wait(0) && s.told == 2 && p.sources() == 0);
}

static void a_level_is_told_as_long_as_it_is_so() {
  system_poller p;
  ends e;
  source s;
  p.add(e.near, s, trigger::level_in);
  CHECK(!p.wait(0));
  send_one(e.far);
  CHECK(p.wait(1000) && p.wait(1000) && s.told == 2);
  CHECK(s.last.readable && !s.last.writable);
  receive_one(e.near);
  CHECK(!p.wait(0));
  CHECK(p.try_change(e.near, s, trigger::level_out));
  CHECK(p.wait(1000) && s.last.writable && !s.last.readable);
  source other; // registering again changes whom it tells
  p.add(e.near, other, trigger::level_out);
  CHECK(p.sources() == 1);
  CHECK(p.wait(1000) && other.told == 1);
}

static void what_was_closed_unsaid_cannot_be_changed() {
  system_poller p;
  source s;
  {
    ends e;
    p.add(e.near, s, trigger::level_in);
    const int near = e.near;
    e.both.first.close();
    CHECK(!p.try_change(near, s, trigger::level_out));
    p.remove(near); // harmless
  }
  CHECK(p.sources() == 0);
  CHECK_THROWS(std::system_error, p.add(-1, s));
}

static void the_end_of_one_half_is_told() {
  system_poller p;
  ends e;
  source s;
  p.add(e.near, s);
  p.wait(0);
  ::shutdown(e.far, SHUT_WR);
  CHECK(p.wait(1000));
  CHECK(s.last.readable && s.last.ended);
  CHECK(::send(e.near, "still", 5, MSG_NOSIGNAL) == 5);
}

static void a_reset_is_told_as_both() {
  system_poller p;
  ends e;
  source s;
  p.add(e.near, s);
  p.wait(0);
  send_one(e.near);     // never read:
  e.both.second.close(); // a reset
  CHECK(p.wait(1000));
  CHECK(s.last.readable && s.last.writable && s.last.ended);
}

static void another_thread_ends_the_wait() {
  system_poller p;
  p.wake();
  CHECK(!p.wait(-1)); // from before the wait, and no event
  std::thread other([&] {
    std::this_thread::sleep_for(20ms);
    p.wake();
    p.wake();
  });
  CHECK(!p.wait(-1));
  other.join();
  p.wait(0);
  CHECK(!p.wait(0));
}

static void a_signal_ends_the_wait_without_harm() {
  system_poller p;
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &action, nullptr); // no SA_RESTART: EINTR
  const auto self = pthread_self();
  std::thread other([&] {
    std::this_thread::sleep_for(20ms);
    ::pthread_kill(self, SIGUSR1);
  });
  CHECK(!p.wait(10'000));
  other.join();
  ends e;
  source s;
  p.add(e.near, s);
  CHECK(p.wait(1000) && s.told == 1);
}

// The same, through the loop: signals that interrupt every call change nothing.
static weir::task<> sleeps_and_reads() {
  auto [near, far] = weir::stream_pair();
  const auto begin = weir::loop::current().now();
  for (int i = 0; i < 10; ++i) {
    co_await weir::sleep(5ms);
    co_await far.write_all("x");
    CHECK(co_await near.read_exactly(1) == "x");
  }
  CHECK(weir::loop::current().now() - begin >= 50ms);
}
static void the_loop_survives_a_rain_of_signals() {
  const auto self = pthread_self();
  std::atomic<bool> is_over{false};
  std::thread other([&] {
    while (!is_over) {
      ::pthread_kill(self, SIGUSR1);
      std::this_thread::sleep_for(200us);
    }
  });
  weir::run(sleeps_and_reads());
  is_over = true;
  other.join();
}

// A TCP peer that closes with SO_LINGER 0 resets.
static weir::task<> a_reset_by_the_peer_is_an_error_of_the_read() {
  auto server = co_await weir::start_server(
      [](weir::stream s) -> weir::task<> {
        co_await s.read(1);
        const linger none{1, 0};
        ::setsockopt(s.native_handle(), SOL_SOCKET, SO_LINGER, &none,
                     sizeof none);
        s.abort();
      },
      "127.0.0.1", 0);
  auto s = co_await weir::open_connection("127.0.0.1", server.port());
  co_await s.write_all("x");
  int error = 0;
  try {
    co_await s.read(1);
  } catch (const std::system_error &e) {
    error = e.code().value();
  }
  CHECK(error == ECONNRESET);
  bool failed = false; // and of what is written then
  try {
    co_await s.write_all("y");
    co_await s.write_all("z");
  } catch (const std::system_error &) {
    failed = true;
  }
  CHECK(failed);
}

int main() {
  const int before = open_descriptors();
  an_edge_is_told_once_and_both_directions_together();
  a_level_is_told_as_long_as_it_is_so();
  what_was_closed_unsaid_cannot_be_changed();
  the_end_of_one_half_is_told();
  a_reset_is_told_as_both();
  another_thread_ends_the_wait();
  a_signal_ends_the_wait_without_harm();
  the_loop_survives_a_rain_of_signals();
  weir::run(a_reset_by_the_peer_is_an_error_of_the_read());
  CHECK(open_descriptors() == before);
}
