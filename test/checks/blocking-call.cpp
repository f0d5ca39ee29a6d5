// RUN: %verify=blocking-call -Wno-everything %s
// RUN: %fix=blocking-call %s | FileCheck %s --check-prefix=FIX

#include <condition_variable>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <cstdio>
#include <fstream>
#include <future>
#include <iostream>
#include <latch>
#include <netdb.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <semaphore>
#include <sstream>
#include <thread>
#include <unistd.h>
#include <weir/weir.hpp>

using namespace std::chrono_literals;

std::string read_all(int fd) {
  std::this_thread::sleep_for(1s); // expected-note 8 {{'read_all' calls 'std::this_thread::sleep_for', which blocks}}
  return {};
}
weir::task<> send(std::string);
bool ready() {
  ::sleep(1); // expected-note 2 {{'ready' calls 'sleep', which blocks}}
  return true;
}
void log(std::string);

weir::task<> direct() {
  std::this_thread::sleep_for(1s); // expected-warning {{'std::this_thread::sleep_for' puts to sleep the thread that runs coroutine 'direct'}} expected-note {{write 'co_await weir::sleep(1s)'}}
  // FIX: {{^}}  co_await weir::sleep(1s);
  co_return;
}

weir::task<> in_an_argument(int fd) {
  log(read_all(fd)); // expected-warning {{'read_all' puts to sleep}} expected-note {{write}}
  // FIX: {{^}}  log(co_await weir::to_thread(
  co_return;
}
weir::task<> in_an_argument_of_an_await(int fd) {
  co_await send(read_all(fd)); // expected-warning {{'read_all' puts to sleep}} expected-note {{write}}
}
weir::task<> in_a_condition() {
  co_await (ready() ? send("x") : send("y")); // expected-warning {{'ready' puts to sleep}} expected-note {{write}}
}

int slow(int fd = (read_all(0), 0));
weir::task<> in_a_default_argument() {
  slow(); // expected-warning {{'read_all' puts to sleep}}
  co_return;
}

weir::task<> through_a_lambda() {
  auto l = [] { std::this_thread::sleep_for(1s); }; // expected-note {{'lambda' calls 'std::this_thread::sleep_for'}}
  l(); // expected-warning {{'lambda' puts to sleep}} expected-note {{write}}
  co_return;
}
weir::task<> through_an_invoked_lambda(int fd) {
  [&] { read_all(fd); }(); // expected-warning {{'lambda' puts to sleep}} expected-note {{'lambda' calls 'read_all'}} expected-note {{write}}
  co_return;
}

void spawn(weir::task<>);
void of_an_inner_coroutine() {
  auto inner = []() -> weir::task<> {
    ::sleep(1); // expected-warning {{'sleep' puts to sleep the thread that runs coroutine 'lambda'}} expected-note {{write}}
    co_return;
  };
  spawn(inner());
}

// The whole way is shown, and the report stands in the coroutine.
static std::string load(int fd) { return read_all(fd); } // expected-note {{'load' calls 'read_all'}}
static std::string config() { return load(3); } // expected-note {{'config' calls 'load'}}
weir::task<> through_a_chain() {
  config(); // expected-warning {{'config' puts to sleep the thread that runs coroutine 'through_a_chain'}} expected-note {{write}}
  config();
  co_return;
}

// What to write instead is one line, however the call is laid out.
int slow_sum(int first, int second) {
  ::sleep(1); // expected-note {{'slow_sum' calls 'sleep'}}
  return first + second;
}
weir::task<> over_two_lines() {
  // expected-warning@+1 {{'slow_sum' puts to sleep}} expected-note@+1 {{write 'co_await weir::to_thread([&] { return slow_sum(1, 2); })'}}
  slow_sum(1,
           2);
  co_return;
}

