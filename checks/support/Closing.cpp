// What only tidies up; see Closing.h.

#include "checks/support/Closing.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {

bool isClosing(const FunctionDecl *F) {
  static constexpr StringRef Words[] = {"close",   "shutdown", "disconnect",
                                        "cancel",  "stop",     "quit",
                                        "cleanup", "logout"};
  return F->getDeclName().isIdentifier() &&
         llvm::any_of(Words, [&](StringRef Word) {
           return F->getName().contains_insensitive(Word);
         });
}

} // namespace weir
