// One connection: reading, writing, and its end.
//
// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=address %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/descriptors.hpp"
#include "support/echo.hpp"

#include <weir/fake_peer.hpp>
#include <weir/open_connection.hpp>
#include <weir/stream.hpp>
#include <weir/stream_pair.hpp>
#include <weir/weir.hpp>

#include <chrono>
#include <limits>
#include <optional>
#include <string>

#include <sys/socket.h>

using namespace std::chrono_literals;

/// What the awaitable fails with; 0 if it does not.
template <class A> static weir::task<int> error_of(A awaitable) {
  try {
    (void)co_await std::move(awaitable);
  } catch (const std::system_error &e) {
    co_return e.code().value();
  }
  co_return 0;
}

static weir::task<> bytes_come_back() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection("localhost", at.port());
    s.write("hello ");
    co_await s.write_all("world\n");
    CHECK(co_await s.read_line() == "hello world\n");
    s.write_eof();
    CHECK(co_await s.read(100) == "");
  });
}

static weir::task<> read_exactly_and_until() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection(at);
    co_await s.write_all("abcdef;rest");
    CHECK(co_await s.read_exactly(3) == "abc");
    CHECK(co_await s.read_until(";") == "def;");
    s.write_eof();
    try {
      co_await s.read_exactly(10);
      CHECK(false);
    } catch (const weir::incomplete_read &e) {
      CHECK(e.partial == "rest");
    }
    CHECK(co_await s.read_line() == "");
  });
}

// A length that a peer only claims costs no memory, and does not end the program.
static weir::task<> read_exactly_more_than_there_can_be() {
  auto [a, b] = weir::stream_pair();
  a.write("all");
  a.write_eof();
  try {
    co_await b.read_exactly(std::numeric_limits<std::size_t>::max());
    CHECK(false);
  } catch (const weir::incomplete_read &e) {
    CHECK(e.partial == "all");
  }
  const std::string large(3'000'000, 'x');
  auto [c, d] = weir::stream_pair();
  c.write(large);
  CHECK(co_await d.read_exactly(large.size()) == large);
}

static weir::task<> separator_beyond_the_limit() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection(at);
    auto sends = [&]() -> weir::task<> {
      co_await s.write_all(std::string(100'000, 'x'));
    };
    auto t = weir::create_task(sends());
    CHECK_THROWS(weir::limit_overrun, co_await s.read_until("\n"));
    CHECK((co_await s.read_exactly(100'000)).size() == 100'000); // still there
    co_await t;
  });
}

static weir::task<> a_megabyte_with_backpressure() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection(at);
    std::string data(1 << 20, '\0');
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<char>(i * 7);
    auto sends = [&]() -> weir::task<> {
      for (std::size_t i = 0; i < data.size(); i += 10'000) {
        s.write(std::string_view(data).substr(i, 10'000));
        co_await s.drain();
      }
      s.write_eof();
    };
    auto [none, back] = co_await weir::gather(sends(), s.read_all());
    CHECK(back == data);
  });
}

static weir::task<> two_readers_are_refused() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection(at);
    auto reads = [&]() -> weir::task<> { co_await s.read(100); };
    auto t = weir::create_task(reads());
    co_await weir::yield();
    CHECK_THROWS(weir::usage_error, co_await s.read(100));
    t.cancel();
    CHECK_THROWS(weir::cancelled, co_await t);
  });
}

static weir::task<> cancelled_read_loses_nothing() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection(at);
    auto reads = [&]() -> weir::task<> { co_await s.read_exactly(10); };
    auto t = weir::create_task(reads());
    co_await s.write_all("12345");
    co_await weir::sleep(20ms);
    t.cancel();
    CHECK_THROWS(weir::cancelled, co_await t);
    co_await s.write_all("67890");
    CHECK(co_await s.read_exactly(10) == "1234567890");
  });
}

static weir::task<> write_to_a_reset_connection() {
  weir::listener at(any_port());
  auto client = co_await weir::open_connection(at.where());
  {
    auto server = co_await at.accept();
    linger hard{1, 0};
    ::setsockopt(server.native_handle(), SOL_SOCKET, SO_LINGER, &hard,
                 sizeof hard);
  } // closed with a reset
  CHECK_THROWS(std::system_error, co_await client.read(100));
  CHECK_THROWS(std::system_error, co_await client.write_all("x"));
}

// Who only writes and drains hears of it too, and no later read takes a broken
// connection for one that has ended.
static weir::task<> failure_of_reading_is_everybody_s() {
  weir::testing::fake_peer peer;
  peer.sends("last words").resets();
  auto s = peer.connection();
  co_await peer.play();
  char buffer[100];
  CHECK(co_await s.read_some(buffer) == 10);
  for (int i = 0; i < 2; ++i) {
    CHECK(co_await error_of(s.read(100)) == ECONNRESET);
    CHECK(co_await error_of(s.read_all()) == ECONNRESET);
    CHECK(co_await error_of(s.read_some(buffer)) == ECONNRESET);
    CHECK(co_await error_of(s.drain()) == ECONNRESET);
  }
  s.close();
  CHECK(co_await error_of(s.wait_closed()) == ECONNRESET);
}

