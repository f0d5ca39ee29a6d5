#!/usr/bin/env python3
"""Costs of the runtime next to its peers', as a table.

    run.py [BENCH...]

Builds each program with clang and g++, runs the benches of all in turn, five
rounds, and prints medians: CPU nanoseconds, allocations and peak heap bytes for
each operation. CPU time of one process, so that a busy machine disturbs little;
compare columns of one run, not runs.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
OUT = pathlib.Path(os.environ.get("BUILD", ROOT / "build")) / "bench" / "runtime"
CLANG = "/usr/lib/llvm-22/bin/clang++"
FLAGS = ["-std=c++20", "-O3", "-DNDEBUG", f"-I{ROOT}/runtime/include"]
PEERS = {"weir": (CLANG, "weir.cpp"), "weir g++": ("g++", "weir.cpp"),
         "asio": (CLANG, "asio.cpp")}
BENCHES = ["await_visible", "await_opaque", "fib", "spawn", "ping_pong", "lock",
           "sleep_100k", "sleep_1m"]
ROUNDS = 5


def build(peer, counting):
    compiler, source = PEERS[peer]
    program = OUT / (peer.replace(" ", "-") + (".counting" if counting else ""))
    define = ["-DCOUNT_ALLOCATIONS"] if counting else []
    subprocess.run([compiler, *FLAGS, *define, HERE / source, "-o", program],
                   check=True)
    return program


def measure(program, bench):
    """CPU ns, allocations and bytes for each operation; None: no such bench."""
    line = subprocess.run([program, bench], check=True, capture_output=True,
                          text=True).stdout.split()
    return [float(x) for x in line[1:]] if line else None


def main():
    benches = sys.argv[1:] or BENCHES
    OUT.mkdir(parents=True, exist_ok=True)
    peers = [p for p in PEERS if shutil.which(PEERS[p][0])]
    programs = {p: (build(p, False), build(p, True)) for p in peers}
    print(f"{'':16}" + "".join(f"{p:>26}" for p in peers))
    for bench in benches:
        times = {p: [] for p in peers}
        for _ in range(ROUNDS):
            for p in peers:
                if result := measure(programs[p][0], bench):
                    times[p].append(result[0])
        row = f"{bench:16}"
        for p in peers:
            if not times[p]:
                row += f"{'-':>26}"
                continue
            _, allocations, size = measure(programs[p][1], bench)
            row += (f"{statistics.median(times[p]):>11.1f} ns"
                    f"{allocations:>5.2f} {size:>5.0f} B")
        print(row, flush=True)


if __name__ == "__main__":
    main()
