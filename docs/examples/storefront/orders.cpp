// Orders, and the record that is kept of them.

#include "shop.hpp"

using namespace std::chrono_literals;

namespace shop {

static int recorded = 0;

static weir::task<> record(int id, int count) {
  co_await weir::sleep(5ms);
  recorded += id && count;
}

weir::task<> place_order(int id, int count) {
  co_await weir::sleep(5ms);
  record(id, count);
}

int orders_recorded() { return recorded; }

} // namespace shop