static weir::task<> half_close() {
  weir::listener at(any_port());
  auto client = co_await weir::open_connection(at.where());
  auto server = co_await at.accept();
  co_await client.write_all("question");
  client.write_eof();
  CHECK_THROWS(weir::usage_error, (client.write("more"), 0));
  CHECK_THROWS(weir::usage_error, co_await client.write_all("more"));
  CHECK(co_await server.read_all() == "question");
  co_await server.write_all("answer");
  server.close();
  CHECK(co_await client.read_all() == "answer");
}

static weir::task<> close_wakes_the_reader() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection(at);
    auto reads = [&]() -> weir::task<> { co_await s.read(100); };
    auto t = weir::create_task(reads());
    co_await weir::yield();
    s.close();
    CHECK_THROWS(std::system_error, co_await t);
  });
}

static weir::task<> halves_in_two_tasks() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::open_connection(at);
    weir::stream_reader in = s.reader();
    weir::stream_writer out = s.writer();
    auto sends = [](weir::stream_writer out) -> weir::task<> {
      for (int i = 0; i < 100; ++i) {
        out.write("line " + std::to_string(i) + "\n");
        co_await out.drain();
      }
      out.write_eof();
    };
    auto t = weir::create_task(sends(out));
    for (int i = 0; i < 100; ++i)
      CHECK(co_await in.read_line() == "line " + std::to_string(i) + "\n");
    CHECK(co_await in.read_line() == "");
    co_await t;
  });
}

