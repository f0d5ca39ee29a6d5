#!/usr/bin/env python3
"""Costs of the runtime next to its peers', as a table.

    run.py [--peer NAME=PROGRAM]... [BENCH...]

Builds each program with clang and g++, runs the benches of all in turn, five
rounds, and prints for each operation: the median of CPU nanoseconds (of one
process, so that a busy machine disturbs little), instructions (where valgrind is
installed), allocations and peak heap bytes. Compare columns of one run, not runs.

A peer that Debian does not have is built by hand, with measure.hpp: PROGRAM BENCH
[DIVISOR] prints what ours do. Its heap is counted if PROGRAM.counting is there.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
OUT = pathlib.Path(os.environ.get("BUILD", ROOT / "build")) / "bench" / "runtime"
CLANG = "/usr/lib/llvm-22/bin/clang++"
FLAGS = ["-std=c++20", "-O3", "-DNDEBUG", f"-I{ROOT}/runtime/include"]
PEERS = {"weir": (CLANG, "weir.cpp"), "weir g++": ("g++", "weir.cpp"),
         "asio": (CLANG, "asio.cpp")}
if pathlib.Path("/usr/include/uv.h").exists():  # Debian: libuv1-dev
    PEERS["libuv"] = (CLANG, "libuv.cpp", "-luv")
BENCHES = ["await_visible", "await_opaque", "fib", "spawn", "ping_pong", "lock",
           "sleep_100k", "sleep_1m"]
ROUNDS = 5
UNDER_VALGRIND = "100"  # divides the length of a bench, which is so much slower there


def build(peer, counting):
    compiler, source, *libraries = PEERS[peer]
    program = OUT / (peer.replace(" ", "-") + (".counting" if counting else ""))
    define = ["-DCOUNT_ALLOCATIONS"] if counting else []
    subprocess.run([compiler, *FLAGS, *define, HERE / source, "-o", program,
                    *libraries], check=True)
    return program


def measure(program, bench):
    """CPU ns, allocations and bytes for each operation; None: no such bench."""
    line = subprocess.run([program, bench], check=True, capture_output=True,
                          text=True).stdout.split()
    return [float(x) for x in line[1:4]] if line else None


def instructions(program, bench):
    """Instructions for each operation; None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    run = subprocess.run(["valgrind", "--tool=callgrind", "--collect-atstart=no",
                          "--callgrind-out-file=/dev/null", program, bench, UNDER_VALGRIND],
                         check=True, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    return int(collected[1]) / float(run.stdout.split()[4])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PROGRAM")
    parser.add_argument("benches", nargs="*", default=BENCHES, metavar="BENCH")
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    programs = {p: (build(p, False), build(p, True))
                for p in PEERS if shutil.which(PEERS[p][0])}
    for name, program in (peer.split("=", 1) for peer in arguments.peer):
        counting = pathlib.Path(program + ".counting")
        programs[name] = (pathlib.Path(program), counting if counting.exists() else None)
    print(f"{'':14}" + "".join(f"{p:>34}" for p in programs))
    for bench in arguments.benches:
        times = {p: [] for p in programs}
        for _ in range(ROUNDS):
            for p in programs:
                if result := measure(programs[p][0], bench):
                    times[p].append(result[0])
        row = f"{bench:14}"
        for p, (program, counting) in programs.items():
            if not times[p]:
                row += f"{'-':>34}"
                continue
            cell = f"{statistics.median(times[p]):.1f} ns"
            if executed := instructions(program, bench):
                cell += f" {executed:.0f} i"
            if counting:
                _, allocations, size = measure(counting, bench)
                cell += f" {allocations:.2f} {size:.0f} B"
            row += f"{cell:>34}"
        print(row, flush=True)


if __name__ == "__main__":
    main()
