// All of the core. Streams, HTTP, TLS and testing have their own headers.
//
// What can be awaited is for tasks of this library on the thread of their loop.
// Another thread may use only what says so: `call_soon_threadsafe`,
// `run_threadsafe` and its future, values such as `result`, `set_report_handler`.

#pragma once

#include <weir/as_completed.hpp>
#include <weir/as_result.hpp>
#include <weir/async_generator.hpp>
#include <weir/barrier.hpp>
#include <weir/bounded_semaphore.hpp>
#include <weir/call_graph.hpp>
#include <weir/callback_handle.hpp>
#include <weir/cancel_scope.hpp>
#include <weir/cancelled.hpp>
#include <weir/condition.hpp>
#include <weir/context_var.hpp>
#include <weir/create_task.hpp>
#include <weir/current_task.hpp>
#include <weir/debug.hpp>
#include <weir/eager.hpp>
#include <weir/errors.hpp>
#include <weir/event.hpp>
#include <weir/future.hpp>
#include <weir/gather.hpp>
#include <weir/generator.hpp>
#include <weir/keep_running.hpp>
#include <weir/lifo_queue.hpp>
#include <weir/lock.hpp>
#include <weir/loop.hpp>
#include <weir/next_signal.hpp>
#include <weir/priority_queue.hpp>
#include <weir/queue.hpp>
#include <weir/queue_errors.hpp>
#include <weir/race.hpp>
#include <weir/report.hpp>
#include <weir/result.hpp>
#include <weir/return_exceptions.hpp>
#include <weir/run.hpp>
#include <weir/run_options.hpp>
#include <weir/run_threadsafe.hpp>
#include <weir/runner.hpp>
#include <weir/scoped.hpp>
#include <weir/semaphore.hpp>
#include <weir/shield.hpp>
#include <weir/sleep.hpp>
#include <weir/task.hpp>
#include <weir/task_group.hpp>
#include <weir/task_handle.hpp>
#include <weir/timeout.hpp>
#include <weir/timeout_scope.hpp>
#include <weir/to_thread.hpp>
#include <weir/wait.hpp>
#include <weir/wait_for.hpp>
#include <weir/yield.hpp>
