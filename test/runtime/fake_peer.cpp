// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/descriptors.hpp"

#include <weir/fake_peer.hpp>
#include <weir/testing.hpp>
#include <weir/weir.hpp>

#include <cerrno>
#include <system_error>

using namespace std::chrono_literals;
using weir::testing::fake_peer;

static weir::task<std::string> ask(weir::stream s) {
  co_await s.write_all("ping\n");
  co_return co_await s.read_line();
}

static weir::task<> plays_bytes_and_delays_in_order() {
  fake_peer peer;
  peer.expects("ping\n").waits(2s).sends("po").waits(1h).sends("ng\n");
  const auto begin = weir::loop::current().now();
  auto playing = weir::create_task(peer.play());
  CHECK(co_await ask(peer.connection()) == "pong\n");
  co_await playing;
  CHECK(weir::loop::current().now() - begin == 2s + 1h);
}

static weir::task<> trickles_byte_by_byte() {
  fake_peer peer;
  peer.trickles("abc", 1s).ends();
  auto playing = weir::create_task(peer.play());
  auto s = peer.connection();
  const auto begin = weir::loop::current().now();
  CHECK(co_await s.read(10) == "a");
  CHECK(co_await s.read_exactly(2) == "bc");
  CHECK(weir::loop::current().now() - begin == 2s);
  CHECK(co_await s.read(10) == "");
  co_await playing;
}

static weir::task<> ends_its_half_and_reads_on() {
  fake_peer peer;
  peer.sends("last words").ends().reads_all();
  auto playing = weir::create_task(peer.play());
  auto s = peer.connection();
  CHECK(co_await s.read_all() == "last words");
  co_await s.write_all("and mine");
  s.close();
  co_await playing;
  CHECK(peer.received() == "and mine");
}

template <class F> weir::task<int> error_of(F f) {
  try {
    co_await f();
  } catch (const std::system_error &e) {
    co_return e.code().value();
  }
  co_return 0;
}

static weir::task<> resets_after_what_it_sent() {
  fake_peer peer;
  peer.expects("hello").sends("par").resets();
  auto playing = weir::create_task(peer.play());
  auto s = peer.connection();
  co_await s.write_all("hello");
  co_await playing;
  CHECK(co_await s.read_exactly(3) == "par");
  auto read = [&]() -> weir::task<> { co_await s.read(1); };
  auto write = [&]() -> weir::task<> { co_await s.write_all("more"); };
  CHECK(co_await error_of(read) == ECONNRESET);
  CHECK(co_await error_of(write) == ECONNRESET);
}

static weir::task<> resets_who_writes() {
  fake_peer peer;
  peer.resets();
  auto s = peer.connection();
  co_await peer.play();
  auto write = [&]() -> weir::task<> { co_await s.write_all("more"); };
  CHECK(co_await error_of(write) == EPIPE);
}

static weir::task<> resets_who_waits() {
  fake_peer peer;
  peer.waits(1s).resets();
  auto playing = weir::create_task(peer.play());
  auto s = peer.connection();
  auto read = [&]() -> weir::task<> { co_await s.read(1); };
  CHECK(co_await error_of(read) == ECONNRESET);
  co_await playing;
}

static weir::task<> holds_back_who_writes_too_much() {
  fake_peer peer(4096);
  peer.waits(10s).reads(100'000).waits(10s).reads_all();
  auto playing = weir::create_task(peer.play());
  auto s = peer.connection();
  s.write(std::string(300'000, 'x'));
  CHECK(s.unsent() > 200'000); // only a part was taken
  const auto begin = weir::loop::current().now();
  co_await s.drain();
  CHECK(weir::loop::current().now() - begin == 20s);
  s.close();
  co_await playing;
  CHECK(peer.received() == std::string(300'000, 'x'));
}

static weir::task<> expects_other_bytes(std::string sent) {
  fake_peer peer;
  peer.expects("GET /");
  auto playing = weir::create_task(peer.play());
  {
    auto s = peer.connection();
    co_await s.write_all(sent);
  }
  co_await playing;
}
static std::string complaint_of(std::string sent) {
  try {
    weir::run(expects_other_bytes(std::move(sent)), {.virtual_time = true});
  } catch (const weir::testing::unexpected_bytes &e) {
    return e.what();
  }
  return "";
}
static void unexpected_bytes_are_shown() {
  CHECK(complaint_of("GET /") == "");
  CHECK(complaint_of("PUT /") == "the peer expects 'GET /' and gets 'PUT /'");
  CHECK(complaint_of("GE") == "the peer expects 'GET /' and gets 'GE'");
}

static weir::task<> its_connection_is_taken_once() {
  fake_peer peer;
  auto s = peer.connection();
  CHECK_THROWS(weir::usage_error, peer.connection());
  co_return;
}

int main() {
  const int before = open_descriptors();
  RUN(plays_bytes_and_delays_in_order);
  RUN(trickles_byte_by_byte);
  RUN(ends_its_half_and_reads_on);
  RUN(resets_after_what_it_sent);
  RUN(resets_who_writes);
  RUN(resets_who_waits);
  RUN(holds_back_who_writes_too_much);
  unexpected_bytes_are_shown();
  RUN(its_connection_is_taken_once);
  CHECK(open_descriptors() == before);
}
