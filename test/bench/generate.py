"""Makes C++ projects to measure on: `generate.py FOLDER FILES COROUTINES`.

A project of FILES files, COROUTINES of which hold coroutines, with a compile database. The files are
of everyday size, include what everyday files include, and call each other through shared headers, mostly
within their module: coroutines call plain functions, those call others further down, and a few of these
sleep. Where only some files hold coroutines, they are together in a fifth of the modules, as the part of a
project that talks to the network is. The same arguments make the same project, byte for byte.
"""
import json
import pathlib
import random
import sys

MODULE = 20  # files that share a header

TASK = """\
#pragma once
#include <coroutine>
#include <exception>
#include <utility>

namespace project {

template <class T> class task;

struct task_promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  auto final_suspend() noexcept {
    struct resumes {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) noexcept {
        return next ? next : std::noop_coroutine();
      }
      void await_resume() noexcept {}
      std::coroutine_handle<> next;
    };
    return resumes{next};
  }
  void unhandled_exception() noexcept { error = std::current_exception(); }
  std::coroutine_handle<> next;
  std::exception_ptr error;
};

/// A lazy task: runs when it is awaited.
template <class T = void> class [[nodiscard]] task {
public:
  struct promise_type : task_promise_base {
    task get_return_object() { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    void return_value(T value) { result = std::move(value); }
    T result{};
  };
  explicit task(std::coroutine_handle<promise_type> frame) : frame(frame) {}
  task(task &&other) noexcept : frame(std::exchange(other.frame, {})) {}
  ~task() {
    if (frame)
      frame.destroy();
  }
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> by) noexcept {
    frame.promise().next = by;
    return frame;
  }
  T await_resume() {
    if (frame.promise().error)
      std::rethrow_exception(frame.promise().error);
    return std::move(frame.promise().result);
  }

private:
  std::coroutine_handle<promise_type> frame;
};

/// Resumes on the loop, later.
struct tick {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const;
  void await_resume() const noexcept {}
};

} // namespace project
"""

TYPES = """\
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace project {

struct item {
  std::uint64_t id = 0;
  std::string name;
  std::vector<std::string> tags;
  std::map<std::string, int> counts;
};

struct store {
  virtual ~store() = default;
  virtual std::optional<item> find(std::uint64_t id) const = 0;
  virtual void put(item value) = 0;
};

class memory_store final : public store {
public:
  std::optional<item> find(std::uint64_t id) const override;
  void put(item value) override;

private:
  std::map<std::uint64_t, item> items;
};

inline std::size_t weight(const item &it) {
  std::size_t sum = it.name.size();
  for (const std::string &tag : it.tags)
    sum += tag.size();
  for (const auto &[key, count] : it.counts)
    sum += key.size() * static_cast<std::size_t>(count < 0 ? 0 : count);
  return sum;
}

} // namespace project
"""

# Bodies of plain functions; NEXT is a call of one further down, or nothing.
PLAIN = ["""\
  std::vector<std::string> words;
  std::string word;
  for (char c : it.name + "{n}") {{
    if (c == ' ' || c == ',') {{
      if (!word.empty())
        words.push_back(std::move(word));
      word.clear();
    }} else {{
      word += c;
    }}
  }}
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  {next}
  return static_cast<int>(words.size()) + depth;
""", """\
  std::map<std::string, std::vector<int>> groups;
  for (const std::string &tag : it.tags)
    groups[tag.substr(0, {n})].push_back(static_cast<int>(tag.size()));
  int best = 0;
  for (auto &[key, sizes] : groups) {{
    std::sort(sizes.begin(), sizes.end(), [](int l, int r) {{ return l > r; }});
    best = std::max(best, sizes.empty() ? 0 : sizes.front() + static_cast<int>(key.size()));
  }}
  {next}
  return best;
""", """\
  if (it.id % {n} == 0)
    throw std::invalid_argument("bad id " + std::to_string(it.id));
  auto copy = std::make_unique<item>(it);
  copy->tags.emplace_back("step {n}");
  copy->counts["{n}"] += depth;
  int total = 0;
  switch (depth % 4) {{
  case 0:
    total = static_cast<int>(weight(*copy));
    break;
  case 1:
    total = static_cast<int>(copy->tags.size());
    break;
  default:
    total = std::accumulate(copy->counts.begin(), copy->counts.end(), 0,
                            [](int sum, const auto &each) {{ return sum + each.second; }});
  }}
  {next}
  return total;
""", """\
  std::ostringstream out;
  out << it.name << ':' << it.id;
  for (std::size_t i = 0; i < it.tags.size(); ++i)
    out << (i ? ", " : " [") << it.tags[i] << (i + 1 == it.tags.size() ? "]" : "");
  std::string text = out.str();
  if (auto colon = text.find(':'); colon != std::string::npos)
    text.erase(0, colon + {n} % 3);
  {next}
  return static_cast<int>(text.size());
"""]

