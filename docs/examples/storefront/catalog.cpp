// The catalog lives in another process: every question takes a while.

#include "shop.hpp"
#include <map>

using namespace std::chrono_literals;

namespace shop {

static const std::map<int, std::string> names{{1, "kettle"}, {2, "teapot"}};
static const std::map<int, int> stock{{1, 12}, {2, 3}};

weir::task<product> find_product(int id) {
  co_await weir::sleep(20ms);
  co_return product{id, names.at(id)};
}

weir::task<int> stock_of(int id) {
  co_await weir::sleep(20ms);
  co_return stock.at(id);
}

// A coroutine for nothing: there is nothing to wait for.
weir::task<std::string> headline(std::string name) {
  co_return "*** " + name + " ***";
}

} // namespace shop
