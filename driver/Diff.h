// Edits of one text: applied, and shown as a unified diff.

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace weir::driver {

/// A replacement of the bytes from Begin up to End.
struct Replacement {
  unsigned Begin, End;
  std::string Text;
  friend bool operator==(const Replacement &, const Replacement &) = default;
};

/// Changes of one text that fit together, in order.
class Patch {
public:
  /// Whether \p C leaves those already in it alone. The same change again, and
  /// a further line put in at the same place, do.
  bool accepts(const Replacement &C) const;
  void add(const Replacement &C);
  bool isEmpty() const { return Changes.empty(); }

  std::string apply(llvm::StringRef Text) const;
  /// Lines [First, Last) of \p Text, counted from 0, become New.
  struct Block {
    size_t First, Last;
    std::string New;
  };
  std::vector<Block> blocks(llvm::StringRef Text) const;
  /// A unified diff with three lines of context; \p Name stands in its head.
  std::string diff(llvm::StringRef Text, llvm::StringRef Name) const;

private:
  std::vector<Replacement> Changes;
};

/// The lines of \p Text, with their ends.
std::vector<llvm::StringRef> linesOf(llvm::StringRef Text);

} // namespace weir::driver
