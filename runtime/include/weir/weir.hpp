// All of the core. Streams, HTTP, TLS and testing have their own headers.

#pragma once

#include <weir/callback_handle.hpp>
#include <weir/cancelled.hpp>
#include <weir/create_task.hpp>
#include <weir/errors.hpp>
#include <weir/event.hpp>
#include <weir/gather.hpp>
#include <weir/lock.hpp>
#include <weir/loop.hpp>
#include <weir/queue.hpp>
#include <weir/queue_errors.hpp>
#include <weir/report.hpp>
#include <weir/result.hpp>
#include <weir/return_exceptions.hpp>
#include <weir/run.hpp>
#include <weir/run_options.hpp>
#include <weir/runner.hpp>
#include <weir/scoped.hpp>
#include <weir/semaphore.hpp>
#include <weir/sleep.hpp>
#include <weir/task.hpp>
#include <weir/task_group.hpp>
#include <weir/task_handle.hpp>
#include <weir/timeout.hpp>
#include <weir/timeout_scope.hpp>
#include <weir/to_thread.hpp>
#include <weir/wait_for.hpp>
#include <weir/yield.hpp>
