// What the parts of the shop know of each other.

#pragma once

#include <string>
#include <weir/weir.hpp>

namespace shop {

struct product {
  int id;
  std::string name;
};

// catalog.cpp
weir::task<product> find_product(int id);
weir::task<int> stock_of(int id);
weir::task<std::string> headline(std::string name);

// currency.cpp
double in_dollars(double euros);

// pricing.cpp
weir::task<double> price_of(int id);

// orders.cpp
weir::task<> place_order(int id, int count);
int orders_recorded();

// payment.cpp
bool pay(double amount);

} // namespace shop
