// libcurl's multi interface on the loop.
//
// What curl asks for in its callbacks is done at once (descriptors, the timer);
// what must not be done inside them, driving curl, happens in callbacks of the
// loop. Curl's descriptors are level-triggered: it does not promise to drain
// them. It may close one before it says so, which the poller forgives.

#pragma once

#include <weir/detail/scheduler.hpp>
#include <weir/loop.hpp>

#include <chrono>
#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <curl/curl.h>

namespace weir::detail {

/// One easy handle and where its data goes. Gone from its multi handle before
/// it is destroyed.
class curl_transfer {
public:
  curl_transfer() : easy_(curl_easy_init()) {
    if (!easy_)
      throw std::bad_alloc();
    curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, take<&curl_transfer::on_data>);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION,
                     take<&curl_transfer::on_header>);
    curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  }
  curl_transfer(const curl_transfer &) = delete;
  ~curl_transfer() {
    curl_easy_cleanup(easy_);
    curl_slist_free_all(headers_);
  }

  CURL *handle() const noexcept { return easy_; }
  void add_header(const std::string &line) {
    headers_ = curl_slist_append(headers_, line.c_str());
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  }

  /// False: not now. Curl keeps the data until `curl_multi::resume`.
  std::function<bool(std::string_view)> on_data;
  std::function<bool(std::string_view)> on_header; ///< Always true.
  std::exception_ptr thrown; ///< By one of the two.
  std::function<void()> on_done;
  std::optional<CURLcode> code; ///< Once it is done.

private:
  template <auto Sink>
  static std::size_t take(char *data, std::size_t size, std::size_t n,
                          void *self) noexcept {
    auto &t = *static_cast<curl_transfer *>(self);
    std::string_view text(data, size * n);
    try {
      if constexpr (Sink == &curl_transfer::on_header)
        while (text.ends_with('\n') || text.ends_with('\r'))
          text.remove_suffix(1);
      return (t.*Sink)(text) ? size * n : CURL_WRITEFUNC_PAUSE;
    } catch (...) {
      t.thrown = std::current_exception();
      return 0; // ends the t
    }
  }

  CURL *easy_;
  curl_slist *headers_ = nullptr;
};

class curl_multi {
public:
  explicit curl_multi(long max_per_host)
      : home_(current_scheduler()), multi_(init()) {
    set(CURLMOPT_SOCKETFUNCTION, on_socket);
    set(CURLMOPT_SOCKETDATA, this);
    set(CURLMOPT_TIMERFUNCTION, on_timer);
    set(CURLMOPT_TIMERDATA, this);
    set(CURLMOPT_MAX_HOST_CONNECTIONS, max_per_host);
  }
  curl_multi(const curl_multi &) = delete;
  ~curl_multi() {
    curl_multi_cleanup(multi_);
    timer_.cancel();
    for (auto &[fd, s] : sockets_)
      s->forget();
  }

  /// Begins a transfer; `on_done` is called when it is over.
  void start(curl_transfer &t) {
    curl_multi_add_handle(multi_, t.handle());
  }
  /// Ends it early, or forgets one that is over.
  void stop(curl_transfer &t) noexcept {
    curl_multi_remove_handle(multi_, t.handle());
  }
  /// Goes on with one whose `on_data` did not want to. Not from a callback.
  void resume(curl_transfer &t) noexcept {
    curl_easy_pause(t.handle(), CURLPAUSE_CONT);
  }

