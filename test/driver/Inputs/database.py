"""database.py FOLDER FILE... -- FLAG...: writes FOLDER/compile_commands.json."""
import json, os, sys

folder, words = sys.argv[1], sys.argv[2:]
files, flags = words[: words.index("--")], words[words.index("--") + 1 :]
entries = [
    {"directory": os.path.abspath(folder), "file": file,
     "arguments": ["/usr/bin/c++", *flags, "-o", file + ".o", "-c", file]}
    for file in files
]
with open(os.path.join(folder, "compile_commands.json"), "w") as out:
    json.dump(entries, out, indent=1)
