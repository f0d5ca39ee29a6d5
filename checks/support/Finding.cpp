#include "checks/support/Finding.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Allocator.h"
#include <mutex>

using llvm::ArrayRef;
using llvm::StringRef;

StringRef weir::intern(StringRef Text) {
  static std::mutex Guard;
  static llvm::StringSet<llvm::BumpPtrAllocator> Known;
  std::lock_guard Lock(Guard);
  return Known.insert(Text).first->first();
}

ArrayRef<StringRef> weir::intern(ArrayRef<StringRef> Texts) {
  static std::mutex Guard;
  static llvm::DenseSet<ArrayRef<StringRef>> Known;
  static llvm::BumpPtrAllocator Memory;
  std::lock_guard Lock(Guard);
  auto Found = Known.find(Texts);
  return Found == Known.end() ? *Known.insert(Texts.copy(Memory)).first : *Found;
}
