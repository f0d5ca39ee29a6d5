// resolve: names to addresses, off the loop.

#pragma once

#include <weir/address.hpp>
#include <weir/detail/offload_awaiter.hpp>
#include <weir/loop.hpp>
#include <weir/task.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <netdb.h>

namespace weir {

/// The name has no address, or the question could not be asked.
struct resolve_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {

inline thread_pool &resolver_threads(scheduler &s) {
  auto &slot = s.services[scheduler::resolver];
  if (!slot)
    slot = std::make_unique<thread_pool>(s, 4);
  return static_cast<thread_pool &>(*slot);
}

inline std::vector<address> look_up(const std::string &host,
                                    std::uint16_t port, bool to_listen) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (to_listen ? AI_PASSIVE : AI_ADDRCONFIG);
  addrinfo *list = nullptr;
  const int error =
      ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                    std::to_string(port).c_str(), &hints, &list);
  if (error != 0)
    throw resolve_error(host + ": " + ::gai_strerror(error));
  std::unique_ptr<addrinfo, void (*)(addrinfo *)> owner(list, ::freeaddrinfo);
  std::vector<address> result;
  for (auto *a = list; a; a = a->ai_next)
    result.emplace_back(a->ai_addr, a->ai_addrlen);
  return result;
}

} // namespace detail

/// The addresses of \p host, a name or a number, in the order the system
/// prefers. Asks on a thread of its own pool, so that a name server that does
/// not answer holds up neither the loop nor `to_thread`; cancelling leaves that
/// thread to it. Throws resolve_error. The loop's thread only. (asyncio:
/// getaddrinfo.)
inline task<std::vector<address>> resolve(std::string host,
                                          std::uint16_t port,
                                          bool to_listen = false) {
  auto call = [host = std::move(host), port, to_listen] {
    return detail::look_up(host, port, to_listen);
  };
  co_return co_await detail::offload_awaiter<decltype(call)>(
      detail::resolver_threads(detail::current_scheduler()), std::move(call));
}

} // namespace weir
