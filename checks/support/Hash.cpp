#include "checks/support/Hash.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"

weir::Hash weir::hashOf(llvm::StringRef Text) {
  llvm::BLAKE3 Hasher;
  Hasher.update(Text);
  return Hasher.final<std::tuple_size_v<Hash>>();
}

std::string weir::hexOf(const Hash &H) {
  return llvm::toHex(H, /*LowerCase=*/true);
}
