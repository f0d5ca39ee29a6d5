// RUN: %verify=unawaited-task -Wno-everything %s
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-unawaited-task \
// RUN:   --config='{CheckOptions: {weir-unawaited-task.ExplicitDiscards: true}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include -I%root/test/models/Inputs 2>/dev/null | FileCheck %s --check-prefix=ALOUD
// RUN: %fix=unawaited-task %s | FileCheck %s --check-prefix=FIX

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>
#include <weir/task.hpp>

weir::task<int> work();

struct operation { // an awaiter by its shape alone
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
  operation on(int);
};
operation receive();
struct derived_operation : operation {};
derived_operation receive_more();
struct by_a_free_operator {};
operation operator co_await(by_a_free_operator);
by_a_free_operator receive_it();
struct look_alike { // no awaiter: await_suspend takes no handle
  bool await_ready();
  void await_suspend();
  int await_resume();
};
look_alike imitate();

template <class T> struct own_task { // nobody's library
  struct promise_type {
    own_task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
  own_task on(int executor);
};
own_task<int> own();

// How a coroutine begins may be up to a base class of its promise's, or to an
// awaiter that is suspend_always by another name.
template <class Promise> struct promise_base {
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
template <class Promise> struct eager_base : promise_base<Promise> {
  std::suspend_never initial_suspend();
};
template <class Promise, bool Lazy> struct either_base : promise_base<Promise> {};
template <class Promise> struct either_base<Promise, false> {
  std::suspend_never initial_suspend();
};
struct begins : std::suspend_always {
  void await_resume() noexcept { trace(); }
  static void trace();
};
struct waits_for_ever {
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) noexcept {}
  void await_resume() noexcept {}
};
struct begun_elsewhere : waits_for_ever {
  void await_suspend(std::coroutine_handle<> h) noexcept { h.resume(); }
};
template <class T> struct awaited_task {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class T> struct lazily_based : awaited_task<T> {
  struct promise_type : promise_base<promise_type> {
    lazily_based get_return_object();
    void return_value(T);
  };
};
template <class T> struct eagerly_based : awaited_task<T> {
  struct promise_type : eager_base<promise_type> {
    eagerly_based get_return_object();
    void return_value(T);
  };
};
template <class T> struct based_on_either : awaited_task<T> {
  struct promise_type : either_base<promise_type, sizeof(T) == 4> {
    based_on_either get_return_object();
    void return_value(T);
  };
};
struct begun_by_another : awaited_task<int> {
  struct promise_type : promise_base<promise_type> {
    begun_by_another get_return_object();
    begins initial_suspend();
    void return_value(int);
  };
};
struct begun_alike : awaited_task<int> {
  struct promise_type : promise_base<promise_type> {
    begun_alike get_return_object();
    waits_for_ever initial_suspend();
    void return_value(int);
  };
};
struct begun_at_once : awaited_task<int> {
  struct promise_type : promise_base<promise_type> {
    begun_at_once get_return_object();
    begun_elsewhere initial_suspend();
    void return_value(int);
  };
};
lazily_based<int> lazily();
eagerly_based<int> eagerly();
based_on_either<int> either();
begun_by_another derived();
begun_alike by_another_name();
begun_at_once elsewhere();

struct fire_and_forget { // owns itself: nobody can await it
  struct promise_type {
    fire_and_forget get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
};
fire_and_forget notify();

struct some_sender { // what P2300 calls one, whoever wrote it
  struct sender_concept {};
};
some_sender send_later();

weir::task<> in_a_coroutine(bool b) {
  work(); // expected-warning {{'weir::task<int>' is dropped, not awaited; it never runs}}
  // FIX: {{^}}  co_await work();
  (work()); // expected-warning {{dropped}}
  b ? work() : work(); // expected-warning {{dropped}} expected-warning {{dropped}}
  work(), work(); // expected-warning {{dropped}} expected-warning {{dropped}}
  b && (work(), true); // expected-warning {{dropped}}
  if (b)
    work(); // expected-warning {{dropped}}
  for (;; work()) // expected-warning {{dropped}}
    break;
  receive(); // expected-warning {{'operation' is dropped, not awaited}}
  receive().on(1); // expected-warning {{dropped}}
  receive_more(); // expected-warning {{dropped}}
  receive_it(); // expected-warning {{dropped}}
  auto kept = work();
  std::move(kept); // expected-warning {{'weir::task<int>' is moved nowhere and not awaited}}
  // FIX: {{^}}  co_await std::move(kept);
  send_later(); // expected-warning {{'some_sender' is dropped, not awaited; it never runs}}
  co_await work();
}
weir::task<> in_a_handler() {
  try {
    co_await work();
  } catch (...) {
    work(); // expected-warning {{dropped}}
    // FIX: {{^}}    work();
  }
}

own_task<int> of_another_library() {
  own(); // expected-warning {{'own_task<int>' is dropped}}
  // FIX: {{^}}  co_await own();
  own().on(1); // expected-warning {{dropped}}
  // FIX: {{^}}  co_await own().on(1);
  co_return co_await own();
}

void of_bases_and_awaiters() {
  lazily(); // expected-warning {{'lazily_based<int>' is dropped}}
  eagerly();
  either(); // which of the two bases is meant is not known here
  derived(); // expected-warning {{dropped}}
  by_another_name(); // expected-warning {{dropped}}
  elsewhere();
}

void in_a_function() {
  work(); // expected-warning {{dropped}}
  // FIX: {{^}}  work();
}
struct special {
  special() { work(); } // expected-warning {{dropped}}
  ~special() { work(); } // expected-warning {{dropped}}
};
auto in_a_lambda = [] { work(); }; // expected-warning {{dropped}}

// What P2300 asked of a sender before there was sender_concept, and a lock whose
// model says that nothing is locked unless it is awaited.
struct older_sender {
  template <template <class...> class V> using value_types = V<>;
  template <template <class...> class V> using error_types = V<int>;
  static constexpr bool sends_done = false;
};
older_sender schedule();
namespace folly::coro {
struct Mutex {
  struct operation {};
  operation co_lock();
  bool try_lock();
};
} // namespace folly::coro
void older_operations(folly::coro::Mutex &m) {
  schedule(); // expected-warning {{'older_sender' is dropped}}
  m.co_lock(); // expected-warning {{'operation' is dropped, not awaited; it never runs}}
  m.try_lock();
  auto kept = schedule();
}

std::vector<weir::task<int>> make_all();
std::tuple<weir::task<int>, weir::task<>> make_both();
void containers() {
  make_all(); // expected-warning {{each task in this 'std::vector<weir::task<int>>' is dropped}}
  make_both(); // expected-warning {{dropped}}
}

template <class T> weir::task<> in_a_template(T) {
  work(); // expected-warning {{dropped}}
  co_return;
}
template weir::task<> in_a_template(int);
template weir::task<> in_a_template(long);

// Kept, returned, handed on or dropped aloud: a decision, or another rule's.
void spawn(weir::task<int>);
struct holder {
  std::optional<weir::task<int>> member;
  void keeps(std::vector<weir::task<int>> &all) {
    auto later = work();
    [[maybe_unused]] auto unused = work();
    (void)work();
    // ALOUD: :[[@LINE-1]]:11: warning: 'weir::task<int>' is dropped
    std::ignore = work();
    // ALOUD: :[[@LINE-1]]:19: warning: 'weir::task<int>' is dropped
    spawn(work());
    all.push_back(work());
    member = work();
    auto passes_on = [] { return work(); };
    auto awaits = []() -> weir::task<int> { co_return co_await work(); };
  }
};

// Never evaluated, never made.
using result = decltype(work());
static_assert(!noexcept(work()));
static_assert(requires { work(); });

void not_tasks() {
  notify();
  imitate();
  std::suspend_always{};
}

[[clang::annotate("weir::droppable")]] weir::task<int> optional_work();
void marked() { optional_work(); }

// A call that is made to see it throw. What throws at once is no coroutine; a
// task in an assertion of a framework is weir-test-throw-on-lazy's.
weir::task<int> checked(int n) {
  if (n < 0)
    throw n;
  return work();
}
weir::task<int> throws_later(int n) {
  if (n < 0)
    throw n;
  co_return n;
}
template <class E, class F> void assert_throws(F) {}
#define EXPECT_THROW(statement, type) try { statement; } catch (const type &) {}
#define BOOST_CHECK_EXCEPTION(statement, type, predicate) try { statement; } catch (const type &) {}
#define EXPECT_CALL(object, call) ((object).gmock_##call)
struct mock {
  own_task<int> get();
  int gmock_get();
} object;
void throws() {
  assert_throws<int>([] { checked(-1); });
  assert_throws<int>([] { receive(); });
  assert_throws<int>([] { throws_later(-1); }); // expected-warning {{dropped}}
  EXPECT_THROW(checked(-1), int);
  EXPECT_THROW(throws_later(-1), int);
  EXPECT_CALL(object, get());
}
own_task<std::tuple<weir::task<>, int>> subscribe();
own_task<int> observes_an_exception() {
  BOOST_CHECK_EXCEPTION(co_await subscribe(), int, nullptr);
  co_await subscribe(); // expected-warning {{each task in this 'std::tuple<weir::task<>, int>' is dropped}}
}

// What is dropped may be what waits: the destructor does something.
template <class T> struct wait_here {
  T *of;
  ~wait_here() { of->wait_now(); }
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
template <class T> struct wait_for_value : wait_here<T> {};
struct eventual {
  wait_here<eventual> wait();
  wait_for_value<eventual> value();
  void wait_now();
};
struct owns_a_frame {
  std::coroutine_handle<> frame;
  ~owns_a_frame() {
    if (frame)
      frame.destroy();
  }
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
owns_a_frame make_frame();
void waits_by_dropping(eventual &e) {
  e.wait();
  e.value();
  make_frame(); // expected-warning {{dropped}}
}

struct has_operator {
  operation operator co_await() const;
};
void asks_for_the_awaiter(has_operator o) { o.operator co_await(); }
void test_of_dropping() {
  receive();
  work(); // expected-warning {{dropped}}
}

// A reference to a task is not a task of its own.
struct builder {
  weir::task<int> made;
  weir::task<int> &get();
};
void refers(builder &b) { b.get(); }

// Kept in a member, a global or an element of something.
weir::task<int> global_task;
struct keeps_it {
  weir::task<int> m_task;
  weir::task<int> both[2];
  void keep() {
    m_task = work();
    both[0] = work();
    global_task = work();
  }
};
weir::task<> awaitables_in_a_comma(bool b) {
  work(), receive(); // expected-warning {{'weir::task<int>' is dropped}} expected-warning {{'operation' is dropped}}
  b && (receive(), true); // expected-warning {{dropped}}
  co_return;
}

// What an iterator points to is the container's.
void erases(std::list<weir::task<int>> &all, std::vector<weir::task<int>> &more) {
  all.erase(all.begin());
  more.erase(more.begin());
}

// Its destructor starts what nobody awaited.
struct started_at_last {
  struct promise_type {
    started_at_last get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  ~started_at_last() {
    if (handle)
      handle.resume();
  }
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  std::coroutine_handle<promise_type> handle;
};
started_at_last begins();
void drops_what_begins() { begins(); }

// What the caller has already, a copy of which is given back, and what was begun
// before the awaitable was made.
struct shared_event {
  std::shared_ptr<bool> done;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  void add_callback(int);
};
shared_event any_of(shared_event any, shared_event next);
shared_event never_happens();
shared_event queues(int what) {
  never_happens().add_callback(what);
  return {};
}
shared_event only_describes(int what) { return {}; }
void of_events(shared_event any, shared_event next) {
  any_of(any, next);
  queues(1);
  only_describes(1); // expected-warning {{'shared_event' is dropped}}
}

// What queues the task it is given may hand it back.
struct queue_of_tasks {
  std::vector<std::coroutine_handle<>> ready;
  template <class T> T start(T &&task) {
    ready.push_back(nullptr);
    return std::move(task);
  }
  weir::task<int> only_hands_back(weir::task<int> task) { return task; }
};
weir::task<int> to_be_queued();
void queues_a_task(queue_of_tasks &queue) {
  queue.start(to_be_queued());
  queue.only_hands_back(to_be_queued()); // expected-warning {{is dropped}}
}

// A lock that is given must be held: to await it here would drop it.
#include <concurrencpp.hpp>
concurrencpp::result<void> locks(concurrencpp::async_lock &mutex) {
  mutex.lock(nullptr); // expected-warning {{is dropped}}
  // FIX: {{^}}  mutex.lock(nullptr);
  co_return;
}

// What is named after it starts something.
struct handle_of_work {
  std::coroutine_handle<> work;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
handle_of_work spawn(int);
handle_of_work connect(int);
void begins_work() {
  spawn(1);
  connect(1); // expected-warning {{is dropped}}
}

// An eager task that destroys its frame is cut off where it is suspended.
namespace cut_off {
template <class Job, class AtEnd = std::suspend_always> struct promise {
  Job get_return_object();
  std::suspend_never initial_suspend() noexcept { return {}; }
  AtEnd final_suspend() noexcept { return {}; }
  void return_void();
  void unhandled_exception();
};
struct awaitable {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
template <class T> struct owner {
  std::coroutine_handle<> handle;
  ~owner() {
    if (handle)
      handle.destroy();
  }
};
template <class T> struct job : owner<T>, awaitable {
  using promise_type = promise<job>;
};
template <class T> struct asking : awaitable {
  using promise_type = promise<asking>;
  ~asking() {
    if (handle && handle.done())
      handle.destroy();
  }
  std::coroutine_handle<> handle;
};
struct told : awaitable {
  using promise_type = promise<told>;
  ~told() {
    bool is_done = handle.done();
    if (is_done)
      handle.destroy();
  }
  std::coroutine_handle<> handle;
};
told is_told(int);
struct freed : owner<int>, awaitable {
  using promise_type = promise<freed, std::suspend_never>;
};
job<int> sends(int);
asking<int> goes_on(int);
freed frees_itself(int);
job<int> at_once(int) { co_return; }
job<int> suspends(int n) { co_await sends(n); }
void drops() {
  sends(1); // expected-warning {{'job<int>' is dropped, not awaited; it is cancelled here}}
  goes_on(1);
  is_told(1);
  frees_itself(1);
  at_once(1);
  suspends(1); // expected-warning {{is dropped, not awaited; it is cancelled here}}
}
} // namespace cut_off

// An await there would have the guard across a suspension: no fix.
namespace under_a_guard {
struct guard {
  explicit guard(int);
};
weir::task<> saves();
weir::task<> drops(std::mutex &m) {
  std::lock_guard lock(m);
  saves(); // expected-warning {{never runs}}
  // FIX: {{^}}  saves(); //
  co_return;
}
} // namespace under_a_guard

// A promise asks its base for what that does, and begins in its own way.
namespace asks_its_base {
struct begins {
  static bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  void await_resume() const noexcept {}
};
struct base {
  begins initial_suspend() noexcept;
};
struct promise : base {
  std::suspend_always initial_suspend() noexcept {
    base::initial_suspend();
    return {};
  }
};
} // namespace asks_its_base
