/* Keeps N connections busy, one message of 1 KiB under way on each, and prints
   what a message cost the server.
   usage: client PORT N MESSAGES SERVER_PID */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { message = 1024, warm_up = 20 };
static char buffer[message];

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static int connect_to(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons(port),
                           .sin_addr = {htonl(INADDR_LOOPBACK)}};
  for (int tries = 0; tries < 200; ++tries) {
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      return fd;
    }
    close(fd);
    usleep(10000);
  }
  perror("connect");
  exit(1);
}

static void check(int holds, const char *what) {
  if (!holds) {
    perror(what);
    exit(1);
  }
}

int main(int argc, char **argv) {
  check(argc == 5, "usage: client PORT N MESSAGES SERVER_PID");
  int n = atoi(argv[2]), epoll = epoll_create1(0);
  long total = atol(argv[3]), begin = total / warm_up, done = 0;
  clockid_t server;
  check(clock_getcpuclockid(atoi(argv[4]), &server) == 0, "server's clock");
  int *fd = calloc(n, sizeof *fd), *have = calloc(n, sizeof *have);
  for (int i = 0; i < n; ++i) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    fd[i] = connect_to(atoi(argv[1]));
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd[i], &event);
  }
  for (int i = 0; i < n; ++i)
    check(send(fd[i], buffer, message, 0) == message, "send");
  double cpu = 0, wall = 0;
  struct epoll_event events[1024];
  while (done < total) {
    int ready = epoll_wait(epoll, events, 1024, 5000);
    check(ready > 0, "the server stands still");
    for (int j = 0; j < ready; ++j) {
      int i = events[j].data.u32;
      int got = recv(fd[i], buffer, message - have[i], 0);
      check(got > 0, "recv");
      if ((have[i] += got) < message)
        continue;
      have[i] = 0;
      if (++done == begin) {
        cpu = seconds(server);
        wall = seconds(CLOCK_MONOTONIC);
      }
      check(send(fd[i], buffer, message, 0) == message, "send");
    }
  }
  double messages = done - begin;
  printf("%.3f us of CPU, %.0f messages/s\n",
         (seconds(server) - cpu) * 1e6 / messages,
         messages / (seconds(CLOCK_MONOTONIC) - wall));
}