// drain waits above the high-water mark until the low one; nothing else waits.
static weir::task<> drain_watermarks() {
  auto [a, b] = weir::stream_pair();
  int size = 4096;
  ::setsockopt(a.native_handle(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  while (a.unsent() <= 64 * 1024) {
    co_await a.drain(); // not above the mark: does not wait
    a.write(std::string(8 * 1024, 'x'));
  }
  bool drained = false;
  auto drains = [](weir::stream_writer w, bool &drained) -> weir::task<> {
    co_await w.drain();
    drained = true;
    CHECK(w.unsent() <= 16 * 1024);
  };
  auto t = weir::create_task(drains(a, drained));
  co_await weir::sleep(10ms);
  CHECK(!drained);
  while (!drained) {
    CHECK((co_await b.read(1024)).size() > 0);
    co_await weir::yield();
  }
  co_await t;
}

// What one task writes while another sends does not end up in the middle.
static weir::task<> bytes_stay_in_the_order_of_writing() {
  auto [a, b] = weir::stream_pair();
  const std::string large(1 << 20, 'l');
  auto sends = weir::create_task(a.write_all(large));
  co_await weir::yield();
  a.write("second");
  a.write("third");
  CHECK((co_await b.read_exactly(large.size() + 11)) == large + "secondthird");
  co_await sends;
  CHECK(a.unsent() == 0);
}

// What was written goes out without anybody waiting for it.
static weir::task<> sends_in_the_background() {
  auto [a, b] = weir::stream_pair();
  const std::string data(1 << 20, 'd');
  a.write(data);
  CHECK(a.unsent() > 0);
  CHECK((co_await b.read_exactly(data.size())) == data);
  CHECK(a.unsent() == 0);
}

static weir::task<> close_sends_what_is_kept() {
  auto [a, b] = weir::stream_pair();
  const std::string data(1 << 20, 'd');
  a.write(data);
  a.close();
  CHECK(a.is_closing());
  CHECK_THROWS(std::system_error, a.write("more"));
  CHECK_THROWS(std::system_error, co_await a.read(1));
  auto waits = [](weir::stream_writer w) -> weir::task<> {
    co_await w.wait_closed();
  };
  auto t = weir::create_task(waits(a));
  co_await weir::yield();
  CHECK(!t.done());
  CHECK((co_await b.read_all()) == data);
  co_await t;
}

static weir::task<> dropped_streams_send_what_is_kept() {
  const std::string data(1 << 20, 'd');
  auto write_and_drop = [](weir::stream s, const std::string &data) {
    s.write(data);
  };
  auto [a, b] = weir::stream_pair();
  write_and_drop(std::move(a), data);
  CHECK((co_await b.read_all()) == data);
  auto [c, d] = weir::stream_pair(); // nobody ever reads this: the loop ends it
  write_and_drop(std::move(c), data);
}

// What is written and neither drained nor waited for is lost with the loop,
// which is said; not so where the peer does not want it any more.
static std::optional<weir::stream> never_reads;
static weir::task<> loop_that_ends_with_bytes_unsent() {
  auto [a, b] = weir::stream_pair();
  a.write(std::string(1 << 20, 'd'));
  never_reads = b;
  co_return;
}
static weir::task<> peer_that_is_gone_at_the_end() {
  auto [a, b] = weir::stream_pair();
  a.write(std::string(1 << 20, 'd'));
  b.abort();
  co_return;
}
static void bytes_lost_with_the_loop_are_reported() {
  reports seen;
  weir::run(peer_that_is_gone_at_the_end());
  CHECK(seen.all.empty());
  weir::run(loop_that_ends_with_bytes_unsent());
  never_reads.reset();
  CHECK(seen.all.size() == 1 && seen.count("weir-unsent-bytes") == 1);
}

static weir::task<> failure_in_the_background_is_thrown_later() {
  auto [a, b] = weir::stream_pair();
  a.write(std::string(1 << 20, 'd'));
  b.abort();
  co_await weir::sleep(10ms);
  CHECK(a.unsent() == 0);
  CHECK_THROWS(std::system_error, co_await a.drain());
  CHECK_THROWS(std::system_error, a.write("x"));
}

static weir::task<> limit_of_a_stream() {
  auto [a, b] = weir::stream_pair(10);
  a.write("0123456789\nshort\n");
  CHECK(co_await b.read_line() == "0123456789\n"); // the limit is for the line
  CHECK(co_await b.read_line() == "short\n");
  a.write("0123456789x\n");
  CHECK_THROWS(weir::limit_overrun, co_await b.read_line());
  CHECK(co_await b.read_exactly(12) == "0123456789x\n");
}

// Data and the end arrive together, before anybody looks: one edge for both.
static weir::task<> end_that_comes_with_the_last_bytes() {
  auto [a, b] = weir::stream_pair();
  a.write("last");
  a.write_eof();
  co_await weir::sleep(10ms);
  char buffer[100];
  CHECK(co_await b.read_some(buffer) == 4);
  CHECK(co_await b.read_some(buffer) == 0);
  CHECK(co_await b.read_some(buffer) == 0);
}

// Cancelled when its bytes were there already, a read gives them back.
static weir::task<> cancelled_reads_leave_the_bytes_in_order() {
  std::string sent;
  for (int i = 0; i < 400; ++i)
    sent += static_cast<char>('a' + i % 26);
  auto [a, b] = weir::stream_pair();
  a.write("\n" + sent);
  a.write_eof();
  co_await b.read_line(); // the rest is unread
  auto read = [&](std::span<char> to) -> weir::task<std::size_t> {
    co_return co_await b.read_some(to);
  };
  std::string got;
  int cancelled = 0;
  while (got.size() < sent.size()) {
    char buffer[3];
    auto t = weir::create_task(weir::eager, read(buffer));
    if (!t.done()) { // it lets others have a turn
      t.cancel();
      ++cancelled;
      CHECK_THROWS(weir::cancelled, co_await t);
      continue;
    }
    got.append(buffer, co_await t);
  }
  CHECK(cancelled > 0);
  CHECK(got == sent);
}

// A task whose reads never wait still lets the others run.
static weir::task<> reader_that_never_waits_is_polite() {
  auto [a, b] = weir::stream_pair();
  a.write(std::string(10'000, 'x'));
  co_await weir::sleep(1ms);
  bool other_ran = false;
  auto other = [&]() -> weir::task<> {
    other_ran = true;
    co_return;
  };
  char one[1];
  co_await b.read_some(one);
  auto t = weir::create_task(other());
  for (int i = 0; i < 1000 && !other_ran; ++i)
    co_await b.read_some(one);
  CHECK(other_ran);
  co_await t;
}

static std::optional<weir::stream> outlives;
static weir::task<> stream_that_outlives_its_loop() {
  auto [a, b] = weir::stream_pair();
  outlives = a;
  co_return;
}

int main() {
#define REAL(NAME) (std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  const int before = open_descriptors();
  REAL(bytes_come_back);
  REAL(read_exactly_and_until);
  REAL(read_exactly_more_than_there_can_be);
  REAL(separator_beyond_the_limit);
  REAL(a_megabyte_with_backpressure);
  REAL(two_readers_are_refused);
  REAL(cancelled_read_loses_nothing);
  REAL(write_to_a_reset_connection);
  REAL(failure_of_reading_is_everybody_s);
  REAL(half_close);
  REAL(close_wakes_the_reader);
  REAL(halves_in_two_tasks);
  REAL(drain_watermarks);
  REAL(bytes_stay_in_the_order_of_writing);
  REAL(sends_in_the_background);
  REAL(close_sends_what_is_kept);
  REAL(dropped_streams_send_what_is_kept);
  bytes_lost_with_the_loop_are_reported();
  REAL(failure_in_the_background_is_thrown_later);
  REAL(limit_of_a_stream);
  REAL(end_that_comes_with_the_last_bytes);
  REAL(cancelled_reads_leave_the_bytes_in_order);
  REAL(reader_that_never_waits_is_polite);
  REAL(stream_that_outlives_its_loop);
  CHECK(outlives->native_handle() == -1);
  outlives.reset();
  CHECK(open_descriptors() == before);
}
