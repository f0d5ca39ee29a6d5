// Two waits at the same time.

#include <weir/weir.hpp>

#include <iostream>

using namespace std::chrono_literals;

weir::task<int> price_of(std::string item) {
  co_await weir::sleep(20ms); // a database, say
  co_return static_cast<int>(item.size());
}

weir::task<> shop() {
  auto [bread, butter] =
      co_await weir::gather(price_of("bread"), price_of("butter"));
  std::cout << bread + butter << '\n'; // CHECK: 11
}

int main() { weir::run(shop()); }
