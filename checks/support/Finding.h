// What is reported, whoever found it.

#pragma once

#include "checks/support/Few.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <tuple>
#include <vector>

namespace weir {

/// A stretch of source. Lines and columns count from 1, columns in bytes; the
/// end is exclusive. Offsets count from 0. `File` is interned (see intern) and
/// as the compiler found it: absolute, or relative to where it ran.
struct Place {
  llvm::StringRef File;
  unsigned Line = 0, Column = 0, EndLine = 0, EndColumn = 0;

  bool isValid() const { return Line != 0; }
  friend bool operator==(const Place &L, const Place &R) {
    return L.File == R.File && L.Line == R.Line && L.Column == R.Column;
  }
  friend bool operator<(const Place &L, const Place &R) {
    return std::tie(L.File, L.Line, L.Column) < std::tie(R.File, R.Line, R.Column);
  }
};

/// One replacement in a file: the bytes from Begin up to, and not including,
/// End become Text.
struct Edit {
  llvm::StringRef File;
  unsigned Begin = 0, End = 0;
  std::string Text;
};

struct Note {
  Place At;
  std::string Message;
};

/// A set of edits that belong together.
struct Fix {
  llvm::StringRef Title; ///< interned
  Few<Edit> Edits;
  bool Safe = false; ///< applied without asking
  bool isEmpty() const { return Edits.empty(); }
};

struct Finding {
  std::string Rule; ///< with the `weir-` prefix
  bool IsNote = false;
  Place At;
  std::string Message;
  std::vector<Note> Notes;
  std::vector<Fix> Fixes;
};

/// A copy of \p Text that lives as long as the process, one for equal texts.
/// Paths, USRs and names repeat endlessly in summaries. Thread-safe.
llvm::StringRef intern(llvm::StringRef Text);
/// The same of a list, whose elements are interned.
llvm::ArrayRef<llvm::StringRef> intern(llvm::ArrayRef<llvm::StringRef> Texts);

} // namespace weir
