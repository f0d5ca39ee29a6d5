// What has to be seen for what coroutines do to be known.

#pragma once

#include "checks/program/Program.h"
#include <string>
#include <vector>

namespace weir::driver {

/// The names, as Scan::Defines has them, of functions whose bodies could change
/// what is known of the coroutines of \p P; sorted.
std::vector<std::string> demanded(const program::Program &P);

} // namespace weir::driver
