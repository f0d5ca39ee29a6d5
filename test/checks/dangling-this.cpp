// RUN: %verify=dangling-this -Wno-everything %s
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-dangling-this \
// RUN:   --config='{CheckOptions: {weir-dangling-this.EveryClass: true}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include 2>&1 | FileCheck %s --check-prefix=EVERY

#include <coroutine>
#include <memory>
#include <weir/create_task.hpp>
#include <weir/run.hpp>
#include <weir/task.hpp>
#include <weir/task_group.hpp>

weir::task<> f(int);

struct session : std::enable_shared_from_this<session> {
  int fd;
  weir::task<> run() { co_await f(fd); } // expected-note 0+ {{the object is used here}}
  weir::task<> needs_nothing() { co_await f(1); }
  void start() {
    weir::create_task(run()); // expected-warning {{nothing here keeps the object of 'run' alive until it is done}} expected-note {{it is started here, and not waited for}} expected-note {{let it hold a shared_ptr to the object, or wait for it in the destructor}}
    weir::create_task(needs_nothing());
  }
  weir::task<> waits() {
    auto running = weir::create_task(run());
    co_await running;
  }
  weir::task<> awaits() { co_await run(); }
  void blocks() { weir::run(run()); }
};

// A shared pointer goes along.
struct shared : std::enable_shared_from_this<shared> {
  int fd;
  weir::task<> run() {
    auto self = shared_from_this();
    co_await f(fd);
  }
  weir::task<> run_with(std::shared_ptr<shared> self) { co_await f(fd); }
  void start() {
    weir::create_task(run());
    weir::create_task(run_with(shared_from_this()));
  }
};

// What makes the task may be called by the library.
#define ASIO_HAS_CO_AWAIT
#define ASIO_HAS_STD_COROUTINE
#include <asio.hpp>
#include <functional>
struct connection : std::enable_shared_from_this<connection> {
  asio::io_context &io;
  int fd;
  asio::awaitable<void> wait();
  asio::awaitable<void> read_with(std::shared_ptr<connection>) { co_await wait(); }
  asio::awaitable<void> waits() {
    co_await asio::co_spawn(io, [this] { return read(); }, asio::use_awaitable);
    co_await asio::co_spawn(io, [this]() -> asio::awaitable<void> { co_await read(); }, asio::use_awaitable);
  }
  asio::awaitable<void> read() {
    co_await wait(); // expected-note 2 {{the object is used here}}
    fd = 0;
  }
  void start() {
    asio::co_spawn(io, [this] { return read(); }, asio::detached); // expected-warning {{nothing here keeps the object of 'read' alive}} expected-note 2 {{}}
    asio::co_spawn(io, std::bind(&connection::read, this), asio::detached); // expected-warning {{of 'read' alive}} expected-note 2 {{}}
    asio::co_spawn(io, [this, self = shared_from_this()] { return read(); }, asio::detached);
    asio::co_spawn(io, [self = shared_from_this()] { return self->read(); }, asio::detached);
    asio::co_spawn(io, [this] { return read_with(shared_from_this()); }, asio::detached);
    asio::co_spawn(io, [this] { return read(); }, asio::use_future).get();
    asio::co_spawn(io, std::bind(&connection::read, shared_from_this()), asio::detached);
  }
};

struct with_threads : std::enable_shared_from_this<with_threads> {
  int fd;
  asio::thread_pool threads;
  asio::awaitable<void> read();
  void start() { asio::co_spawn(threads, read(), asio::detached); }
};
asio::awaitable<void> with_threads::read() {
  co_await asio::post(asio::use_awaitable);
  fd = 0;
}

// Objects that count their references.
namespace winrt {
template <class D> struct com_ptr {};
template <class D, class... I> struct implements {
  com_ptr<D> get_strong();
};
} // namespace winrt
template <class D> struct page_base : winrt::implements<D> {};
struct page : page_base<page> {
  int image;
  weir::task<> load() { co_await f(image); } // expected-note {{used here}}
  weir::task<> keeps() {
    auto strong = get_strong();
    co_await f(image);
  }
  void clicked() {
    weir::create_task(load()); // expected-warning {{nothing here keeps the object of 'load' alive}} expected-note 2 {{}}
    weir::create_task(keeps());
  }
};