// Implicit calls: constructors and destructors.
struct guard {
  guard() { ::sleep(1); } // expected-note {{'guard::guard' calls 'sleep'}}
};
struct closer {
  ~closer() { ::sleep(1); } // expected-note 4 {{'closer::~closer' calls 'sleep'}}
};
struct owns_one;
void keep(std::unique_ptr<closer>);
void keep(owns_one &&);
weir::task<> in_a_constructor() {
  guard g; // expected-warning {{'guard::guard' puts to sleep}}
  co_return;
}
weir::task<> in_a_destructor() {
  closer c; // expected-warning {{'closer::~closer' puts to sleep}}
  co_return;
}
struct owns_one {
  closer c;
};
struct derives : owns_one {};
weir::task<> in_destructors_that_nobody_wrote() {
  derives d; // expected-warning {{'closer::~closer' puts to sleep}}
  co_return;
}
weir::task<> in_that_of_a_pointer() {
  auto owned = std::make_unique<closer>(); // expected-warning {{'closer::~closer' puts to sleep}}
  co_return;
}
std::unique_ptr<closer> makes_one() {
  auto made = std::make_unique<closer>();
  return made;
}
struct joins_at_its_end {
  std::thread thread;
  void detach() { thread.detach(); }
  ~joins_at_its_end() {
    if (thread.joinable())
      thread.join();
  }
};
struct has_one {
  joins_at_its_end worker;
};
weir::task<> may_have_let_go() {
  auto taken = makes_one();
  std::unique_ptr<closer> none;
  joins_at_its_end local;
  local.detach();
  has_one parts;
  parts.worker.detach();
  auto pointed = new has_one;
  delete pointed;
  co_return;
}
weir::task<> deletes() {
  auto raw = new owns_one;
  delete raw; // expected-warning {{'closer::~closer' puts to sleep}}
  co_return;
}
weir::task<> moves_them_away() {
  auto given = std::make_unique<closer>();
  keep(std::move(given));
  owns_one moved;
  keep(std::move(moved));
  co_return;
}
weir::task<> joins() {
  std::jthread t([] {}); // expected-warning {{'std::jthread::~jthread' blocks}}
  co_return;
}

weir::task<> other_kinds(std::condition_variable &cv, std::unique_lock<std::mutex> &lock,
                         std::latch &l, std::counting_semaphore<> &s) {
  cv.wait(lock); // expected-warning {{'std::condition_variable::wait' blocks}} expected-note 0+ {{write}}
  l.wait(); // expected-warning {{'std::latch::wait' blocks}} expected-note 0+ {{write}}
  s.acquire(); // expected-warning {{blocks}} expected-note 0+ {{write}}
  std::system("ls"); // expected-warning {{'system' blocks}} expected-note 0+ {{write}}
  addrinfo *found;
  getaddrinfo("a", "b", nullptr, &found); // expected-warning {{'getaddrinfo' waits for the network on}} expected-note 0+ {{write}}
  waitpid(1, nullptr, 0); // expected-warning {{'waitpid' blocks}} expected-note 0+ {{write}}
  std::ifstream f("name"); // expected-warning {{does blocking I/O on}} expected-note 0+ {{write}}
  std::filesystem::exists("name"); // expected-warning {{'std::filesystem::exists' does blocking I/O on}} expected-note 0+ {{write}}
  co_return;
}

// Arguments decide.
constexpr auto nothing = 0s;
weir::task<> does_not_wait(std::counting_semaphore<> &s, std::mutex &m, pollfd *fds, int fd) {
  m.try_lock();
  s.try_acquire();
  poll(fds, 1, 0);
  waitpid(1, nullptr, WNOHANG);
  char c;
  recv(fd, &c, 1, MSG_DONTWAIT);
  std::this_thread::sleep_for(0s);
  std::this_thread::sleep_for(nothing);
  std::unique_lock<std::mutex> tried(m, std::try_to_lock), later(m, std::defer_lock);
  co_return;
}

