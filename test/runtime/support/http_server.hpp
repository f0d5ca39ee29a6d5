// Enough of an HTTP server for the client's tests: blocking, a thread for each
// connection, so that it shares nothing with what is tested.

#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

class http_server {
public:
  http_server() {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof a;
    auto *any = reinterpret_cast<sockaddr *>(&a);
    ::bind(listener_, any, size);
    ::listen(listener_, 100);
    ::getsockname(listener_, any, &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(a.sin_port));
    accepting_ = std::thread([this] {
      for (int fd; (fd = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        ++connections;
        std::lock_guard hold(mutex_);
        sockets_.push_back(fd);
        threads_.emplace_back([this, fd] { serve(fd); });
      }
    });
  }
  ~http_server() {
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (int fd : sockets_)
      ::shutdown(fd, SHUT_RDWR);
    for (auto &t : threads_)
      t.join();
    for (int fd : sockets_)
      ::close(fd);
    ::close(listener_);
  }
  const std::string &url() const { return url_; }

  std::atomic<int> connections{0}, most_at_once{0};
  std::atomic<std::size_t> sent{0}; ///< Bytes the system took.

private:
  /// Answers by path and keeps the connection open.
  void serve(int fd) {
    std::string in;
    char buffer[4096];
    auto receive_until = [&](auto enough) {
      while (!enough()) {
        const auto n = ::recv(fd, buffer, sizeof buffer, 0);
        if (n <= 0)
          return false;
        in.append(buffer, static_cast<std::size_t>(n));
      }
      return true;
    };
    const std::string end = "\r\n\r\n";
    while (receive_until([&] { return in.find(end) != in.npos; })) {
      const std::string head = in.substr(0, in.find(end));
      in.erase(0, head.size() + end.size());
      std::string body = "you asked " + head.substr(0, head.find(" HTTP"));
      std::string status = "200 OK", extra;
      if (auto at = head.find("Content-Length: "); at != head.npos) {
        const std::size_t size = std::stoul(head.substr(at + 16));
        if (!receive_until([&] { return in.size() >= size; }))
          return;
        body += " with " + in.substr(0, size);
        in.erase(0, size);
      }
      const int now = ++at_once_;
      for (int most = most_at_once; most < now;)
        most_at_once.compare_exchange_weak(most, now);
      if (head.find("/slow") != head.npos)
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
      --at_once_;
      if (head.find("/missing") != head.npos)
        status = "404 Not Found";
      if (head.find("/moved") != head.npos) {
        status = "302 Found";
        extra = "Location: /here\r\n";
      }
      if (head.find("/large") != head.npos)
        body.assign(1 << 20, 'x');
      if (head.find("/huge") != head.npos)
        body.assign(32 << 20, 'x');
      const std::string answer = "HTTP/1.1 " + status + "\r\nX-Test: yes\r\n" +
                                 extra + "Content-Length: " +
                                 std::to_string(body.size()) + "\r\n\r\n" +
                                 body;
      for (std::size_t done = 0; done < answer.size();) {
        const auto n = ::send(fd, answer.data() + done,
                              std::min<std::size_t>(answer.size() - done, 65536),
                              MSG_NOSIGNAL);
        if (n <= 0)
          return;
        done += static_cast<std::size_t>(n);
        sent += static_cast<std::size_t>(n);
      }
    }
  }

  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string url_;
  std::thread accepting_;
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::atomic<int> at_once_{0};
};
