#!/usr/bin/env python3
"""CPU time of a TCP echo server for each message, next to a bare epoll loop's.

    run.py [ROUNDS]

One client, 1, 64 and 512 connections, one message of 1 KiB under way on each.
The CPU time is the server's own. What a system call costs changes from one
second to the next, so every server runs shortly and often next to the bare loop,
now before and now behind it, and the ratio is the median of what those pairs give.
"""

import os
import pathlib
import random
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[3]
OUT = pathlib.Path(os.environ.get("BUILD", ROOT / "build")) / "bench" / "echo"
CLANG = "/usr/lib/llvm-22/bin/clang"
CXX = ["-std=c++20", "-O3", "-DNDEBUG", f"-I{ROOT}/runtime/include"]
BASE = "epoll in C"
PROGRAMS = {
    "client": [CLANG, "-O2", "client.c"],
    BASE: [CLANG, "-O2", "raw_epoll.c"],
    "weir": [CLANG + "++", *CXX, "weir_echo.cpp"],
    "weir g++": ["g++", *CXX, "weir_echo.cpp"],
}
if pathlib.Path("/usr/include/uv.h").exists():  # Debian: libuv1-dev
    PROGRAMS["libuv in C"] = [CLANG, "-O2", "libuv_echo.c", "-luv"]
MESSAGES = {1: 5_000, 64: 15_000, 512: 15_000}


def build(name):
    program = OUT / name.replace(" ", "-")
    subprocess.run([*PROGRAMS[name], "-o", program], cwd=HERE, check=True)
    return program


def cost(server, client, connections):
    """Microseconds of the server's CPU time for each message."""
    port = str(random.randrange(20_000, 30_000))
    process = subprocess.Popen([server, port])
    try:
        line = subprocess.run(
            [client, port, str(connections), str(MESSAGES[connections]), str(process.pid)],
            check=True, capture_output=True, text=True).stdout
    finally:
        process.kill()
        process.wait()
    return float(line.split()[0])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 61
    OUT.mkdir(parents=True, exist_ok=True)
    client, base, servers = build("client"), build(BASE), [p for p in PROGRAMS if p not in ("client", BASE)]
    programs = {s: build(s) for s in servers}
    print(f"{'connections':12}{BASE:>13}" + "".join(f"{s:>22}" for s in servers))
    for connections in MESSAGES:
        costs, ratios, bases = ({s: [] for s in servers} for _ in range(3))
        for each in range(rounds):
            for s in servers:
                pair = [base, programs[s]] if each % 2 else [programs[s], base]
                measured = {p: cost(p, client, connections) for p in pair}
                costs[s].append(measured[programs[s]])
                bases[s].append(measured[base])
                ratios[s].append(measured[programs[s]] / measured[base])
        of_base = statistics.median(b for s in servers for b in bases[s])
        print(f"{connections:<12}{of_base:10.3f} us" + "".join(
            f"{statistics.median(costs[s]):10.3f} us ({statistics.median(ratios[s]):5.3f})" for s in servers),
            flush=True)


if __name__ == "__main__":
    main()
