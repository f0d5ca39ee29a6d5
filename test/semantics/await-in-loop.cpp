// Started tasks that are awaited one by one: when one fails, those behind it are left to themselves.
//
// RUN: %verify=await-in-loop %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<> write(int page) {
  co_await weir::sleep(10ms);
  if (page == 0)
    throw std::runtime_error("disk full");
  co_await weir::sleep(10ms);
  std::cout << "page " << page << " written\n";
}

weir::task<> bad() {
  std::vector<weir::task_handle<>> pages;
  for (int page = 0; page < 3; ++page)
    pages.push_back(weir::create_task(write(page)));
  try {
    for (auto &page : pages)
      co_await page; // expected-warning {{the started tasks of 'pages' are awaited one by one: when one fails, the rest are left behind}}
  } catch (const std::runtime_error &error) {
    std::cout << error.what() << ": nothing is written any more\n";
  }
  co_await weir::sleep(1s);
}
// BAD: disk full: nothing is written any more
// BAD: page {{[12]}} written

weir::task<> good() {
  std::vector<weir::task<>> pages;
  for (int page = 0; page < 3; ++page)
    pages.push_back(write(page));
  try {
    co_await weir::gather(std::move(pages));
  } catch (const std::runtime_error &error) {
    std::cout << error.what() << ": nothing is written any more\n";
  }
  co_await weir::sleep(1s);
}
// GOOD: disk full: nothing is written any more
// GOOD-NOT: page
