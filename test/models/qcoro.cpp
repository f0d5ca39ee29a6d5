// RUN: %roles %s
//
// A task of QCoro runs whether it is awaited or not, and is not cancelled.
// There is no mutex for coroutines and nothing that gathers.

#include "qcoro.hpp"

template <class T> using task = QCoro::Task<T>;
extern QThread *other;
#define SLEEP(...) QCoro::sleepFor(__VA_ARGS__)
#define SYNC_WAIT(...) QCoro::waitFor(__VA_ARGS__)
#define OFFLOAD(...) QtConcurrent::run(__VA_ARGS__)
#define TO_POOL QCoro::moveToThread(other)
#define SPAWN(...) __VA_ARGS__
#include "roles.hpp"

// What is called once is gone then; then() awaits what it calls.
void lambdas_of_slots(QObject *object, int x) {
  QTimer::singleShot(0, object, [x]() -> task<void> { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
  QCoro::connect(work(), object, [x](int) -> task<void> { // expected-warning {{uses its capture 'x' when the call}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
  work().then([x](int) -> task<void> {
    co_await work();
    print(x);
  });
}

// expected-note@#sleep {{write 'co_await QCoro::sleepFor(1s)'}}
// expected-warning@#sync_wait {{'QCoro::waitFor' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await QtConcurrent::run([&] { return kept(); })'}}
// expected-note@#spawned {{pass 'x' as a parameter}}

// A device is no disk, though its name is made by Qt's own macro.
struct QStringData {};
namespace QtPrivate {
template <unsigned long N> QStringData qMakeStringPrivate(const char16_t (&)[N]);
}
struct QString { QString(QStringData); };
struct QFile {
  QFile(QString);
  bool open(int);
};
task<void> opens_a_device() {
  QFile device(QString(QtPrivate::qMakeStringPrivate(u"/dev/stdin")));
  device.open(1);
  QFile file(QString(QtPrivate::qMakeStringPrivate(u"/home/file")));
  file.open(1); // expected-warning {{'QFile::open' does blocking I/O}} expected-note 0+ {{}}
  co_await work();
}
