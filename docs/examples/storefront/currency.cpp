// The rate service answers at the second try, and somebody was in a hurry.

#include "shop.hpp"
#include <chrono>
#include <thread>

using namespace std::chrono_literals;

namespace shop {

static double ask_rate_service(int attempt) { return attempt ? 1.1 : 0.0; }

static double exchange_rate() {
  for (int attempt = 0;; ++attempt) {
    if (double rate = ask_rate_service(attempt))
      return rate;
    std::this_thread::sleep_for(10ms);
  }
}

double in_dollars(double amount) { return amount * exchange_rate(); }

} // namespace shop
