// The exceptions of streams, next to std::system_error.

#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace weir {

/// The stream ended in the middle of what was to be read. (asyncio:
/// IncompleteReadError.)
struct incomplete_read : std::runtime_error {
  incomplete_read(std::string came, std::size_t expected)
      : std::runtime_error(
            "the stream ended after " + std::to_string(came.size()) +
            (expected ? " of " + std::to_string(expected) : "") + " bytes"),
        partial(std::move(came)) {}
  std::string partial; ///< What came before the end.
};

/// The separator did not come within the limit. (asyncio: LimitOverrunError.)
struct limit_overrun : std::runtime_error {
  limit_overrun() : std::runtime_error("no separator within the limit") {}
};

} // namespace weir
