// run: from main into the world of tasks, and back.

#pragma once

#include <weir/runner.hpp>
#include <weir/task.hpp>

#include <utility>

namespace weir {

/// Makes a loop, runs \p main on it and returns its result.
///
///     int main() { return weir::run(serve()); }
///
/// When main is done, tasks that are left are cancelled and waited for; a task
/// that neither ends nor waits for anything that could happen is reported and
/// destroyed. Throws what main throws; usage_error if this thread runs a loop
/// already. (asyncio: run.)
///
/// Ctrl-C (SIGINT), on the main thread and unless the program handles it:
/// cancels main. If main ends so, and all that is left, the process ends by the
/// signal, as programs do that clean up first; if main catches `cancelled` and
/// returns, so does `run`. The second Ctrl-C ends the process at once. (asyncio
/// raises KeyboardInterrupt instead.)
template <class T> T run(task<T> main, run_options options = {}) {
  return runner(std::move(options)).run(std::move(main));
}

} // namespace weir
