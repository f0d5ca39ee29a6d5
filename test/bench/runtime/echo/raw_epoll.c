/* The least an echo server can be: a level-triggered epoll loop, no layers.
   What the runtime's server is measured against. usage: raw_epoll PORT */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[16384];

static int listen_on(int port) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in at = {.sin_family = AF_INET,
                           .sin_port = htons(port),
                           .sin_addr = {htonl(INADDR_LOOPBACK)}};
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 1024))
    exit(1);
  return fd;
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void take(int epoll, int listener) {
  int one = 1, fd = accept4(listener, 0, 0, SOCK_NONBLOCK);
  if (fd < 0)
    return;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  watch(epoll, fd);
}

static void echo(int fd) {
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN)
    return;
  if (n <= 0 || send(fd, buffer, n, MSG_NOSIGNAL) != n)
    close(fd);
}

int main(int argc, char **argv) {
  struct epoll_event events[64]; /* as the runtime: few at once stay in the cache */
  int epoll = epoll_create1(0), listener = listen_on(atoi(argv[argc - 1]));
  watch(epoll, listener);
  for (;;) {
    int n = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < n; ++i)
      if (events[i].data.fd == listener)
        take(epoll, listener);
      else
        echo(events[i].data.fd);
  }
}
