// The same on the runtime, as a user would write it. usage: weir_echo PORT

#include <weir/run.hpp>
#include <weir/serve.hpp>

#include <cstdint>
#include <cstdlib>
#include <system_error>

static weir::task<> echo(weir::stream s) {
  char buffer[2048];
  try {
    while (auto n = co_await s.read_some(buffer)) {
      co_await s.write_all({buffer, n});
    }
  } catch (const std::system_error &) { // reset by the peer
  }
}

static weir::task<> main_task(std::uint16_t port) {
  weir::listener at(weir::address::ip("127.0.0.1", port));
  co_await weir::serve(at, echo);
}

int main(int argc, char **argv) {
  weir::run(main_task(static_cast<std::uint16_t>(std::atoi(argv[argc - 1]))));
}
