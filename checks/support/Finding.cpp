// One copy of each text, for as long as the process lives; see Finding.h.

#include "checks/support/Finding.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Allocator.h"
#include <array>
#include <mutex>

using llvm::ArrayRef;
using llvm::StringRef;

namespace {

/// What is known, in parts by hash, so that threads seldom wait for each other.
template <class Set> class Parts {
public:
  struct Part {
    std::mutex Guard;
    Set Known;
    llvm::BumpPtrAllocator Memory; ///< of lists; a set of texts has its own
  };
  /// The upper bits; the set itself goes by the lower ones.
  Part &of(uint32_t Hash) { return All[Hash >> 26]; }

private:
  std::array<Part, 64> All;
};

} // namespace

StringRef weir::intern(StringRef Text) {
  static Parts<llvm::StringSet<llvm::BumpPtrAllocator>> All;
  uint32_t Hash = llvm::StringMapImpl::hash(Text);
  auto &Part = All.of(Hash);
  std::lock_guard Lock(Part.Guard);
  return Part.Known.try_emplace_with_hash(Text, Hash).first->first();
}

ArrayRef<StringRef> weir::intern(ArrayRef<StringRef> Texts) {
  static Parts<llvm::DenseSet<ArrayRef<StringRef>>> All;
  auto &Part =
      All.of(llvm::DenseMapInfo<ArrayRef<StringRef>>::getHashValue(Texts));
  std::lock_guard Lock(Part.Guard);
  auto Found = Part.Known.find(Texts);
  return Found == Part.Known.end()
             ? *Part.Known.insert(Texts.copy(Part.Memory)).first
             : *Found;
}