COROUTINE = ["""\
  auto first = co_await {await1};
  auto second = co_await {await2};
  std::map<std::string, int> sums;
  for (const std::string &tag : it.tags)
    sums[tag] += first + second;
  {next}
  co_return static_cast<int>(sums.size()) + depth;
""", """\
  std::vector<int> results;
  for (int i = 0; i < depth; ++i) {{
    co_await tick();
    results.push_back(co_await {await1});
  }}
  try {{
    results.push_back(co_await {await2});
  }} catch (const std::exception &error) {{
    results.push_back(static_cast<int>(std::string_view(error.what()).size()));
  }}
  {next}
  co_return std::accumulate(results.begin(), results.end(), 0);
""", """\
  co_await tick();
  auto copy = std::make_shared<item>(it);
  auto weigh = [copy](int factor) {{ return static_cast<int>(weight(*copy)) * factor; }};
  if (copy->tags.empty())
    co_return weigh({n});
  const int value = co_await {await1};
  copy->counts["{n}"] = value;
  {next}
  co_return weigh(value);
"""]

INCLUDES = ("algorithm", "chrono", "numeric", "sstream", "stdexcept", "thread")


def make(folder, files, coroutines):
    """Writes the project; returns its sources. Those with coroutines come first in the list."""
    folder = pathlib.Path(folder)
    say = random.Random(f"{files} {coroutines}")
    headers, sources = folder / "include/project", folder / "src"
    headers.mkdir(parents=True)
    (headers / "types.h").write_text(TYPES)
    (headers / "task.h").write_text(TASK)
    count = {f: say.randint(6, 14) for f in range(files)}
    modules = range((files + MODULE - 1) // MODULE)
    homes = [f for f in range(files) if coroutines > files // 5 or f // MODULE % 5 == 0]
    awaiting = set(say.sample(homes, coroutines))

    for module in modules:
        mine = range(module * MODULE, min((module + 1) * MODULE, files))
        plain = "".join(f"int work_{f}_{k}(const item &it, int depth);\n"
                        for f in mine if f not in awaiting for k in range(count[f]))
        lazy = "".join(f"task<int> serve_{f}_{k}(const item &it, int depth);\n"
                       for f in mine if f in awaiting for k in range(count[f]))
        (headers / f"module_{module}.h").write_text(
            '#pragma once\n#include "project/types.h"\n\nnamespace project {\n\n' + plain +
            f"\ninline int limit_{module}(const item &it) {{\n"
            "  return it.tags.empty() ? 1 : static_cast<int>(it.tags.front().size());\n}\n"
            "\n} // namespace project\n")
        (headers / f"module_{module}_async.h").write_text(
            f'#pragma once\n#include "project/module_{module}.h"\n#include "project/task.h"\n\n'
            f"namespace project {{\n\n{lazy}\n}} // namespace project\n")

    def later(f, among):
        """A file further down that is among them, of this module or sometimes one of the next."""
        end = (f // MODULE + (1 if say.random() < 0.8 else 3)) * MODULE
        behind = [g for g in range(f + 1, min(end, files)) if (g in awaiting) == among]
        return say.choice(behind) if behind else None

    def call(f, used):
        target = later(f, among=False)
        if say.random() < 0.05:
            return "std::this_thread::sleep_for(std::chrono::milliseconds(depth));"
        if target is None or say.random() < 0.4:
            return f"depth += limit_{f // MODULE}(it);"
        used.add(target // MODULE)
        return f"depth += work_{target}_{say.randrange(count[target])}(it, depth + 1);"

    def awaited(f, used):
        target = later(f, among=True)
        if target is None or say.random() < 0.2:
            return "local(it)"
        used.add(target // MODULE)
        return f"serve_{target}_{say.randrange(count[target])}(it, depth + 1)"

    paths = {}
    entries = []
    for f in range(files):
        used, functions = {f // MODULE}, []
        is_async = f in awaiting
        for k in range(count[f]):
            body = say.choice(COROUTINE if is_async else PLAIN)
            text = body.format(n=say.randint(2, 99), next=call(f, used), await1=awaited(f, used) if is_async else "",
                               await2=awaited(f, used) if is_async else "")
            kind, name = ("task<int>", "serve") if is_async else ("int", "work")
            functions.append(f"/// Step {k} of part {f}.\n{kind} {name}_{f}_{k}(const item &it, int depth) {{\n{text}}}\n")
        includes = "".join(f'#include "project/module_{m}{"_async" if is_async else ""}.h"\n' for m in sorted(used))
        includes += "".join(f"#include <{header}>\n" for header in INCLUDES)
        local = ("static task<int> local(const item &it) {\n  co_await tick();\n  co_return limit_%d(it);\n}\n\n"
                 % (f // MODULE)) if any("local(it)" in each for each in functions) else ""
        path = sources / f"module_{f // MODULE}" / f"{'serve' if is_async else 'work'}_{f}.cpp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{includes}\nnamespace project {{\n\n{local}" + "\n".join(functions) + "\n} // namespace project\n")
        paths[f] = path
        entries.append({"directory": str(folder), "file": str(path),
                        "arguments": ["clang++", "-std=c++20", f"-I{folder}/include", "-c", str(path)]})
    (folder / "compile_commands.json").write_text(json.dumps(entries, indent=1))
    return [paths[f] for f in sorted(awaiting)] + [paths[f] for f in range(files) if f not in awaiting]


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    make(pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3]))
