"""Prints FILE as it is after a RULE has fixed it, and insists that it compiles.

Usage: fix.py BUILD RULE FILE [FLAG…]. Fixes that only `--unsafe-fixes` would apply are
applied too: they stand on notes.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

build, rule, file = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
os.environ["PATH"] = "/usr/lib/llvm-22/bin:" + os.environ["PATH"]
root = pathlib.Path(__file__).parent.parent
flags = ["-std=c++20", f"-I{root}/runtime/include", f"-I{root}/test/models/Inputs", *sys.argv[4:]]
with tempfile.TemporaryDirectory() as folder:
    copy = pathlib.Path(folder) / file.name
    shutil.copy(file, copy)
    subprocess.run(["clang-tidy", f"--load={build}/lib/weir-tidy.so", "--quiet", "--fix-notes",
                    "--config={}", f"--checks=-*,{rule}", copy, "--", *flags],
                   capture_output=True)
    # Without the directives, which FileCheck would find itself in.
    print(re.sub(r"// ?[A-Z][A-Z0-9-]*:.*", "//", copy.read_text()))
    again = subprocess.run(["clang++", "-fsyntax-only", "-w", *flags, copy],
                           capture_output=True, text=True)
sys.stderr.write(again.stderr)
sys.exit(again.returncode)