// The class sees to it.
struct waits_at_its_end : std::enable_shared_from_this<waits_at_its_end> {
  int fd;
  void stop_and_wait();
  ~waits_at_its_end() { stop_and_wait(); }
  weir::task<> run() { co_await f(fd); }
  void start() { weir::create_task(run()); }
};
struct unseen_destructor : std::enable_shared_from_this<unseen_destructor> {
  int fd;
  ~unseen_destructor();
  weir::task<> run() { co_await f(fd); }
  void start() { weir::create_task(run()); }
};
struct own_scope : std::enable_shared_from_this<own_scope> {
  int fd;
  weir::task_group *elsewhere;
  weir::task_group &tasks;
  weir::task<> run() { co_await f(fd); }
  void start() { tasks.create_task(run()); }
};

// It ends itself when it is done.
struct deletes_itself : std::enable_shared_from_this<deletes_itself> {
  int fd;
  weir::task<> run() {
    co_await f(fd);
    delete this;
  }
  void start() { weir::create_task(run()); }
};

// What ends its coroutine when it is destroyed ends with the object it is in.
namespace kj { // as its model describes it
template <class T> struct Promise {
  struct promise_type {
    std::suspend_never initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
    Promise get_return_object();
  };
  template <class F> Promise eagerlyEvaluate(F &&);
  template <class F> void detach(F &&);
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
} // namespace kj
kj::Promise<int> next();
extern kj::Promise<void> elsewhere;
struct server : std::enable_shared_from_this<server> {
  kj::Promise<void> accept() { count += co_await next(); } // expected-note {{it may be suspended here}} expected-note {{the object is used here}}
  void start() {
    loop = accept().eagerlyEvaluate([](int) {});
    elsewhere = accept().eagerlyEvaluate([](int) {}); // expected-warning {{nothing here keeps the object of 'accept' alive}} expected-note 2 {{}}
  }
  int count = 0;
  kj::Promise<void> loop;
};

// To make another task called `run` waits for nothing.
struct twice : std::enable_shared_from_this<twice> {
  int fd;
  weir::task<> run() { co_await f(fd); } // expected-note 0+ {{the object is used here}}
  void start() {
    weir::create_task(run()); // expected-warning {{nothing here keeps the object of 'run' alive}} expected-note 2 {{}}
    weir::create_task(run()); // expected-warning {{nothing here keeps the object of 'run' alive}} expected-note 2 {{}}
  }
};

// An eager coroutine goes on when it is called and dropped.
struct fire_and_forget {
  struct promise_type {
    fire_and_forget get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
};
struct window : std::enable_shared_from_this<window> {
  int handle;
  fire_and_forget notify() { handle = co_await next(); } // expected-note 2 {{}}
  void activated() { notify(); } // expected-warning {{nothing here keeps the object of 'notify' alive}} expected-note 2 {{}}
};

// To own something else keeps nobody alive.
struct server_of_sessions : std::enable_shared_from_this<server_of_sessions> {
  int fd;
  weir::task<> serve(std::shared_ptr<session> each) { co_await f(fd); } // expected-note 0+ {{}}
  void start(std::shared_ptr<session> each) {
    weir::create_task(serve(each)); // expected-warning {{nothing here keeps the object of 'serve' alive}} expected-note 2 {{}}
  }
};

// Of an object that is not shared its owner knows how long it lives.
struct owned {
  int fd;
  weir::task<> run() { co_await f(fd); }
  void start() {
    weir::create_task(run());
    // EVERY: :[[@LINE-1]]:23: warning: nothing here keeps the object of 'run' alive until it is done
  }
};

// Who is told of the end keeps it.
struct told : std::enable_shared_from_this<told> {
  int fd;
  weir::task<> run() { co_await f(fd); }
  void start() {
    weir::create_task(run()).add_done_callback([self = shared_from_this()](auto) {});
  }
};
struct base : std::enable_shared_from_this<base> {};
struct derived : base {
  int fd;
  weir::task<> run() { co_await f(fd); } // expected-note 0+ {{the object is used here}}
  void start() {
    weir::create_task(run()); // expected-warning {{nothing here keeps the object of 'run' alive}} expected-note 2 {{}}
  }
};
