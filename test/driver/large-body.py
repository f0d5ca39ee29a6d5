"""Prints how the cost of the rules that follow control grows with a body.

The body is a coroutine with as many awaits as branches, each with a lock, a
task, an iterator and a handler of its own, and a mistake of each of two rules at its end.
Four times the body may cost four times; what goes over the body again for each
of its steps would take sixteen times, and what walks paths would never come
back. CPU time is compared, and the bound is in the middle, for machines are busy.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

plugin, include = sys.argv[1:3]

HEAD = """#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <weir/task.hpp>
using weir::task;
task<int> f(int);
task<int> use(const std::string &);
bool c(int);
std::mutex m;
int total;
std::map<int, int> all;
void change() { all.clear(); total = 1; }
task<> large() {
"""
STEP = """  auto t{0} = f({0});
  if (c({0})) {{ std::lock_guard g{0}(m); total = total + {0}; }}
  auto i{0} = all.find({0});
  co_await std::move(t{0});
  if (c({0})) co_await f({0});
  {{ std::unique_lock l(m); l.unlock(); co_await use("{0}"); }}
  try {{ co_await f({0}); }} catch (int thrown) {{ total = thrown; }}
"""
TAIL = """  std::lock_guard last(m);
  co_await f(0);
  auto lost = f(1);
}
"""


def measure(size):
    """The seconds of the rules, and how many findings."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "large.cpp")
        source.write_text(HEAD + "".join(STEP.format(i) for i in range(size)) + TAIL)
        run = subprocess.run(
            ["clang-tidy", f"--load={plugin}", "--enable-check-profile",
             "--checks=-*,weir-lock-across-await,weir-unconsumed-task,weir-awaited-twice,"
             "weir-stale-*,weir-dangling-*", str(source), "--", "-std=c++20", "-w", f"-I{include}"],
            capture_output=True, text=True)
    seconds = sum(float(line.split()[0]) for line in run.stdout.splitlines() + run.stderr.splitlines()
                  if re.match(r"\s+\d.*weir-", line))
    return seconds, len(re.findall(r": warning: ", run.stdout))


# In pairs, for what else the machine does slows both of one.
pairs = [(measure(200), measure(800)) for _ in range(3)]
small, large = pairs[0]
ratio = min(large[0] / small[0] for small, large in pairs)
print(f"200 steps: {small[1]} findings; 800 steps: {large[1]} findings; {ratio:.1f} times the time")
print("grows with the body" if ratio < 10 else "grows with its paths")
