# Fails unless each C++ block of a page is part of one of the examples next to it.

import pathlib
import re
import sys

page = pathlib.Path(sys.argv[1])
examples = [re.sub(r" // CHECK.*", "", p.read_text())
            for p in (page.parent / "examples" / "runtime").glob("*.cpp")]
for block in re.findall(r"```cpp\n(.*?)```", page.read_text(), re.S):
    if not any(block in e for e in examples):
        sys.exit(f"{page}: no example has this:\n{block}")
