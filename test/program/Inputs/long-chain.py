"""long-chain.py N: a coroutine that blocks through N functions."""

import sys

count = int(sys.argv[1])
print('#include "task.h"\n#include <unistd.h>\nvoid f0() { sleep(1); }')
for n in range(1, count):
    print(f"void f{n}() {{ f{n - 1}(); }}")
print(f"task<> waits() {{ f{count - 1}(); co_return; }}")
