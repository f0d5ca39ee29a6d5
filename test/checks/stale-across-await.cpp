// RUN: %verify=stale-across-await -Wno-everything %s
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-stale-across-await \
// RUN:   --config='{CheckOptions: {weir-stale-across-await.ThreadLocals: true}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include -I%root/test/models/Inputs 2>&1 | FileCheck %s --check-prefix=THREAD

#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include <weir/lock.hpp>
#include <weir/task.hpp>
#include <weir/weir.hpp>

using weir::task;
task<int> f();
task<int> receive();
void use(int);
void log(std::string_view);

struct element {
  int x;
  task<> run();
};
struct server {
  std::map<int, int> map;
  std::vector<element> all;
  std::string name;
  std::vector<int> fixed; // only the constructor fills it
  weir::lock lock;

  server() { fixed.push_back(1); }
  void insert(int k) {
    map.insert({k, k});
    map.erase(k - 1);
    all.push_back({k});
    name += "x";
  }

  task<> iterator(int k) {
    auto it = map.find(k); // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    use(it->second); // expected-warning {{'it' refers into 'map', which may have changed while the coroutine was suspended}} expected-note {{take it again}}
  }
  task<> reference() {
    auto &e = all.back(); // expected-note {{}}
    co_await f(); // expected-note {{}}
    e.x = 1; // expected-warning {{'e' refers into 'all'}} expected-note {{}}
  }
  task<> view() {
    std::string_view v = name; // expected-note {{}}
    co_await f(); // expected-note {{}}
    log(v); // expected-warning {{'v' refers into 'name'}} expected-note {{}}
  }
  task<> in_a_loop() {
    for (auto &e : all) // expected-note {{go over a copy}}
      co_await e.run(); // expected-warning {{the loop goes on over 'all' after a suspension in which it may change}}
  }

  task<> taken_again(int k) {
    auto it = map.find(k);
    co_await f();
    it = map.find(k);
    use(it->second);
  }
  task<> used_before(int k) {
    auto it = map.find(k);
    use(it->second);
    co_await f();
  }
  task<> copied() {
    auto copy = all;
    for (auto &e : copy)
      co_await e.run();
    auto n = all.size();
    co_await f();
    use(n);
  }
  task<> nobody_changes_it() {
    for (int each : fixed)
      use(co_await f() + each);
  }
  task<> locked(int k) {
    auto held = co_await lock.scoped();
    auto it = map.find(k);
    co_await f();
    use(it->second);
  }
};
task<> its_own(int k) {
  std::map<int, int> local;
  auto it = local.find(k);
  co_await f();
  use(it->second);
}

thread_local int depth;
task<> of_the_thread() {
  ++depth;
  co_await f();
  --depth;
  // THREAD: :[[@LINE-1]]:5: warning: after a suspension 'depth' may be another thread's
}
task<> error_number() {
  errno = 0;
  co_await receive(); // expected-note {{}}
  if (errno) // expected-warning {{'errno' may be another thread's}} expected-note {{}}
    use(1);
}
int write();
task<> error_number_of_a_call() {
  errno = 0;
  co_await receive();
  if (write() < 0 && errno)
    use(1);
}

// Assigning to what a reference is bound to uses it, after the right side.
struct renaming {
  std::map<int, int> map;
  void forget(int k) { map.erase(k); }
  task<> assigned(int k) {
    auto &value = map[k]; // expected-note {{taken here}}
    value = co_await f(); // expected-warning {{'value' refers into 'map'}} expected-note {{suspended here}} expected-note {{take it again}}
  }
};

// What is added leaves references to elements alone.
#include <deque>
#include <tuple>
struct queue {
  std::deque<int> waiting;
  std::map<int, int> known;
  std::vector<int> seen;
  std::tuple<int, int> both;
  void add(int i) {
    waiting.push_back(i);
    known.emplace(i, i);
    seen.push_back(i);
    both = {i, i};
  }
  task<> work() {
    auto &first = waiting.front();
    auto it = known.find(1);
    auto &one = std::get<0>(both);
    auto &last = seen.back(); // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    use(first + it->second + one);
    use(last); // expected-warning {{'last' refers into 'seen'}} expected-note {{take it again}}
  }
};

// The string of a variable of the environment is everybody's.
#include <cstdlib>
void log_text(const char *);
task<> of_the_environment() {
  const char *home = std::getenv("HOME"); // expected-note {{taken here}}
  co_await f(); // expected-note {{suspended here}}
  log_text(home); // expected-warning {{'home' refers into the environment, which may have changed}} expected-note {{take it again}}
}
void move_home(const char *to) { setenv("HOME", to, 1); }
task<> of_the_environment_copied() {
  const char *home = std::getenv("HOME");
  std::string copy = home ? home : "";
  co_await f();
  log(copy);
}

