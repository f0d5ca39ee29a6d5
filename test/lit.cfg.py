# How the tests are run: one runner for rules, programs, runtime and pages.

import os
import shutil
import lit.formats

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
build = os.environ.get("BUILD", os.path.join(root, "build"))
llvm = "/usr/lib/llvm-22/bin"
# With --param sanitize=thread (or address,undefined) programs are built so, by both compilers.
sanitize = lit_config.params.get("sanitize")
sanitized = f" -g -fsanitize={sanitize}" if sanitize else ""
cxx = f"{llvm}/clang++ -std=c++20 -I{root}/runtime/include"
stubs = f"-I{root}/test/models/Inputs"

config.name = "weir"
config.test_format = lit.formats.ShTest()
config.suffixes = [".cpp", ".test"]
config.excludes = ["Inputs", "bench"]
config.test_exec_root = os.path.join(build, "test")
config.environment["PATH"] = os.pathsep.join([f"{build}/bin", llvm, os.environ["PATH"]])
# No test finds what another left behind; those of the cache and the index say so.
config.environment["WEIR_CACHE_DIR"] = ""
config.environment["WEIR_INDEX"] = ""
for name in ("CI", "NO_COLOR", "HOME", "XDG_CACHE_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
for feature, program in (("graphviz", "dot"), ("bazel", "bazel")):
    if shutil.which(program):
        config.available_features.add(feature)
# What a sanitizer finds is a failure, not a remark.
config.environment["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"
if sanitize:
    config.substitutions.append((" -fsanitize=(address,undefined|address|thread)", ""))
config.substitutions += [
    # %roles FILE: the rules that stand on what a library's names mean.
    ("%roles", "%verify=blocking-call,weir-dangling-capture,weir-lock-across-await"
               ",weir-swallowed-cancellation,weir-sync-wait,weir-unawaited-task -Wno-everything"),
    # %verify=RULE FILE: clang finds exactly the warnings the comments expect.
    ("%verify=", f"{cxx} {stubs} -fsyntax-only -fplugin={build}/lib/weir-tidy.so"
                 " -Xclang -verify -Xclang -add-plugin -Xclang clang-tidy"
                 " -Xclang -plugin-arg-clang-tidy -Xclang -checks=-*,weir-"),
    # %fix=RULE FILE: prints the file with the rule's fixes applied, safe or not,
    # and fails unless the result compiles.
    ("%fix=", f"%python {root}/test/fix.py {build} weir-"),
    # %clean FILE: no rule that is on has anything to say about it.
    ("%clean", f"{build}/bin/weir check"),
    ("%bazel", f"%python {root}/test/bazel/bazel.py {root} {build}"),
    ("%weir-clangd", f"{build}/bin/weir-clangd"),
    ("%weir-clang-tidy", f"{build}/bin/weir-clang-tidy"),
    ("%weir", f"{build}/bin/weir"),
    ("%cxx", cxx + sanitized), ("%gxx", f"g++ -std=c++20 -I{root}/runtime/include{sanitized}"),
    ("%python", "python3"), ("%root", root), ("%build", build),
]
