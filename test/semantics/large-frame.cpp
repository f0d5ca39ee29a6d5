// What is alive across a suspension is in every frame that waits.
//
// RUN: %verify=large-frame %warnings %s
// RUN: %plain-program && %bad && %good

#include "support/harm.hpp"

#include <malloc.h>

weir::event data;
int bytes_read = 0;
int read_now(char *into) {
  into[0] = 'x';
  return 1;
}
weir::task<int> read(char *into) {
  co_await data.wait();
  co_return read_now(into);
}

weir::task<> serve_large() {
  char buffer[65536]; // expected-warning {{the 65536 bytes of 'buffer' are kept in the coroutine's frame while it is suspended}}
  int size = co_await read(buffer); // expected-note {{suspended here}}
  bytes_read += buffer[0] == 'x' ? size : 0;
}
weir::task<> serve_small() {
  co_await data.wait();
  char buffer[65536];
  int size = read_now(buffer);
  bytes_read += buffer[0] == 'x' ? size : 0;
}

template <class F> weir::task<> thousand(F serve) {
  const auto before = ::mallinfo2();
  std::vector<weir::task_handle<>> all;
  for (int i = 0; i < 1000; ++i)
    all.push_back(weir::create_task(serve()));
  co_await weir::sleep(1ms);
  const auto now = ::mallinfo2();
  const auto each = (now.uordblks + now.hblkhd - before.uordblks - before.hblkhd) / 1000;
  std::cout << (each > 65536 ? "more than 64 KiB" : each < 4096 ? "less than 4 KiB" : "some")
            << " for each that waits\n";
  data.set();
  co_await weir::gather(std::move(all));
}

weir::task<> bad() { co_await thousand(serve_large); }
// BAD: more than 64 KiB for each that waits

weir::task<> good() { co_await thousand(serve_small); }
// GOOD: less than 4 KiB for each that waits
