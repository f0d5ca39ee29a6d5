// RUN: %verify=unknown-annotation -Wno-everything %s

#include <weir/task.hpp>

[[clang::annotate("weir::ofload")]] void offload(void (*)()); // expected-warning {{'weir::ofload' is no role, and says nothing (did you mean 'offload'?)}}
[[clang::annotate("weir::is_great")]] void greets(); // expected-warning {{'weir::is_great' is no role, and says nothing}}
[[clang::annotate("weir::")]] void empty(); // expected-warning {{'weir::' is no role}}
[[clang::annotate("weir::token")]] inline constexpr int token = 0; // expected-warning {{'weir::token' is a role that means nothing without what only a model can say}}
struct [[clang::annotate("weir::spawn")]] spawner { // expected-warning {{'weir::spawn' is the role of a function, and says nothing here}}
  template <class F> [[clang::annotate("weir::pots")]] void post(F f) { f(); } // expected-warning {{(did you mean 'post'?)}}
};
void instantiates(spawner s) {
  s.post([] {});
  s.post([] { empty(); });
}

[[clang::annotate("weir::offload")]] void right(void (*)());
struct object { void operator()(weir::task<>) const; };
[[clang::annotate("weir::spawn")]] inline constexpr object named{};
[[clang::annotate("theirs::ofload")]] void not_ours();
[[clang::annotate("weird")]] void not_ours_either();
template <class T> [[clang::annotate("weir::sync_wait")]] void of(T);
