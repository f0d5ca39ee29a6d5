"""bazel.py ROOT BUILD COMMAND ARG...: runs bazel in the current folder, without a network.

Prints what it did: a line for each action of ours that ran, the count of processes, and the end of what
failed. `cached FOLDER...` builds in each folder in turn, with a remote cache on a server of this machine
that is empty at first.
"""
import http.server
import os
import re
import subprocess
import sys
import threading

root, build, command, *arguments = sys.argv[1:]
OFFLINE = ["rules_cc", "rules_java", "remote_coverage_tools"]
REPORT = ["--aspects=@weir//:weir.bzl%weir", "--output_groups=weir_report"]


def bazel(command, *arguments, folder=".", user="bazel"):
    flags = [f"--override_repository={name}={root}/test/bazel/offline/{name}" for name in OFFLINE]
    flags += [f"--override_repository=weir={root}/driver/bazel", "--cxxopt=-std=c++20", "--color=no", "--curses=no",
              f"--repo_env=PATH={build}/bin:{os.environ['PATH']}", "--subcommands=pretty_print"]
    ran = subprocess.run(["bazel", f"--output_user_root={build}/test/{user}", "--nohome_rc", "--max_idle_secs=60", command,
                          *([] if command == "shutdown" else flags), *arguments],
                         cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         env=dict(os.environ, HOME=f"{build}/test", USER="weir"))
    noise = re.compile(r"SUBCOMMAND|Loading|Analyzing|INFO: [^\d]|[ #(\[]|.*tools/linux-sandbox")
    for line in ran.stdout.splitlines():
        action = re.search(r"SUBCOMMAND: .*\[action '((?:Summarizing|Linking|Reporting).*?)'", line)
        if action:
            print(action[1])
        elif not noise.match(line):
            print(line)
    return ran.returncode


class Store(http.server.BaseHTTPRequestHandler):
    """What Bazel asks of a cache over HTTP."""
    protocol_version = "HTTP/1.1"  # Bazel takes no other
    kept = {}

    def do_GET(self):
        body = self.kept.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def do_PUT(self):
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def cached(folders):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for folder in folders:
        bazel("clean", "--expunge", folder=folder)  # what an earlier run of the test left
        print(f"in {os.path.basename(folder)}:", flush=True)
        code = bazel("build", "//...", *REPORT, f"--remote_cache=http://127.0.0.1:{server.server_port}", folder=folder)
        if code:
            return code
    return 0


if command == "cached":
    sys.exit(cached(arguments))
if command == "report":
    sys.exit(bazel("build", *arguments, *REPORT))
sys.exit(bazel(command, *arguments))
