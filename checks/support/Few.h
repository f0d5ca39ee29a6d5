// A vector that is nearly always empty.
//
// There are millions of them when a large project is joined, so an empty one is
// a single pointer and takes no memory of its own.

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <memory>
#include <vector>

namespace weir {

/// Has value semantics, and of a vector's members those that are asked for.
template <class T> class Few {
public:
  using value_type = T;

  Few() = default;
  Few(std::vector<T> Elements)
      : All(Elements.empty() ? nullptr : std::make_unique<std::vector<T>>(std::move(Elements))) {}
  Few(std::initializer_list<T> Elements) : Few(std::vector<T>(Elements)) {}
  Few(Few &&) = default;
  Few(const Few &Other) { *this = Other; }
  Few &operator=(Few &&) = default;
  Few &operator=(const Few &Other) {
    All = Other.All ? std::make_unique<std::vector<T>>(*Other.All) : nullptr;
    return *this;
  }

  bool empty() const { return !All || All->empty(); }
  size_t size() const { return All ? All->size() : 0; }
  T *begin() { return All ? All->data() : nullptr; }
  T *end() { return begin() + size(); }
  const T *begin() const { return All ? All->data() : nullptr; }
  const T *end() const { return begin() + size(); }
  T &operator[](size_t I) { return (*All)[I]; }
  const T &operator[](size_t I) const { return (*All)[I]; }
  T &front() { return All->front(); }
  const T &front() const { return All->front(); }
  T &back() { return All->back(); }
  const T &back() const { return All->back(); }
  operator llvm::ArrayRef<T>() const { return llvm::ArrayRef<T>(begin(), size()); }

  void push_back(T Element) { made().push_back(std::move(Element)); }
  template <class... Args> T &emplace_back(Args &&...Parts) {
    return made().emplace_back(std::forward<Args>(Parts)...);
  }
  void resize(size_t Size) {
    if (Size || All)
      made().resize(Size);
  }
  void clear() { All.reset(); }

private:
  std::vector<T> &made() {
    if (!All)
      All = std::make_unique<std::vector<T>>();
    return *All;
  }

  std::unique_ptr<std::vector<T>> All;
};

} // namespace weir
