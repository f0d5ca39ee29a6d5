// What a file's text tells before it is parsed.
//
// Lexed, not parsed: comments and literals are left out, conditions are not
// evaluated, so it is never less than what any translation unit sees of the
// file.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace weir::driver {

struct Include {
  std::string Name;
  bool IsAngled = false;
  bool IsNext = false;        ///< `#include_next`
  bool IsConditional = false; ///< inside an `#if` that is no include guard
};

struct Scan {
  std::vector<Include> Includes;
  /// `co_await`, `co_yield` or `co_return` is in it.
  bool HasCoroutines = false;
  /// It includes what a macro names, or imports a module: nobody knows what.
  bool IsOpen = false;
  /// The names that a function defined here may have, sorted; of an operator,
  /// `operator`. Some are no functions.
  std::vector<std::string> Defines;
  /// The macros that it defines.
  std::vector<std::string> Macros;
  /// How names begin or end that its macros make with `##`.
  std::vector<std::string> Begins, Ends;
};

/// \p Text is followed by a zero. Names are collected on demand: a system
/// header defines nothing that anybody looks for.
Scan scan(llvm::StringRef Text, bool WantsNames);

/// Every identifier in \p Text, which is followed by a zero; with repetitions.
std::vector<llvm::StringRef> words(llvm::StringRef Text);

} // namespace weir::driver