// Looking again counts on the same object only, and until the next suspension.
struct looks_again {
  std::map<int, int> map, other;
  void forget(int k) {
    map.erase(k);
    other.erase(k);
  }
  task<> another(int k) {
    auto it = map.find(k); // expected-note {{}}
    auto its = other.find(k);
    co_await f(); // expected-note {{}}
    its = other.find(k);
    use(it->second + its->second); // expected-warning {{'it' refers into 'map'}} expected-note {{}}
  }
  task<> suspended_once_more(int k) {
    auto it = map.find(k); // expected-note {{}}
    co_await f(); // expected-note {{}}
    it = map.find(k);
    co_await f();
    use(it->second); // expected-warning {{'it' refers into 'map'}} expected-note {{}}
  }
};

// What a std::unique_ptr in it owns goes with the element.
struct document {
  std::string text;
};
struct worker {
  std::map<std::string, std::unique_ptr<document>> documents;
  std::vector<std::unique_ptr<document>> opened; // nothing is taken out
  std::map<std::string, std::shared_ptr<document>> shared;
  void evict(const std::string &path) {
    documents.erase(path);
    shared.erase(path);
    opened.push_back(nullptr);
  }

  task<> hover(std::string path) {
    auto it = documents.find(path);
    auto &doc = *it->second; // expected-note {{taken here}}
    co_await f(); // expected-note {{}}
    log(doc.text); // expected-warning {{'doc' refers into 'documents', which may have changed}} expected-note {{}}
  }
  task<> pointer(std::string path) {
    document *doc = documents[path].get(); // expected-note {{taken here}}
    co_await f(); // expected-note {{}}
    log(doc->text); // expected-warning {{'doc' refers into 'documents', which may have changed}} expected-note {{}}
  }
  task<> added_to() {
    auto &doc = *opened.back();
    co_await f();
    log(doc.text);
  }
  task<> owned(std::string path) {
    auto doc = shared.at(path);
    co_await f();
    log(doc->text);
  }
};

// Who fills a local before the coroutine runs is no other.
void fills() {
  std::vector<int> results;
  auto one = [&](int index) -> task<> {
    auto &result = results[index];
    result = co_await receive();
  };
  results.resize(2);
  auto first = one(0);
}

// Ways in by an algorithm, a part of an element, a loop over one.
#include <algorithm>
struct board {
  struct row {
    int score;
  };
  std::vector<row> rows;
  std::map<int, std::vector<int>> lists;
  std::map<int, int> fixed;
  void change() {
    rows.push_back({1});
    lists.erase(1);
    fixed.emplace(1, 2);
  }
  weir::task<int> best() {
    auto found = std::find_if(rows.begin(), rows.end(), [](const row &r) { return r.score > 1; }); // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    co_return found->score; // expected-warning {{'found' refers into 'rows', which may have changed}} expected-note {{take it again}}
  }
  weir::task<int> largest() {
    auto &[score] = *std::max_element(rows.begin(), rows.end(), [](auto &a, auto &b) { return a.score < b.score; }); // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    co_return score; // expected-warning {{'score' refers into 'rows'}} expected-note {{take it again}}
  }
  weir::task<> parts() {
    if (auto it = lists.find(1); it != lists.end())
      for (int n : it->second) // expected-note {{go over a copy}}
        co_await f(); // expected-warning {{the loop goes on over 'lists'}}
    auto it = lists.find(2);
    auto &list = it->second; // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    list.push_back(1); // expected-warning {{'list' refers into 'lists'}} expected-note {{take it again}}
  }
  weir::task<int> stays() {
    auto it = fixed.find(1); // nothing is erased
    auto &value = it->second;
    co_await f();
    auto copy = std::max(rows.front().score, value);
    co_await f();
    co_return copy;
  }
};

// What ends the coroutine is no suspension.
#include <seastar.hpp>
struct store {
  std::map<int, int> all;
  void change() { all.erase(1); }
  seastar::future<> check() {
    auto it = all.find(1);
    if (it == all.end())
      co_await seastar::coroutine::return_exception(1);
    use(it->second);
  }
};

// A loop in a loop: the await in it counts.
struct peers {
  std::vector<std::vector<int>> groups;
  std::vector<int> all;
  void change() { all.push_back(1); }
  task<> tell() {
    while (co_await f())
      for (int peer : all) // expected-note {{go over a copy}}
        co_await f(); // expected-warning {{the loop goes on over 'all'}}
  }
};

