#include "checks/support/Finding.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Allocator.h"
#include <mutex>

llvm::StringRef weir::intern(llvm::StringRef Text) {
  static std::mutex Guard;
  static llvm::StringSet<llvm::BumpPtrAllocator> Known;
  std::lock_guard Lock(Guard);
  return Known.insert(Text).first->first();
}
