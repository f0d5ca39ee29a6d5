// RUN: %verify=blocking-call -Wno-everything %s
//
// The C library's names are words that anybody may use. A function is the
// library's where it is declared as that declares it, and nobody defines it here.

#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <weir/task.hpp>

extern "C" int uncompress(unsigned char *, unsigned long *, const unsigned char *, unsigned long);
extern "C" int compress(const char *text) { return text[0]; }
void connect(std::string);
int select(int, int);
void send(const std::string &);
inline void sleep(const char *) {}
namespace net {
void poll();
void system(const char *);
} // namespace net
struct peer {
  void read();
  void wait(int);
  static void usleep(int);
};

weir::task<> own(peer p) {
  compress("x");
  connect("host");
  select(1, 2);
  send("x");
  sleep("long");
  net::poll();
  net::system("ls");
  p.read();
  p.wait(1);
  peer::usleep(1);
  using namespace net;
  poll();
  co_return;
}

weir::task<> theirs() {
  sleep(1); // expected-warning {{'sleep' puts to sleep}} expected-note {{}}
  ::poll(nullptr, 0, 1); // expected-warning {{'poll' blocks}} expected-note {{}}
  wait(nullptr); // expected-warning {{'wait' blocks}} expected-note {{}}
  co_return;
}

// Who asks whether a call would wait knows that it does not.
struct PGconn;
struct PGresult;
extern "C" PGresult *PQgetResult(PGconn *);
extern "C" int PQisBusy(PGconn *);
weir::task<> asks_first(PGconn *c) {
  while (!PQisBusy(c))
    if (!PQgetResult(c))
      co_return;
}
weir::task<> asks_nobody(PGconn *c) {
  PQgetResult(c); // expected-warning {{'PQgetResult'}} expected-note 0+ {{}}
  co_return;
}