// What is copied out of the container does not refer into it.
struct workers {
  std::vector<element *> all;
  std::vector<std::string_view> names;
  void change() {
    all.clear();
    names.clear();
  }
  task<> copies() {
    element *first = *all.begin();
    element *best = *std::min_element(all.begin(), all.end());
    element *taken = std::move(all.front());
    element *last = *std::prev(all.end());
    std::string_view name = *names.begin();
    co_await f();
    use(first->x + best->x + taken->x + last->x);
    log(name);
  }
};

// Of a pointer in a container the copy refers to what it points to.
#include <queue>
struct pointers {
  std::queue<element *> all;
  std::map<int, element *> by_key;
  void change() {
    all.pop();
    by_key.erase(1);
  }
  task<> copies() {
    auto wanted = all.front();
    auto it = by_key.find(1);
    auto *found = it->second;
    auto &slot = all.front(); // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    use(wanted->x + found->x);
    use(slot->x); // expected-warning {{'slot' refers into 'all'}} expected-note {{take it again}}
  }
};

// The same member of another object is another container.
struct parsed {
  std::vector<int> parts;
};
parsed parse() {
  parsed result;
  result.parts.push_back(1);
  return result;
}
struct track {
  parsed own;
  task<> all() {
    for (int part : own.parts)
      co_await f();
  }
};

// Who waits for it changes nothing meanwhile; who does not, may.
struct receiver {
  std::vector<int> parts, queued;
  task<> run() {
    parts.push_back(co_await f());
    co_await closes();
  }
  task<> closes() {
    for (int part : parts)
      co_await f();
  }
  void start() {
    queued.push_back(1);
    keeps(sends());
  }
  task<> sends() {
    for (int part : queued) // expected-note {{go over a copy}}
      co_await f(); // expected-warning {{the loop goes on over 'queued'}}
  }
  void keeps(task<>);
};

// What a loop starts again and again changes a container for the others of its
// kind; what it waits for does not.
namespace its_like {
struct client { std::string name; };
weir::task<int> greeted(int);
weir::task<int> accepted();
class server {
  std::vector<client> started_, in_a_lambda_, waited_for_, kept_, once_;
  weir::task<> started(int n) {
    auto &me = started_.emplace_back(); // expected-note {{}}
    int id = co_await greeted(n); // expected-note {{}}
    me.name = std::to_string(id); // expected-warning {{'me' refers into 'started_', which may have changed while the coroutine was suspended}} expected-note {{}}
  }
  weir::task<> in_a_lambda(int n) {
    auto &me = in_a_lambda_.emplace_back(); // expected-note {{}}
    int id = co_await greeted(n); // expected-note {{}}
    me.name = std::to_string(id); // expected-warning {{'me' refers into 'in_a_lambda_'}} expected-note {{}}
  }
  weir::task<> waited_for(int n) {
    auto &me = waited_for_.emplace_back();
    int id = co_await greeted(n);
    me.name = std::to_string(id);
  }
  weir::task<> kept(int n) {
    auto &me = kept_.emplace_back();
    int id = co_await greeted(n);
    me.name = std::to_string(id);
  }
  weir::task<> once(int n) {
    auto &me = once_.emplace_back();
    int id = co_await greeted(n);
    me.name = std::to_string(id);
  }
  weir::task<> serve() {
    weir::create_task(once(1));
    for (;;) {
      int n = co_await accepted();
      weir::create_task(started(n));
      weir::create_task([this, n]() -> weir::task<> { co_await in_a_lambda(n); }());
      co_await weir::wait_for(waited_for(n), std::chrono::seconds(1));
      auto task = kept(n);
      co_await std::move(task);
    }
  }
};
} // namespace its_like

// A container that is an element of another.
namespace nested {
struct track { int id, state; };
class client {
  std::map<std::string, std::vector<track>> users_, rooms_, grown_, kept_;
  std::map<std::string, std::map<int, track>> stable_;
  void leaves(const std::string &name) {
    auto user = users_.find(name);
    auto &tracks = user->second;
    tracks.erase(tracks.begin());
  }
  void closes(const std::string &name) { rooms_.at(name).clear(); }
  void grows(const std::string &name) {
    for (auto &[each, tracks] : grown_)
      tracks.push_back({});
    stable_[name].emplace(1, track{});
  }
  int asks(const std::string &name) {
    kept_.emplace(name, std::vector<track>());
    return kept_[name].size();
  }
  weir::task<> joins(std::string name) {
    auto &tracks = users_[name];
    auto &mine = tracks.emplace_back(); // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    mine.state = 1; // expected-warning {{'mine' refers into 'users_', which may have changed}} expected-note {{}}
  }
  weir::task<> goes_over(std::string name) {
    for (auto &each : rooms_[name]) { // expected-note {{go over a copy}}
      co_await f(); // expected-warning {{the loop goes on over 'rooms_' after a suspension in which it may change}}
      use(each.id);
    }
  }
  weir::task<> looks(std::string name) {
    auto &first = grown_[name].front(); // expected-note {{taken here}}
    auto &one = stable_[name][1];
    auto &other = kept_[name].front();
    co_await f(); // expected-note {{suspended here}}
    use(first.id); // expected-warning {{'first' refers into 'grown_'}} expected-note {{}}
    use(one.id);
    use(other.id);
  }
};
} // namespace nested

