# confirm.py WEIR ROOT LIBRARY...: holds built-in models against the headers of
# this machine, where `./dev setup` puts them. A name that is not declared fails,
# for it is a rule that never speaks.

import glob, subprocess, sys

weir, root, libraries = sys.argv[1], sys.argv[2], sys.argv[3:]
coroutines = "-DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE -DBOOST_ASIO_HAS_CO_AWAIT"
qt = glob.glob("/usr/include/*/qt6") + glob.glob("/usr/include/*/qt6/Qt*")
in_qt = ["-fPIC"] + ["-I" + path for path in qt]
flags = {
    # The first versions know no coroutines of clang's, and miss an include.
    "asio": f"{coroutines} -DBOOST_ASIO_HAS_STD_COROUTINE -include utility".split(),
    # The other standard library.
    "libc++:std": ["-stdlib=libc++"],
    "jsoncpp": ["-I/usr/include/jsoncpp"],
    "libpq": ["-I/usr/include/postgresql"],
    "qcoro": in_qt + ["-I/usr/include/qcoro6"],
    "qt": in_qt,
    "mysql": ["-I/usr/include/mariadb", "-I/usr/include/mysql"],
    "weir": [f"-I{root}/runtime/include"],
    "zmq": ["-DZMQ_BUILD_DRAFT_API"],
}
failed = 0
for library in libraries:
    run = subprocess.run([weir, "models", "check", library.split(":")[-1], "--"] + flags.get(library, []),
                         capture_output=True, text=True)
    print(run.stdout + run.stderr, end="")
    failed += run.returncode != 0
sys.exit(failed != 0)
