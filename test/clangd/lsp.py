"""lsp.py CLANGD FILE [FLAG...]: opens FILE in a language server; prints what it says of it.

One line for each diagnostic, its notes (with their place, in another file), its link and its fixes."""
import json, os, subprocess, sys

server = subprocess.Popen([sys.argv[1], "--log=error", *sys.argv[3:]],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
path = os.path.abspath(sys.argv[2])
uri = "file://" + path


def send(method, params, id=None):
    body = {"jsonrpc": "2.0", "method": method, "params": params}
    if id is not None:
        body["id"] = id
    data = json.dumps(body).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
    server.stdin.flush()


def receive(wanted):
    """The next message that `wanted` accepts."""
    while True:
        length = 0
        while line := server.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            sys.exit("the server has gone")
        message = json.loads(server.stdout.read(length))
        if wanted(message):
            return message


capabilities = {"textDocument": {
    "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True},
    "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}}}
send("initialize", {"processId": None, "rootUri": "file://" + os.path.dirname(path),
                    "capabilities": capabilities}, id=1)
receive(lambda m: m.get("id") == 1)
send("initialized", {})
send("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "cpp", "version": 1,
                                               "text": open(path).read()}})
published = receive(lambda m: m.get("method") == "textDocument/publishDiagnostics"
                    and m["params"]["uri"] == uri)
for number, d in enumerate(published["params"]["diagnostics"]):
    start = d["range"]["start"]
    print(f"{start['line'] + 1}:{start['character'] + 1}: {d['message'].splitlines()[0]} [{d.get('code')}]")
    print("  link:", d.get("codeDescription", {}).get("href"))
    for note in d.get("relatedInformation", []):
        there = note["location"]
        begin = there["range"]["start"]
        where = "" if there["uri"] == uri else (
            f"{os.path.basename(there['uri'])}:{begin['line'] + 1}:{begin['character'] + 1}: ")
        print(f"  note: {where}{note['message']}")
    send("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": d["range"],
                                     "context": {"diagnostics": [d]}}, id=10 + number)
    answer = receive(lambda m: m.get("id") == 10 + number)
    for action in answer["result"]:
        if action.get("kind") == "quickfix":
            print("  fix:", action["title"])
print("done")
send("shutdown", None, id=2)
receive(lambda m: m.get("id") == 2)
send("exit", None)
server.wait()
