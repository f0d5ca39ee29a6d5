// run_options: how `run` and `runner` set up their loop.

#pragma once

namespace weir {

struct run_options {
  /// Watches for broken rules while the program runs (see debug.hpp). Also on
  /// if the environment variable WEIR_DEBUG is set and not empty or 0.
  bool debug = false;
};

} // namespace weir
