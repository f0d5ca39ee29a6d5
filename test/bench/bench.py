"""The benchmarks of Weir: `./dev bench [lint|rules|models|facts|program|index|runtime]`, all without an argument.

Each prints ratios of what it measures to something measured in the same run,
for machines differ and are busy. What is compared is CPU time; rounds of the
candidates alternate, and medians are taken.
"""
import contextlib
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import generate

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(os.environ.get("BUILD", root / "build"))
llvm = pathlib.Path("/usr/lib/llvm-22/bin")
ROUNDS = 5
os.environ["WEIR_CACHE_DIR"] = ""  # each measures work; Project has a cache of its own

# What of clang-tidy itself looks at coroutines.
STOCK = ("misc-coroutine-hostile-raii,cppcoreguidelines-avoid-capturing-lambda-coroutines,"
         "cppcoreguidelines-avoid-reference-coroutine-parameters,cppcoreguidelines-no-suspend-with-lock,"
         "bugprone-use-after-move,bugprone-unused-return-value")


def cpu(command):
    """User and system seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(candidates, rounds=ROUNDS):
    """The median seconds of each named function, rounds taking turns."""
    times = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, measure in candidates.items():
            times[name].append(measure())
    return {name: statistics.median(values) for name, values in times.items()}


def report(title, seconds, base):
    print(f"\n{title}")
    for name, value in seconds.items():
        print(f"  {name:34} {value:8.2f} s CPU   {value / seconds[base]:5.2f}")


@contextlib.contextmanager
def compile_commands(database):
    """The folder of a compile database and its entries; of the sample shop without one."""
    with tempfile.TemporaryDirectory() as folder:
        if database is None:
            flags = [str(llvm / "clang++"), "-std=c++20", f"-I{root}/runtime/include",
                     "-DASIO_HAS_CO_AWAIT", "-DASIO_HAS_STD_COROUTINE", "-c"]
            sources = sorted((root / "docs/examples/storefront").glob("*.cpp"))
            entries = [{"directory": folder, "file": str(s), "arguments": [*flags, str(s)]} for s in sources]
            database = pathlib.Path(folder)
            (database / "compile_commands.json").write_text(json.dumps(entries))
        else:
            database = pathlib.Path(database).resolve()
            entries = json.loads((database / "compile_commands.json").read_text())
        yield database, entries


def compile_all(entries):
    """What the compiler takes to read the files, and no more."""
    total = 0
    for entry in entries:
        os.chdir(entry["directory"])
        total += cpu([*(a for a in entry["arguments"] if a != "-c"), "-fsyntax-only", "-w"])
    os.chdir(root)
    return total


def lint(database=None):
    """`weir check` on coroutine files, next to the compiler and to clang-tidy."""
    with compile_commands(database) as (database, entries):
        seconds = medians({
            "clang -fsyntax-only": lambda: compile_all(entries),
            "weir check, all rules": lambda: cpu([build / "bin/weir", "check", "-q", "-j1", "-p", database]),
            "clang-tidy, coroutine checks": lambda: sum(
                cpu([llvm / "clang-tidy", "--quiet", "--config={}", f"--checks=-*,{STOCK}", "-p", database, e["file"]])
                for e in entries),
        })
    report(f"lint: {len(entries)} files with coroutines", seconds, "clang -fsyntax-only")
    tidy = seconds["weir check, all rules"] / seconds["clang-tidy, coroutine checks"]
    print(f"  weir check / clang-tidy: {tidy:.2f}")


def rules(database=None):
    """All rules, also those that are off, next to the parse. The check that they are compared with looks at
    nothing but tokens; what stays is what clang-tidy itself takes."""
    def tidy(entries, checks):
        return sum(cpu([build / "bin/weir-clang-tidy", "--quiet", "--config={}", f"--checks=-*,{checks}",
                        "--extra-arg=-w", "-p", database, e["file"]]) for e in entries)

    with compile_commands(database) as (database, entries):
        seconds = medians({
            "clang -fsyntax-only": lambda: compile_all(entries),
            "weir-clang-tidy, no rule": lambda: tidy(entries, "llvm-header-guard"),
            "weir-clang-tidy, all rules": lambda: tidy(entries, "weir-*"),
        })
    report(f"rules: {len(entries)} files with coroutines", seconds, "clang -fsyntax-only")
    cost = seconds["weir-clang-tidy, all rules"] - seconds["weir-clang-tidy, no rule"]
    goal("all rules / parse", cost / seconds["clang -fsyntax-only"], 0.10)


def models():
    """Loading every model, next to a lint of one coroutine file in the same process."""
    weir = build / "bin/weir"
    source = root / "docs/examples/storefront/orders.cpp"
    flags = ["-std=c++20", f"-I{root}/runtime/include", "-DASIO_HAS_CO_AWAIT", "-DASIO_HAS_STD_COROUTINE"]
    seconds = medians({
        "weir check of one file": lambda: cpu([weir, "check", "-q", source, "--", *flags]),
        "weir models show std::mutex": lambda: cpu([weir, "models", "show", "std::mutex"]),
        "weir --version": lambda: cpu([weir, "--version"]),
    })
    report("models: what loading all of them costs", seconds, "weir check of one file")
    loading = seconds["weir models show std::mutex"] - seconds["weir --version"]
    print(f"  loading / checking one file: {loading / seconds['weir check of one file']:.3f}")


def facts(database=None, share="1"):
    """How much of a run is finding the facts of functions, those of headers among them: by instructions, for it is
    little, of each SHARE-th file."""
    TOTAL, EXTRACT = "PROGRAM TOTALS", "weir::program::extract(weir::Unit&)"
    with compile_commands(database) as (database, entries), tempfile.TemporaryDirectory() as folder:
        weir, counts = f"{folder}/weir", f"{folder}/counts"
        # valgrind cannot read the lines that the developer's build has.
        subprocess.run([llvm / "llvm-strip", "-g", build / "bin/weir", "-o", weir], check=True)
        print(f"\nfacts: instructions of {database}")
        for entry in entries[::int(share)]:
            source = os.path.join(entry["directory"], entry["file"])
            subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", weir, "check", "-q", "-j1",
                            "--exit-zero", "-p", database, source], capture_output=True, check=True)
            lines = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", counts],
                                   capture_output=True, text=True, check=True).stdout.splitlines()
            of = {what: sum(int(line.split()[0].replace(",", "")) for line in lines if what in line)
                  for what in (TOTAL, EXTRACT)}
            print(f"  {os.path.basename(source):34} {of[EXTRACT] / of[TOTAL]:.4f} of the run")


def run(command, environment=None):
    """User and system seconds, seconds on the clock and the peak of memory in MiB of a command."""
    begun = time.monotonic()
    child = subprocess.Popen(list(map(str, command)), env=environment, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))} failed")
    return used.ru_utime + used.ru_stime, time.monotonic() - begun, used.ru_maxrss / 1024


class Project:
    """A generated project, and a cache for it that nobody else uses."""

    def __init__(self, folder, files, coroutines):
        self.folder = pathlib.Path(folder) / f"{files}-{coroutines}"
        self.sources = generate.make(self.folder, files, coroutines)
        self.environment = dict(os.environ, WEIR_CACHE_DIR=str(self.folder / "cache"))

    def check(self, *arguments):
        return run([build / "bin/weir", "check", "-q", "-j1", "-p", self.folder, *arguments], self.environment)

    def forget(self):
        shutil.rmtree(self.folder / "cache", ignore_errors=True)

    def cold(self, *arguments):
        self.forget()
        return self.check(*arguments)[0]

    def parse(self, source):
        return run([llvm / "clang++", "-std=c++20", f"-I{self.folder}/include", "-fsyntax-only", "-w", source])

    def tidy(self, sources):
        return cpu(["run-clang-tidy-22", "-quiet", "-j1", "-p", self.folder, "-config={}", f"-checks=-*,{STOCK}",
                    *(f"^{s}$" for s in sources)])


def goal(what, value, most, unit=""):
    print(f"  {what}: {value:.2f}{unit} (goal: at most {most}{unit}){'' if value <= most else '   MISSED'}")


def edited(path, change):
    """Measures `weir check` after a change of a file, again and again from the same state."""
    text = path.read_text()
    def measure(project):
        path.write_text(text)
        project.check()
        path.write_text(change(text))
        used = project.check()
        path.write_text(text)
        return used
    return measure


def program(files="1000"):
    """Whole projects: cold, unchanged, with one file edited; and how much memory a worker takes."""
    files = int(files)
    coroutines = files // 20
    with tempfile.TemporaryDirectory() as folder:
        dense, sparse = Project(folder, files // 25, files // 25), Project(folder, files, coroutines)

        seconds = medians({
            "clang -fsyntax-only": lambda: sum(dense.parse(s)[0] for s in dense.sources),
            "weir check, cold": dense.cold,
        })
        report(f"a project of {len(dense.sources)} files, all with coroutines", seconds, "clang -fsyntax-only")
        goal("weir check / clang", seconds["weir check, cold"] / seconds["clang -fsyntax-only"], 0.85)

        # Every 25th file, of those with coroutines and of the others: clang-tidy treats each alone.
        share = 25
        sample = sparse.sources[:coroutines:share] + sparse.sources[coroutines::share]
        scale = len(sparse.sources) / len(sample)
        seconds = medians({
            "run-clang-tidy, coroutine checks": lambda: sparse.tidy(sample) * scale,
            "weir check, cold": sparse.cold,
        }, rounds=3)
        report(f"a project of {files} files, {coroutines} with coroutines\n"
               f"  (clang-tidy ran on {len(sample)} of them, its seconds times {scale:.1f})",
               seconds, "run-clang-tidy, coroutine checks")
        goal("weir check / run-clang-tidy",
             seconds["weir check, cold"] / seconds["run-clang-tidy, coroutine checks"], 0.15)

        sparse.check()
        again = [sparse.check() for _ in range(ROUNDS)]
        print("\nthe same project, once more")
        goal("unchanged, on the clock", statistics.median(wall for _, wall, _ in again), 1, " s")
        unchanged = statistics.median(used for used, _, _ in again)
        print(f"  unchanged, CPU: {unchanged:.2f} s")

        path = sparse.sources[0]
        parse = statistics.median(sparse.parse(path)[0] for _ in range(ROUNDS))
        edit = edited(path, lambda text: text.replace("  co_return", "  depth += 1;\n  co_return", 1))
        goal("one file edited, CPU beyond its parse", statistics.median(edit(sparse)[0] for _ in range(ROUNDS)) - parse,
             0.3, " s")
        comment = edited(path, lambda text: text.replace("/// Step", "// A line more.\n/// Step", 1))
        used = statistics.median(comment(sparse)[0] for _ in range(ROUNDS))
        print(f"  a comment line added, CPU beyond its parse: {used - parse:.2f} s")

        ratios = []
        for source in dense.sources[:8]:
            dense.forget()
            ratios.append(dense.check(source)[2] / dense.parse(source)[2])
        print("\npeak of memory, one file")
        goal("weir / clang", statistics.median(ratios), 1.15)

    print("\nreading and joining summaries")
    subprocess.run(["ninja", "-C", build, "--quiet", "bench-link"], check=True)
    parts = subprocess.run([build / "bin/bench-link"], check=True, capture_output=True, text=True).stdout
    print(parts, end="")
    *_, seconds, _, _, _, _, memory, _ = parts.split()
    goal("elapsed", float(seconds), 1.5, " s")
    goal("memory, with the summaries", float(memory), 1024, " MiB")


def index(files="1000"):
    """What the index costs the plugin and the editor: a lint of one file with it and without."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(folder, int(files), int(files) // 20)
        project.check()
        path = project.folder / ".weir/index"
        print(f"\nindex: a project of {files} files, {path.stat().st_size / 2**20:.1f} MiB")
        tidy = [build / "bin/weir-clang-tidy", "--quiet", "--checks=-*,weir-*", "-p", project.folder, project.sources[0]]
        without = {**os.environ, "WEIR_INDEX": ""}
        seconds = medians({"without": lambda: run(tidy, without)[0], "with the index": lambda: run(tidy)[0]})
        report("weir-clang-tidy, one file with coroutines", seconds, "without")


def runtime():
    """The runtime next to its peers, and its echo server next to bare epoll."""
    for script in ("run.py", "echo/run.py"):
        subprocess.run([sys.executable, root / "test/bench/runtime" / script], check=True)


benches = {"lint": lint, "rules": rules, "models": models, "facts": facts, "program": program, "index": index,
           "runtime": runtime}
name, *arguments = sys.argv[1:] or [None]
if name is None:
    for each in benches.values():
        each()
elif name in benches:
    benches[name](*arguments)
else:
    sys.exit(f"no benchmark '{name}'; there are: {', '.join(benches)}")
