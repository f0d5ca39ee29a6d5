// What a server and the tasks it started share.

#pragma once

#include <weir/create_task.hpp>
#include <weir/detail/handle_connection.hpp>
#include <weir/detail/join.hpp>
#include <weir/event.hpp>
#include <weir/listener.hpp>
#include <weir/task_handle.hpp>

#include <cstddef>
#include <exception>
#include <list>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace weir::detail {

struct server_state {
  /// The task of one, which is taken off the list in the moment it is done: a
  /// callback would come too late where the loop ends.
  struct connection final : observer {
    connection(std::shared_ptr<server_state> s) : server(std::move(s)) {}
    void on_done(job &) noexcept override {
      const auto keep = server;
      keep->connections.erase(at);
      if (keep->is_closed && keep->connections.empty())
        keep->over.set();
    }
    const std::shared_ptr<server_state> server;
    std::list<connection>::iterator at;
    task_ref task;
  };

  virtual ~server_state() = default;

  void close() noexcept {
    is_closed = true;
    for (auto &l : listeners)
      l->close();
    if (connections.empty())
      over.set();
  }
  void cancel_connections() {
    for (auto &c : connections)
      c.task.cancel();
  }

  std::vector<std::unique_ptr<listener>> listeners;
  std::vector<address> addresses;
  std::list<connection> connections;
  event over; ///< Closed, and no connection left.
  bool is_closed = false;
};

template <connection_handler F>
struct server_of final : server_state,
                         std::enable_shared_from_this<server_of<F>> {
  explicit server_of(F f) : handler(std::move(f)) {}

  std::uint16_t listen(const address &at, const listen_options &options) {
    listeners.push_back(std::make_unique<listener>(at, options));
    addresses.push_back(listeners.back()->where());
    create_task(accept(this->shared_from_this(), *listeners.back()), "server");
    return addresses.back().port();
  }

  // The state is a parameter: the tasks keep it alive.
  static task<> accept(std::shared_ptr<server_of> self, listener &at) {
    while (at.is_open()) {
      std::exception_ptr error;
      try {
        self->start(co_await at.accept());
      } catch (const std::system_error &) {
        error = std::current_exception();
      }
      if (error && at.is_open()) {
        loop::current().call_exception_handler("a server cannot accept", error);
        at.close();
      }
    }
  }
  void start(stream s) {
    const auto at =
        connections.emplace(connections.end(), this->shared_from_this());
    at->at = at;
    auto handle =
        create_task(run(this->shared_from_this(), std::move(s)), "connection");
    add_observer(*handle.native(), *at);
    at->task = std::move(handle);
  }
  static task<> run(std::shared_ptr<server_of> self, stream s) {
    co_await handle_connection(self->handler, std::move(s));
  }

  F handler;
};

} // namespace weir::detail
