"""edit-meanwhile.py FOLDER COMMAND...: runs the command there, and adds a line to
edited.cpp each time pipe.h, which that includes, is opened."""

import os
import subprocess
import sys
import threading

folder, command = sys.argv[1], sys.argv[2:]
os.chdir(folder)
if os.path.exists("pipe.h"):
    os.remove("pipe.h")
os.mkfifo("pipe.h")
edits = 0


def serve():
    global edits
    while True:
        with open("pipe.h", "w"):  # waits for who reads it
            edits += 1
            with open("edited.cpp", "a") as file:
                file.write(f"// edit {edits}\n")


threading.Thread(target=serve, daemon=True).start()
subprocess.run(command, timeout=100)
text = open("edited.cpp").read()
print("every edit is there" if edits and all(f"// edit {n}\n" in text for n in range(1, edits + 1)) else text)
