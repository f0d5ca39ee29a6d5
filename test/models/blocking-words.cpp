// RUN: %verify=blocking-call -Wno-everything %s
//
// clang's own words for what blocks, wherever a type can carry them.

#include <thread>
#include <weir/task.hpp>

using namespace std::chrono_literals;

void declared() [[clang::blocking]];
template <class T> void of(T) [[clang::blocking]];
struct closing { ~closing() [[clang::blocking]]; };
weir::task<> calls(void (*pointer)() [[clang::blocking]], void (*unknown)()) {
  declared(); // expected-warning {{'declared' blocks the thread that runs coroutine 'calls'}} expected-note {{}}
  of(1); // expected-warning {{'of' blocks}} expected-note {{}}
  pointer(); // expected-warning {{'pointer' blocks}} expected-note {{}}
  unknown();
  co_return;
}

inline void sleeps() { std::this_thread::sleep_for(1s); }
inline void trusted() [[clang::nonblocking]] { sleeps(); }
template <class T> void trusted_for(T) [[clang::nonblocking]] { sleeps(); }
weir::task<> trusts(void (*pointer)() [[clang::nonblocking]]) {
  trusted();
  trusted_for(1);
  pointer();
  co_return;
}

struct device {
  virtual void read() [[clang::blocking]] = 0;
  virtual void peek() [[clang::nonblocking]] = 0;
};
struct file final : device {
  void read() override;
  void peek() override;
};
weir::task<> uses(device &d, file &f) {
  d.read(); // expected-warning {{'device::read' blocks}} expected-note {{}}
  d.peek();
  f.read(); // expected-warning {{'file::read' blocks}} expected-note {{}}
  f.peek();
  co_return;
}
