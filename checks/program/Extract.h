// From the AST of a file to its summary.

#pragma once

#include "checks/program/Summary.h"

namespace weir {
class Unit;
}

namespace weir::program {

/// The summary of \p U: one Function for each of its bodies.
Summary extract(Unit &U);

} // namespace weir::program
