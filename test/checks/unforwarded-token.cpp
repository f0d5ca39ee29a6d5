// RUN: %verify=unforwarded-token -Wno-everything %s
// RUN: %fix=unforwarded-token %s | FileCheck %s --check-prefix=FIX

#include <stop_token>
#include <weir/weir.hpp>

weir::task<int> fetch(int id, std::stop_token token = {});
weir::task<int> read(int id);
weir::task<int> read(int id, std::stop_token token);
weir::task<int> list(int count = 10, std::stop_token token = {});
weir::task<int> other(int id);
struct connection {
  weir::task<int> send(std::stop_token token = {});
};
int plain(std::stop_token token = {});

weir::task<> handle(int id, connection &c, std::stop_token token) {
  co_await fetch(id); // expected-warning {{'fetch' would take a token and is not given 'token'}} expected-note {{pass it on}}
  // FIX: {{^}}  co_await fetch(id, token);
  co_await read(id); // expected-warning {{'read' would take a token}} expected-note {{pass it on}}
  // FIX: {{^}}  co_await read(id, token);
  co_await c.send(); // expected-warning {{'connection::send' would take a token}} expected-note {{pass it on}}
  // FIX: {{^}}  co_await c.send(token);
  co_await list(); // expected-warning {{'list' would take a token}}
  co_await fetch(id, token);
  co_await fetch(id, {});
  co_await other(id);
  auto kept = fetch(id);
  plain();
}
weir::task<> without(int id) { co_await fetch(id); }
