// A small shop: shows a product, takes an order, takes the money.

#include "shop.hpp"
#include <cstdio>

static weir::task<double> show(int id) {
  auto product = co_await shop::find_product(id);
  auto stock = co_await shop::stock_of(id);
  double price = co_await shop::price_of(id);
  auto title = co_await shop::headline(product.name);
  std::printf("%s\n%d in stock, $%.2f\n", title.c_str(), stock, price);
  co_return price;
}

static weir::task<> visit() {
  double price = co_await show(1);
  co_await shop::place_order(1, 1);
  // Asked of a thread, because the gateway brings a loop of its own.
  bool paid = co_await weir::to_thread(shop::pay, price);
  std::printf("%s, %d order(s) recorded\n", paid ? "paid" : "not paid",
              shop::orders_recorded());
}

int main() { weir::run(visit()); }
