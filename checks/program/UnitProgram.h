// The program that the rules of one file are asked about: the file, and what
// the index of its project knows of the functions it comes to call.

#pragma once

#include "checks/program/Program.h"

namespace weir {
class Unit;
}

namespace weir::program {

/// Made at the first question; lives as long as the AST of \p U. The functions
/// of \p U are those of summary 0.
const Program &programOf(Unit &U);

} // namespace weir::program
