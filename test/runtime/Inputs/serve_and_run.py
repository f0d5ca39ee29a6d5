# Serves a folder over HTTP and runs a program with the URLs of its files.

import functools
import http.server
import subprocess
import sys
import threading

folder, program, *files = sys.argv[1:]
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
handler.func.log_message = lambda *_: None
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/"
    result = subprocess.run([program] + [base + f for f in files])
    server.shutdown()
sys.exit(result.returncode)
