// A server and its client in one program.

#include <weir/open_connection.hpp>
#include <weir/start_server.hpp>
#include <weir/weir.hpp>

#include <iostream>

weir::task<> answer(weir::stream s) {
  for (auto line = co_await s.read_line(); !line.empty();
       line = co_await s.read_line())
    co_await s.write_all("you said " + line);
}

weir::task<> talk() {
  auto server = co_await weir::start_server(answer, "localhost", 0);
  auto s = co_await weir::open_connection("localhost", server.port());
  s.write("hello\nand good-bye\n");
  s.write_eof(); // the answers can still come
  std::cout << co_await s.read_all();
}

int main() { weir::run(talk()); }

// CHECK: you said hello
// CHECK-NEXT: you said and good-bye
