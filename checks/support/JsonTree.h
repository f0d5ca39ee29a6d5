// JSON that remembers where it was written.
//
// For files people write by hand: what is wrong in them is said with line and
// column, and a key that is given twice is not lost. Comments are allowed.
// nlohmann/json reads; this keeps what it throws away.

#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace weir {

/// One value of a JSON file.
struct JsonTree {
  struct Member;
  using Array = std::vector<JsonTree>;
  using Object = std::vector<Member>; ///< in the order of the file

  std::variant<std::nullptr_t, bool, int64_t, double, std::string, Array, Object>
      Value;
  /// Byte of the key, or of the value where there is none.
  size_t Offset = 0;

  /// "a string", "a list", ... for messages.
  llvm::StringRef kind() const;

  /// An error is "line:column: what is wrong".
  static llvm::Expected<JsonTree> parse(llvm::StringRef Text);
};

struct JsonTree::Member {
  std::string Key;
  JsonTree Value;
};

/// "line:column" of a byte, both from 1.
std::string lineAndColumn(llvm::StringRef Text, size_t Offset);

} // namespace weir
