// Which object an expression names: a variable or `this`, and the members on
// the way from there.

#pragma once

#include "checks/support/Body.h"
#include <optional>
#include <string>

namespace weir {

struct Storage {
  /// A variable; null for `this`.
  const clang::ValueDecl *Base = nullptr;
  /// The members on the way; null for going through a pointer.
  llvm::SmallVector<const clang::ValueDecl *, 2> Way;
  /// Whether it is another object than the one the name belongs to.
  bool IsElsewhere = false;

  friend bool operator==(const Storage &L, const Storage &R) {
    return L.Base == R.Base && L.Way == R.Way;
  }
  /// The last member, or the variable.
  const clang::ValueDecl *last() const;
  /// As in `this->count`, for messages.
  std::string text() const;
};

/// Nothing for what has no such name: a call's result, an element of an array.
std::optional<Storage> storageOf(const clang::Expr *E);

/// Whether something outside the frame of \p B can reach \p S: a global, a
/// member, what a reference or pointer leads to, what is captured by reference.
/// Not locals, even where a lambda refers to them.
bool isShared(const Storage &S, const Body &B);

} // namespace weir
