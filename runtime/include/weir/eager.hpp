// eager: asks create_task to begin at once.

#pragma once

namespace weir {

struct eager_t {
  explicit eager_t() = default;
};

/// `create_task(eager, a())`: see create_task.
inline constexpr eager_t eager{};

} // namespace weir
