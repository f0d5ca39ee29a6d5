// Fetches every address it is given at the same time.

#include <weir/http.hpp>
#include <weir/weir.hpp>

#include <iostream>

using namespace std::chrono_literals;

weir::task<std::size_t> size_of(weir::http_session &http, std::string url) {
  auto page = co_await weir::timeout(10s, http.get(std::move(url)));
  co_return page.body.size();
}

weir::task<> fetch(std::vector<std::string> urls) {
  weir::http_session http;
  std::vector<weir::task<std::size_t>> sizes;
  for (const auto &url : urls)
    sizes.push_back(size_of(http, url));
  for (auto size : co_await weir::gather(std::move(sizes)))
    std::cout << size << '\n';
}

int main(int count, char **urls) {
  weir::run(fetch({urls + 1, urls + count}));
}
