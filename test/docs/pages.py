"""Checks that docs/checks has one true page for every rule.

A page is true when its title and first sentence are the rule's own, it has a
heading for each option, and clang finds exactly the warnings its examples say.
The table in docs/checks/README.md is made from the sources; --update rewrites
it. Another argument names the one rule to look at.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

root, build = map(pathlib.Path, sys.argv[1:3])
update = "--update" in sys.argv
only = [argument for argument in sys.argv[3:] if argument != "--update"]
plugin = build / "lib/weir-tidy.so"
os.environ["PATH"] = "/usr/lib/llvm-22/bin:" + os.environ["PATH"]
compile = ["clang++", "-std=c++20", "-fsyntax-only", "-Wno-everything", f"-I{root}/runtime/include",
           f"-I{root}/test/models/Inputs"]

# What the examples may use without saying so.
prelude = "".join(f"#include <{header}>\n" for header in (
    "weir/weir.hpp", "chrono", "condition_variable", "exception", "filesystem", "fstream",
    "functional", "future", "iostream", "map", "memory", "mutex", "optional", "string",
    "string_view", "thread", "tuple", "vector")) + "using namespace std::chrono_literals;\n"


def run(*args, **more):
    return subprocess.run(list(map(str, args)), capture_output=True, text=True, **more)


def rules():
    """Name, default and summary of each rule, from the line that registers it."""
    for source in sorted((root / "checks").glob("*.cpp")):
        found = re.search(r'WEIR_CHECK\(\s*\w+,\s*"([\w-]+)",\s*(\w+),\s*((?:"[^"]*"\s*)+)\)',
                          source.read_text())
        if found:
            name, default, summary = found.groups()
            assert name == source.stem, f"{source.name} registers {name}"
            yield name, default, re.sub(r'"\s*"', "", summary).strip().strip('"')


def options(name):
    config = run("clang-tidy", f"--load={plugin}", f"--checks=-*,weir-{name}", "--dump-config").stdout
    return set(re.findall(rf"weir-{name}\.(\w+):", config))


def problems(name, summary, pch):
    page = root / f"docs/checks/{name}.md"
    for path in (page, root / f"test/checks/{name}.cpp"):
        if not path.exists():
            yield f"no {path.relative_to(root)}"
    if not page.exists():
        return
    text = page.read_text()
    title, first = text.split("\n\n")[:2]
    if title != f"# weir-{name}":
        yield f"title is {title!r}"
    if first.replace("\n", " ") != summary:
        yield "the first sentence is not the rule's summary"
    documented = set(re.findall(r"^### (\w+)$", text, re.M))
    if options(name) != documented:
        yield f"options are {sorted(options(name))}, the page has {sorted(documented)}"
    examples = re.findall(r"```cpp\n(.*?)```", text, re.S)
    if not any("// warning:" in example for example in examples):
        yield "no example shows a warning"
    for number, example in enumerate(examples, 1):
        code = re.sub(r"// (warning|note): (.*)", r"// expected-\1 {{\2}}", example)
        if "expected-warning" not in code:
            code += "// expected-no-diagnostics\n"
        # Notes an example does not care to show are not an error.
        code = re.sub(r"(// expected-warning \{\{.*\}\})", r"\1 expected-note 0+ {{}}", code)
        error = run(*compile, "-include-pch", pch, "-x", "c++", "-", f"-fplugin={plugin}",
                    "-Xclang", "-verify", "-Xclang", "-verify-ignore-unexpected=note",
                    "-Xclang", "-add-plugin", "-Xclang", "clang-tidy",
                    "-Xclang", "-plugin-arg-clang-tidy", "-Xclang", f"-checks=-*,weir-{name}",
                    input=code).stderr
        if error:
            yield f"example {number}: {error}"


def table(all_rules):
    speaks = {"Warning": "on", "Note": "note", "Off": "off"}
    yield "# Rules\n\n"
    yield "`weir explain RULE` prints a rule's page, `weir rules` lists them.\n\n"
    yield "| Rule | Default | |\n| --- | --- | --- |\n"
    for name, default, summary in all_rules:
        yield f"| [weir-{name}]({name}.md) | {speaks[default]} | {summary} |\n"


all_rules = list(rules())
chosen = [rule for rule in all_rules if not only or rule[0] in only]
with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    header, pch = pathlib.Path(folder) / "prelude.hpp", pathlib.Path(folder) / "prelude.pch"
    header.write_text(prelude)
    made = run(*[word for word in compile if word != "-fsyntax-only"], "-x", "c++-header", header, "-o", pch)
    if made.returncode:
        sys.exit(made.stderr)
    results = pool.map(lambda rule: list(problems(rule[0], rule[2], pch)), chosen)
    found = [f"weir-{rule[0]}: {problem}" for rule, list_ in zip(chosen, results) for problem in list_]
pages = {page.stem for page in (root / "docs/checks").glob("*.md")} - {"README"}
found += [f"docs/checks/{page}.md: no such rule" for page in sorted(pages - {rule[0] for rule in all_rules})]
index, text = root / "docs/checks/README.md", "".join(table(all_rules))
if update:
    index.write_text(text)
elif not index.exists() or index.read_text() != text:
    found.append("docs/checks/README.md is out of date; run test/docs/pages.py . build --update")
print(*found, sep="\n", end="\n" if found else "")
sys.exit(bool(found) or not all_rules)