// The program ends here, and may take its time.
void report_crash() { ::sleep(1); }
weir::task<> gives_up(bool bad, bool odd) {
  if (bad) {
    ::sleep(1);
    report_crash();
    std::exit(1);
  }
  if (odd) {
    ::sleep(1); // expected-warning {{puts to sleep}} expected-note {{write}}
  }
  co_return;
}

// Runs elsewhere.
weir::task<> offloads(int fd) {
  co_await weir::to_thread([=] { return read_all(fd); });
  std::thread([=] { read_all(fd); }).detach();
}

// A mention is no call; a namesake is not the thing; memory is not a file.
namespace mine {
void sleep_for(std::chrono::seconds);
struct channel { weir::task<> wait(); void lock(); };
} // namespace mine
weir::task<> not_calls(mine::channel &c) {
  auto f = &read_all;
  mine::sleep_for(1s);
  co_await c.wait();
  c.lock();
  std::stringstream memory;
  memory << "x";
  std::filesystem::path p = std::filesystem::path("a") / "b";
  p.filename();
  std::cerr << "x";
  co_await weir::sleep(1s);
}

// Not a coroutine: it may block; whether a coroutine calls it is the caller's.
void plain() { ::sleep(1); }

// Unknown is silent.
weir::task<> unknown(void (*f)(), std::function<void()> g) {
  f();
  g();
  co_return;
}

// The code knows best.
void told() [[clang::blocking]];
void asserted(int fd) [[clang::nonblocking]];
[[clang::annotate("weir::non_blocking")]] void in_fact_quick() { ::sleep(1); }
weir::task<> as_told(int fd) {
  told(); // expected-warning {{'told' blocks}} expected-note {{write}}
  asserted(fd);
  in_fact_quick();
  co_return;
}

// What a known library does inside is its own business.
weir::task<> uses_a_library(weir::queue<int> &q) {
  weir::event e;
  e.set();
  co_await q.put(1);
}

