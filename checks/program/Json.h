// Summaries for people to read.

#pragma once

#include "checks/program/Fields.h"
#include <string>

namespace weir::program {

class Folders;

/// \p S as JSON. Fields have the names of Fields.h, and those are left out that
/// say nothing: what is empty or false. A place is `file:line:column`, and
/// files are relative to the project, as \p Where has it. Equal summaries give
/// equal texts.
std::string toJson(const Summary &S, const Folders &Where);

} // namespace weir::program