  class [[nodiscard]] operation;
  /// Runs the transfer; a CURLcode.
  operation perform(curl_transfer &t) noexcept;

private:
  /// A descriptor of curl's. Lives until its pending callback has run.
  struct socket final : io_source, std::enable_shared_from_this<socket> {
    socket(curl_multi &m, int its_fd) : multi(&m), fd(its_fd) {}
    void on_ready(readiness r) noexcept override {
      events |= (r.readable ? CURL_CSELECT_IN : 0) |
                (r.writable ? CURL_CSELECT_OUT : 0);
      if (std::exchange(is_scheduled, true))
        return;
      multi->home_.facade.call_soon([self = shared_from_this()] {
        self->is_scheduled = false;
        if (self->multi)
          self->multi->drive(self->fd, std::exchange(self->events, 0));
      });
    }
    void forget() noexcept {
      if (multi)
        multi->home_.poller.remove(fd);
      multi = nullptr;
    }
    curl_multi *multi;
    const int fd;
    int events = 0;
    bool is_scheduled = false;
  };

  static CURLM *init() {
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *m = once == CURLE_OK ? curl_multi_init() : nullptr;
    if (!m)
      throw std::bad_alloc();
    return m;
  }
  template <class T> void set(CURLMoption option, T value) {
    curl_multi_setopt(multi_, option, value);
  }

  static int on_socket(CURL *, curl_socket_t fd, int what, void *self,
                       void *) noexcept {
    static_cast<curl_multi *>(self)->watch(fd, what);
    return 0;
  }
  static int on_timer(CURLM *, long milliseconds, void *self) noexcept {
    auto &m = *static_cast<curl_multi *>(self);
    m.timer_.cancel();
    if (milliseconds >= 0)
      m.timer_ = m.home_.facade.call_later(
          std::chrono::milliseconds(milliseconds),
          [&m] { m.drive(CURL_SOCKET_TIMEOUT, 0); });
    return 0;
  }

  void watch(int fd, int what) noexcept {
    auto at = sockets_.find(fd);
    if (what == CURL_POLL_REMOVE) {
      if (at != sockets_.end()) {
        at->second->forget();
        sockets_.erase(at);
      }
      return;
    }
    const auto how = what == CURL_POLL_IN    ? trigger::level_in
                     : what == CURL_POLL_OUT ? trigger::level_out
                                             : trigger::level_both;
    try {
      if (at != sockets_.end() && home_.poller.try_change(fd, *at->second, how))
        return;
      if (at != sockets_.end()) { // curl closed it unsaid, and has another
        at->second->forget();
        sockets_.erase(at);
      }
      auto s = std::make_shared<socket>(*this, fd);
      home_.poller.add(fd, *s, how);
      sockets_.emplace(fd, std::move(s));
    } catch (const std::exception &) {
      // Curl notices by its time-outs; it must not see an error from here.
    }
  }
  void drive(int fd, int events) noexcept;

  scheduler &home_;
  CURLM *multi_;
  callback_handle timer_;
  std::unordered_map<int, std::shared_ptr<socket>> sockets_;
};

class curl_multi::operation final : public waiter {
public:
  operation(curl_multi &m, curl_transfer &t) noexcept
      : multi_(m), transfer_(t) {}

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    transfer_.on_done = [this] {
      abandon();
      wake(*this);
    };
    multi_.start(transfer_);
    block(leaf.promise(), *this);
  }
  CURLcode await_resume() const {
    throw_if_cancelled(*blocked);
    return *transfer_.code;
  }
  void abandon() noexcept override { multi_.stop(transfer_); }
  const char *what() const noexcept override { return "http"; }

private:
  curl_multi &multi_;
  curl_transfer &transfer_;
};

inline curl_multi::operation curl_multi::perform(curl_transfer &t) noexcept {
  return operation(*this, t);
}

inline void curl_multi::drive(int fd, int events) noexcept {
  int still_running = 0;
  curl_multi_socket_action(multi_, fd, events, &still_running);
  int left = 0;
  while (CURLMsg *m = curl_multi_info_read(multi_, &left)) {
    if (m->msg != CURLMSG_DONE)
      continue;
    char *self = nullptr;
    curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &self);
    auto &t = *reinterpret_cast<curl_transfer *>(self);
    t.code = m->data.result;
    t.on_done();
  }
}

} // namespace weir::detail
