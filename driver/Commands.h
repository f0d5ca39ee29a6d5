// How each file is compiled, in words that clang understands.

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace weir::driver {

/// A way to compile one file.
struct Command {
  std::string Directory;
  std::string File; ///< absolute
  std::vector<std::string> Args; ///< with the program, without the file

  /// The arguments for clang's driver, the file last.
  std::vector<std::string> line() const;
};

/// What became of the words of a command that are not passed on.
struct Change {
  std::string Flag;
  std::string Why;
};

struct Normalised {
  weir::driver::Command Command;
  std::vector<Change> Changes;
  std::string Skip; ///< not empty: why the file is nothing for us
};

/// Rewrites \p Args, written for whatever compiler, so that our clang parses
/// the same program: its own option table says what it knows. Launchers,
/// outputs, warnings, precompiled headers and plugins go; GCC's and nvcc's
/// words are translated.
Normalised normalise(llvm::StringRef Directory, llvm::StringRef File,
                     llvm::ArrayRef<std::string> Args);

} // namespace weir::driver
