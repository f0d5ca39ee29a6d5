// Many connections at once, with everything that goes wrong among them: peers
// that reset, tasks cancelled in the middle, all that the system lets us have.
// Every connection ends, nothing leaks, no descriptor stays. Arguments: how many
// connections in all, and how many of them at once. By itself:
// `./dev test connections_stress`.
//
// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t 10000 10000
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g 10000 250

#include "support/check.hpp"
#include "support/descriptors.hpp"

#include <weir/open_connection.hpp>
#include <weir/serve.hpp>
#include <weir/weir.hpp>

#include <algorithm>
#include <optional>
#include <random>

#include <sys/resource.h>
#include <sys/socket.h>

using namespace std::chrono_literals;

static int echoed, reset, stopped;
static std::mt19937 randomness(20200527);

static bool chance(int one_in) { return randomness() % one_in == 0; }

static weir::task<> echo(weir::stream s) {
  char buffer[2048];
  try {
    while (auto n = co_await s.read_some(buffer)) {
      co_await s.write_all({buffer, n});
    }
  } catch (const std::system_error &) { // reset by the peer
  }
}

// More at a time than the listener's backlog, and the system resets some.
static weir::semaphore connecting(500);

// Those of the first wave wait for each other, so that all are open at once.
static int on_the_way, open_now, most_open;
static weir::event all_are_there;
struct of_first_wave {
  ~of_first_wave() {
    if (--on_the_way == 0)
      all_are_there.set();
  }
};

static weir::task<> exchange(weir::address at, bool is_of_first_wave) {
  std::optional<of_first_wave> arrival;
  if (is_of_first_wave)
    arrival.emplace();
  auto place = co_await connecting.scoped();
  auto s = co_await weir::open_connection(at);
  struct counted {
    counted() { most_open = std::max(most_open, ++open_now); }
    ~counted() { --open_now; }
  } one;
  for (int round = 0; round < 4; ++round) {
    if (chance(400)) { // of a hundred connections one
      const linger hard{1, 0};
      ::setsockopt(s.native_handle(), SOL_SOCKET, SO_LINGER, &hard,
                   sizeof hard);
      s.abort();
      ++reset;
      co_return;
    }
    const std::string text(1 + randomness() % 5000, 'x');
    co_await s.write_all(text);
    const auto answer = co_await s.read_exactly(text.size());
    CHECK(answer == text);
    place.release();
    arrival.reset();
    co_await all_are_there.wait();
  }
  ++echoed;
}

static weir::task<> one_after_the_other(weir::address at, int count) {
  for (int i = 0; i < count; ++i) {
    auto t = weir::create_task(exchange(at, i == 0));
    weir::callback_handle stop;
    if (chance(10))
      stop = weir::loop::current().call_later(
          std::chrono::microseconds(randomness() % (i == 0 ? 2'000'000 : 20'000)),
          [t] { t.cancel(); });
    try {
      co_await t;
    } catch (const weir::cancelled &) {
      ++stopped;
    }
    stop.cancel();
  }
}

static weir::task<> many_connections(int count, int at_once) {
  weir::listener at(weir::address::ip("127.0.0.1", 0));
  auto server = weir::create_task(weir::serve(at, echo));
  std::vector<weir::task<>> clients;
  on_the_way = at_once;
  for (int i = 0; i < at_once; ++i)
    clients.push_back(one_after_the_other(
        at.where(), (i + 1) * count / at_once - i * count / at_once));
  co_await weir::gather(std::move(clients));
  CHECK(echoed + reset + stopped == count);
  std::fprintf(stderr, "%d echoed, %d reset, %d cancelled; %d open at once\n",
               echoed, reset, stopped, most_open);
  server.cancel();
  CHECK_THROWS(weir::cancelled, co_await server);
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  const int count = std::atoi(argv[1]);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  // Both ends of a connection are ours.
  const int at_once = std::min(std::atoi(argv[2]),
                               static_cast<int>(limit.rlim_cur / 2) - 50);
  const int before = open_descriptors();
  weir::run(many_connections(count, at_once));
  CHECK(open_descriptors() == before);
}
