// return_exceptions: asks gather for failures as values.

#pragma once

namespace weir {

struct return_exceptions_t {
  explicit return_exceptions_t() = default;
};

/// `gather(return_exceptions, a(), b())`: see gather.
inline constexpr return_exceptions_t return_exceptions{};

} // namespace weir
