// RUN: %roles %s
//
// run_async(executor) makes what is called with the task.

#include "capy.hpp"

template <class T> using task = boost::capy::task<T>;
extern boost::corosio::io_context io;
#define SLEEP(...) boost::corosio::timer(io, __VA_ARGS__).wait()
#define SYNC_WAIT(task) (boost::capy::run_async(io.get_executor())(task), io.run())
#define SPAWN(...) boost::capy::run_async(io.get_executor())(__VA_ARGS__)
#define GATHER(...) boost::capy::when_all(__VA_ARGS__)
#include "roles.hpp"

task<void> polls() {
  io.poll();
  boost::capy::run_async(io.get_executor()); // expected-warning {{is dropped, not awaited; it never runs}}
  co_return;
}

// expected-warning@#dropped {{'task<int>' (aka 'boost::capy::task<int>') is dropped, not awaited; it never runs}}
// expected-warning@#sync_wait {{'boost::corosio::io_context::run' blocks}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}
