// The exceptions of queues.

#pragma once

#include <stdexcept>

namespace weir {

/// `get_nowait` of an empty queue.
struct queue_empty : std::runtime_error {
  queue_empty() : std::runtime_error("the queue is empty") {}
};
/// `put_nowait` into a full queue.
struct queue_full : std::runtime_error {
  queue_full() : std::runtime_error("the queue is full") {}
};
/// Any use of a queue that `shutdown` closed for it.
struct queue_shutdown : std::runtime_error {
  queue_shutdown() : std::runtime_error("the queue was shut down") {}
};

} // namespace weir
