"""The benchmarks of Weir: `./dev bench [lint|models|runtime]`, all without an argument.

Each prints ratios of what it measures to something measured in the same run,
for machines differ and are busy. What is compared is CPU time; rounds of the
candidates alternate, and medians are taken.
"""
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(os.environ.get("BUILD", root / "build"))
llvm = pathlib.Path("/usr/lib/llvm-22/bin")
ROUNDS = 5

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


def medians(candidates):
    """The median seconds of each named function, rounds taking turns."""
    times = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, measure in candidates.items():
            times[name].append(measure())
    return {name: statistics.median(values) for name, values in times.items()}


def report(title, seconds, base):
    print(f"\n{title}")
    for name, value in seconds.items():
        print(f"  {name:34} {value:8.2f} s CPU   {value / seconds[base]:5.2f}")


def lint(database=None):
    """`weir check` on coroutine files, next to the compiler and to clang-tidy."""
    with tempfile.TemporaryDirectory() as folder:
        if database is None:
            flags = [str(llvm / "clang++"), "-std=c++20", f"-I{root}/runtime/include",
                     "-DASIO_HAS_CO_AWAIT", "-DASIO_HAS_STD_COROUTINE", "-c"]
            sources = sorted((root / "docs/examples/storefront").glob("*.cpp"))
            entries = [{"directory": folder, "file": str(s), "arguments": [*flags, str(s)]} for s in sources]
            database = pathlib.Path(folder)
            (database / "compile_commands.json").write_text(json.dumps(entries))
        else:
            database = pathlib.Path(database)
            entries = json.loads((database / "compile_commands.json").read_text())

        def compiler():
            total = 0
            for entry in entries:
                os.chdir(entry["directory"])
                arguments = [a for a in entry["arguments"] if a != "-c"]
                total += cpu([*arguments, "-fsyntax-only", "-w"])
            return total

        seconds = medians({
            "clang -fsyntax-only": compiler,
            "weir check, all rules": lambda: cpu([build / "bin/weir", "check", "-q", "-j1", "-p", database]),
            "clang-tidy, coroutine checks": lambda: sum(
                cpu([llvm / "clang-tidy", "--quiet", "--config={}", f"--checks=-*,{STOCK}", "-p", database, e["file"]])
                for e in entries),
        })
        os.chdir(root)
    report(f"lint: {len(entries)} files with coroutines", seconds, "clang -fsyntax-only")
    tidy = seconds["weir check, all rules"] / seconds["clang-tidy, coroutine checks"]
    print(f"  weir check / clang-tidy: {tidy:.2f}")


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


def runtime():
    """The runtime next to its peers, and its echo server next to bare epoll."""
    for script in ("run.py", "echo/run.py"):
        subprocess.run([sys.executable, root / "test/bench/runtime" / script], check=True)


benches = {"lint": lint, "models": models, "runtime": runtime}
name, *arguments = sys.argv[1:] or [None]
if name is None:
    for each in benches.values():
        each()
elif name in benches:
    benches[name](*arguments)
else:
    sys.exit(f"no benchmark '{name}'; there are: {', '.join(benches)}")
