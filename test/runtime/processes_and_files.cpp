// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=thread %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/descriptors.hpp"

#include <weir/file.hpp>
#include <weir/subprocess.hpp>
#include <weir/udp_socket.hpp>
#include <weir/weir.hpp>

#include <csignal>

using namespace std::chrono_literals;
using weir::stdio;
using weir::subprocess;

static weir::task<> exit_codes() {
  subprocess good({"true"});
  CHECK(co_await good.wait() == 0);
  CHECK(co_await good.wait() == 0 && good.returncode() == 0);
  subprocess bad({"sh", "-c", "exit 3"});
  CHECK(co_await bad.wait() == 3);
  subprocess long_one({"sleep", "100"});
  CHECK(!long_one.returncode());
  long_one.terminate();
  CHECK(co_await long_one.wait() == -SIGTERM);
  long_one.kill(); // nothing
}

static weir::task<> program_that_is_not_there() {
  try {
    subprocess nothing({"no-such-program-here"});
    CHECK(false);
  } catch (const std::system_error &e) {
    CHECK(e.code() == std::errc::no_such_file_or_directory);
  }
  CHECK_THROWS(weir::usage_error, subprocess({}));
  co_return;
}

static weir::task<> communicate_both_ways() {
  subprocess cat({"cat"}, {.in = stdio::pipe, .out = stdio::pipe});
  const std::string data(300'000, 'c'); // more than two pipes hold
  auto r = co_await cat.communicate(data);
  CHECK(r.code == 0 && r.out == data && r.err.empty());
  CHECK_THROWS(weir::usage_error, cat.err());
}

static weir::task<> outputs_apart_and_merged() {
  const std::vector<std::string> both{"sh", "-c", "echo out; echo err >&2"};
  subprocess apart(both, {.out = stdio::pipe, .err = stdio::pipe});
  auto r = co_await apart.communicate();
  CHECK(r.out == "out\n" && r.err == "err\n");
  subprocess merged(both, {.out = stdio::pipe, .err = stdio::merge});
  r = co_await merged.communicate();
  CHECK(r.out == "out\nerr\n");
  subprocess silent(both, {.out = stdio::null, .err = stdio::null});
  CHECK(co_await silent.wait() == 0);
}

static weir::task<> line_by_line() {
  subprocess cat({"cat"}, {.in = stdio::pipe, .out = stdio::pipe});
  for (int i = 0; i < 3; ++i) {
    cat.in().write("line\n");
    CHECK(co_await cat.out().read_line() == "line\n");
  }
  cat.in().close();
  CHECK(co_await cat.out().read_line() == "");
  CHECK(co_await cat.wait() == 0);
}

static weir::task<> input_nobody_wants() {
  subprocess head({"true"}, {.in = stdio::pipe});
  auto r = co_await head.communicate(std::string(1 << 20, 'x'));
  CHECK(r.code == 0);
}

static weir::task<> cancelled_communicate_leaves_the_program_running() {
  subprocess p({"sh", "-c", "echo first; read line; echo $line"},
               {.in = stdio::pipe, .out = stdio::pipe});
  const auto reads_on = [&]() -> weir::task<> {
    co_await p.communicate(); // which would end its input
  };
  p.in().write(""); // is open
  auto reads = weir::create_task(p.out().read_all());
  co_await weir::sleep(50ms);
  reads.cancel();
  CHECK_THROWS(weir::cancelled, co_await reads);
  p.in().write("second\n");
  CHECK(co_await p.out().read_line() == "first\n"); // nothing is lost
  co_await reads_on();
  CHECK(p.returncode() == 0);

  subprocess sleeps({"sleep", "100"}, {.in = stdio::pipe, .out = stdio::pipe});
  auto t = weir::create_task(sleeps.communicate("x"));
  co_await weir::sleep(20ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(!sleeps.returncode() && ::kill(sleeps.pid(), 0) == 0);
}

static weir::task<> directory_and_environment() {
  subprocess p({"sh", "-c", "echo $PWD $COLOUR"},
               {.out = stdio::pipe,
                .directory = "/",
                .environment = std::vector<std::string>{"COLOUR=blue",
                                                        "PATH=/usr/bin:/bin"}});
  CHECK((co_await p.communicate()).out == "/ blue\n");
}

static weir::task<> cancelled_wait_and_dropped_process() {
  int pid = 0;
  {
    subprocess p({"sleep", "100"});
    pid = p.pid();
    auto t = weir::create_task(p.wait());
    co_await weir::sleep(10ms);
    t.cancel();
    CHECK_THROWS(weir::cancelled, co_await t);
    CHECK(::kill(pid, 0) == 0); // runs on
  }
  CHECK(::kill(pid, 0) != 0);
}

static weir::task<> datagrams() {
  const auto any = weir::address::ip("127.0.0.1", 0);
  weir::udp_socket server(any), client(any);
  auto echo = [&]() -> weir::task<> {
    auto d = co_await server.receive();
    co_await server.send_to("you said " + d.data, d.from);
  };
  auto t = weir::create_task(echo());
  client.connect(server.where());
  co_await client.send("hello");
  auto d = co_await client.receive();
  CHECK(d.data == "you said hello" && d.from == server.where());
  co_await t;

  co_await client.send("12345");
  CHECK((co_await server.receive(3)).data == "123"); // cut off
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout(10ms, client.receive()));
  server.close();
  co_await client.send("anybody?");
  CHECK_THROWS(std::system_error, co_await client.receive()); // refused
}

static weir::task<> two_receivers_are_refused() {
  weir::udp_socket s(weir::address::ip("127.0.0.1", 0));
  auto t = weir::create_task(s.receive());
  co_await weir::yield();
  CHECK_THROWS(weir::usage_error, co_await s.receive());
  s.close();
  CHECK_THROWS(std::system_error, co_await t);
}

static weir::task<> files() {
  const std::string path = "/tmp/weir-file-" + std::to_string(::getpid());
  co_await weir::write_file(path, "hello world");
  CHECK(co_await weir::read_file(path) == "hello world");
  {
    auto f = co_await weir::file::open(path);
    CHECK(co_await f.size() == 11);
    CHECK(co_await f.read_at(6, 100) == "world");
    CHECK(co_await f.read_at(100, 1) == "");
    CHECK_THROWS(std::system_error, co_await f.write_at(0, "x"));
    auto more = co_await weir::file::open(path, weir::file::append);
    co_await more.write_at(0, "!");
    co_await more.sync();
  }
  CHECK(co_await weir::read_file(path) == "hello world!");
  ::unlink(path.c_str());
  CHECK_THROWS(std::system_error, co_await weir::read_file(path));
  CHECK((co_await weir::read_file("/proc/self/status")).find("Pid:") !=
        std::string::npos); // has no size
}

int main() {
#define REAL(NAME) (std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  const int before = open_descriptors();
  REAL(exit_codes);
  REAL(program_that_is_not_there);
  REAL(communicate_both_ways);
  REAL(outputs_apart_and_merged);
  REAL(line_by_line);
  REAL(input_nobody_wants);
  REAL(cancelled_communicate_leaves_the_program_running);
  REAL(directory_and_environment);
  REAL(cancelled_wait_and_dropped_process);
  REAL(datagrams);
  REAL(two_receivers_are_refused);
  REAL(files);
  CHECK(open_descriptors() == before);
}
