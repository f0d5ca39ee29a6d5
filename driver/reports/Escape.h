// Text inside XML and HTML.

#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>

namespace weir::driver {

/// \p Text for an attribute or an element; what XML cannot hold becomes `?`.
inline std::string escape(llvm::StringRef Text) {
  std::string Result;
  for (char C : Text)
    switch (C) {
    case '&': Result += "&amp;"; break;
    case '<': Result += "&lt;"; break;
    case '>': Result += "&gt;"; break;
    case '"': Result += "&quot;"; break;
    case '\'': Result += "&#39;"; break;
    case '\n': Result += "&#10;"; break;
    case '\t': Result += C; break;
    default: Result += static_cast<unsigned char>(C) < ' ' ? '?' : C;
    }
  return Result;
}

} // namespace weir::driver
