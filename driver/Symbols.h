// From addresses of a program to its lines, by its debug information.

#pragma once

#include "driver/TraceFile.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/DebugInfo/Symbolize/Symbolize.h"
#include <map>

namespace weir::driver {

class Symbols {
public:
  /// The calls at \p Offset of \p Module, inlined ones first. \p Function is
  /// the name to give where there is no better one. With \p IsStale the module
  /// is not looked at.
  const std::vector<Trace::Call> &at(llvm::StringRef Module, uint64_t Offset,
                                     llvm::StringRef Function, bool IsStale);

private:
  llvm::symbolize::LLVMSymbolizer Symbolizer;
  llvm::StringMap<std::map<uint64_t, std::vector<Trace::Call>>> Known;
};

} // namespace weir::driver
