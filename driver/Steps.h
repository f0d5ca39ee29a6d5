// `weir summarize`, `weir link`, `weir report`: what `weir check` does, as the
// steps of a build, for an engine that knows what to do again and where.
//
// Each file becomes facts and, apart, places; all facts together become the
// findings of the program; with the places they become a report. A comment that
// moves lines changes places only, so nothing is linked.

#pragma once

#include "llvm/ADT/ArrayRef.h"

namespace weir::driver {

/// `weir summarize ARGS…`; returns the exit code, as the others do.
int summarizeCommand(llvm::ArrayRef<const char *> Args);
int linkCommand(llvm::ArrayRef<const char *> Args);
int reportCommand(llvm::ArrayRef<const char *> Args);

} // namespace weir::driver