// The member of a task that waits for it, unless it was awaited already.
struct started {
  struct promise_type {
    started get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_value(int);
    void unhandled_exception();
    std::binary_semaphore done{0};
    int value;
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
  int result() {
    frame.promise().done.acquire(); // expected-note {{'started::result' calls 'std::counting_semaphore::acquire', which blocks}}
    return frame.promise().value;
  }
  std::coroutine_handle<promise_type> frame;
};
started begin();
struct both {
  both(started &, started &);
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
started results() {
  started a = begin(), b = begin(), c = begin();
  both all(a, b);
  co_await all;
  co_return a.result() + b.result() + c.result(); // expected-warning {{'started::result' blocks the thread}}
}

// Writing for people to read is let be, writing to a file is not.
weir::task<> writes(FILE *file) {
  fprintf(stderr, "a");
  fflush(stdout);
  fwrite("a", 1, 1, stdout);
  fwrite("a", 1, 1, file); // expected-warning {{'fwrite' does blocking I/O}} expected-note {{write}}
  fprintf(file, "a"); // expected-warning {{'fprintf' does blocking I/O}} expected-note {{write}}
  co_return;
}

// fcntl waits only for a lock.
weir::task<> sets_a_flag(int fd) {
  fcntl(fd, F_SETFL, O_NONBLOCK);
  fcntl(fd, F_SETLKW, nullptr); // expected-warning {{'fcntl' blocks}} expected-note {{write}}
  co_return;
}

// The future of a std::async that nobody keeps waits at once; one that nobody
// asks, at the end of its scope.
weir::task<> drops_a_future() {
  std::async(std::launch::async, [] {}); // expected-warning {{'std::async' blocks}}
  auto kept = std::async(std::launch::async, [] {}); // expected-warning {{'std::async' blocks}}
  co_return;
}

// A file's own function may be called like one of the C library.
static void pause(const char *song) {}
weir::task<> pauses() {
  pause("song");
  co_return;
}

// Each blocking site once; what is done with its result is nothing more.
weir::task<> two_sites(int fd) {
  read_all(fd).size(); // expected-warning {{'read_all' puts to sleep}} expected-note {{write}}
  ready(); // expected-warning {{'ready' puts to sleep}} expected-note {{write}}
  read_all(fd).size();
  co_return;
}

// More calls that nobody wrote: of a base, of a conversion, of an iterator.
struct slow_base {
  slow_base() { ::sleep(1); } // expected-note {{'slow_base::slow_base' calls 'sleep'}}
};
struct of_a_slow_base : slow_base {
  int n = 0;
  of_a_slow_base() : n(1) {} // expected-note {{'of_a_slow_base::of_a_slow_base' calls 'slow_base::slow_base'}}
};
struct slow_to_convert {
  operator int() const { return ::sleep(1); } // expected-note {{calls 'sleep'}}
};
void take(int);
weir::task<> more_implicit_calls(slow_to_convert s) {
  of_a_slow_base b; // expected-warning {{'of_a_slow_base::of_a_slow_base' puts to sleep}} expected-note 0+ {{write}}
  take(s); // expected-warning {{'slow_to_convert::operator int' puts to sleep}} expected-note 0+ {{write}}
  co_return;
}
weir::task<> of_the_disk(std::filesystem::path p) {
  std::filesystem::file_size(p); // expected-warning {{'std::filesystem::file_size' does blocking I/O on}} expected-note 0+ {{write}}
  for (auto &each : std::filesystem::directory_iterator(p)) // expected-warning 2 {{does blocking I/O on}} expected-note 0+ {{write}}
    take(1);
  co_return;
}

// Zero is zero where a field that nobody changes holds it.
struct settings {
  static constexpr int at_once = 0;
  const std::chrono::milliseconds none{0};
};
weir::task<> waits_for_nothing(std::condition_variable &cv, std::unique_lock<std::mutex> &lock,
                               std::future<int> &f, epoll_event *events, settings s) {
  cv.wait_for(lock, 0s);
  f.wait_for(0s);
  epoll_wait(3, events, 1, 0);
  epoll_wait(3, events, 1, settings::at_once);
  f.wait_for(s.none);
  cv.wait_for(lock, 1s); // expected-warning {{blocks}} expected-note 0+ {{write}}
  co_return;
}

// The work is elsewhere, but the future that nobody keeps waits for it.
weir::task<> starts_and_waits() {
  std::async(std::launch::async, [] { report_crash(); }); // expected-warning {{'std::async' blocks}}
  co_return;
}

// What people read at a console.
weir::task<> writes_for_people() {
  std::fprintf(stderr, "x");
  std::printf("x");
  std::clog << "x";
  co_return;
}

// The twin that could be awaited is not the function itself.
struct reader {
  std::string read_now() { return read_all(3); } // expected-note 0+ {{calls 'read_all'}}
  weir::task<std::string> read_now_async() {
    auto text = read_now(); // expected-warning {{'reader::read_now' puts to sleep}} expected-note {{write 'co_await weir::to_thread}}
    co_return text;
  }
};

// What the kernel makes up is on no disk.
weir::task<> asks_the_kernel() {
  std::ifstream load("/proc/loadavg");
  std::ifstream random("/dev/urandom");
  std::FILE *routes = std::fopen("/proc/net/route", "r");
  char line[80];
  std::fgets(line, sizeof line, routes);
  std::FILE *links;
  if (!(links = std::fopen("/proc/net/dev", "r")))
    co_return;
  std::fgets(line, sizeof line, links);
  const std::string devices = "/sys/bus/i2c/devices/";
  const std::string path = devices + "1-0050" + "/name";
  std::filesystem::exists(path);
  int fd = ::open(path.c_str(), O_RDONLY);
  std::string own = "/proc/self/status";
  own = read_all(fd); // expected-warning {{'read_all' puts to sleep}} expected-note 0+ {{}}
  std::filesystem::exists(own); // expected-warning {{'std::filesystem::exists' does blocking I/O}} expected-note 0+ {{}}
  co_await weir::sleep(1s);
}