// An iterator beside whether it is new, and what an iterator leads to.
namespace inserted {
class server {
  std::map<std::string, int> hits_;
  void expires(const std::string &page) { hits_.erase(page); }
  weir::task<> counts(std::string page) {
    auto [it, is_new] = hits_.try_emplace(page, 0); // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    if (is_new)
      it->second++; // expected-warning {{'it' refers into 'hits_'}} expected-note {{}}
  }
  weir::task<> is_told(std::string page) {
    auto [it, is_new] = hits_.try_emplace(page, 0);
    it->second++;
    co_await f();
    use(is_new);
  }
  weir::task<> takes_it(std::string page) {
    auto it = hits_.emplace(page, 0).first; // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    it->second++; // expected-warning {{'it' refers into 'hits_'}} expected-note {{}}
  }
  weir::task<> adds(std::string page) {
    auto it = hits_.find(page); // expected-note {{taken here}}
    it->second += co_await f(); // expected-note {{suspended here}} expected-warning {{'it' refers into 'hits_'}} expected-note {{}}
    auto again = hits_.find(page);
    again->second = 1;
    co_await f();
  }
  weir::task<> points(std::string page) {
    auto it = hits_.find(page);
    auto *count = &it->second; // expected-note {{taken here}}
    co_await f(); // expected-note {{suspended here}}
    ++*count; // expected-warning {{'count' refers into 'hits_'}} expected-note {{}}
  }
};
} // namespace inserted

// What one coroutine awaits, one after the other, does not run meanwhile.
namespace one_after_the_other {
weir::task<> mapped(int);
weir::task<> within(weir::task<> work, int limit);
class controller {
public:
  weir::task<> run(int limit) {
    co_await sets_up();
    co_await within(identifies(), limit);
  }
  weir::task<> run_both() { co_await weir::gather(adds_beside(), looks_beside()); }

private:
  weir::task<> sets_up() {
    queues_.push_back(1);
    co_await creates();
    queues_.push_back(2);
  }
  weir::task<> creates() {
    auto &first = queues_.front();
    co_await mapped(1);
    use(first);
  }
  weir::task<> identifies() {
    auto &first = queues_.front();
    co_await mapped(1);
    use(first);
    auto &again = others_.front(); // expected-note {{taken here}}
    co_await adds(); // expected-note {{suspended here}}
    use(again); // expected-warning {{'again' refers into 'others_'}} expected-note {{}}
  }
  weir::task<> adds() {
    others_.push_back(co_await f());
  }
  weir::task<> adds_beside() {
    beside_.push_back(co_await f());
  }
  weir::task<> looks_beside() {
    auto &first = beside_.front(); // expected-note {{taken here}}
    co_await mapped(1); // expected-note {{suspended here}}
    use(first); // expected-warning {{'first' refers into 'beside_'}} expected-note {{}}
  }
  std::vector<int> queues_, others_, beside_;
};
} // namespace one_after_the_other

// What fills an object that it is given, fills another.
namespace filled {
struct snapshot { std::vector<int> files, kept; };
std::vector<int> parsed();
void read_snapshot(snapshot &into) { into.files = parsed(); }
void forget(snapshot &of) { of.kept.clear(); }
weir::task<> sends(std::shared_ptr<snapshot> s) {
  for (int each : s->files)
    use(co_await f() + each);
  for (int each : s->kept) // expected-note {{}}
    use(co_await f() + each); // expected-warning {{the loop goes on over}}
}
} // namespace filled

// What a lock of the program's own is called.
namespace acquired {
struct bucket {
  std::vector<int> values;
  void acquire_accessor(int &);
  void clear() { values.clear(); }
  weir::task<> goes_over() {
    int accessor = 0;
    acquire_accessor(accessor);
    for (int each : values)
      use(co_await f() + each);
  }
};
} // namespace acquired

// A call that a template does not know yet changes nothing that is const.
namespace not_known_yet {
struct snapshot { std::vector<int> files; };
template <class O, class T> void writes(O &o, const T &v) { serialize(o, v.files); }
template <class O> void writes_snapshot(O &o, const snapshot &v) { serialize(o, v.files); }
weir::task<> sends(std::shared_ptr<snapshot> s) {
  for (int each : s->files)
    use(co_await f() + each);
}
} // namespace not_known_yet
