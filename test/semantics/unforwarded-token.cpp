// Who is not given the token does not hear that its work is no longer wanted.
//
// RUN: %verify=unforwarded-token %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

#include <stop_token>

weir::task<> fetch(int pages, std::stop_token token = {}) {
  int page = 0;
  for (; page < pages && !token.stop_requested(); ++page)
    co_await weir::sleep(10ms);
  std::cout << page << " pages\n";
}

weir::task<> handle(std::stop_token token) {
  co_await fetch(100); // expected-warning {{'fetch' would take a token and is not given 'token'}}
}
weir::task<> handle_and_heed(std::stop_token token) { co_await fetch(100, token); }

weir::task<> stop(std::stop_source &source) {
  co_await weir::sleep(25ms);
  source.request_stop();
}

weir::task<> bad() {
  std::stop_source source;
  co_await weir::gather(handle(source.get_token()), stop(source));
}
// BAD: 100 pages

weir::task<> good() {
  std::stop_source source;
  co_await weir::gather(handle_and_heed(source.get_token()), stop(source));
}
// GOOD: 3 pages
