// Whether two awaited calls may run at the same time; see Overlap.h.

#include "checks/program/Overlap.h"
#include "checks/program/Roots.h"
#include "llvm/ADT/STLExtras.h"

namespace weir::program {
namespace {

/// Whether two roots may be the same thing. Locals and globals are what they
/// are; a parameter or the object may be any shared thing.
bool mayAlias(Root L, Root R) {
  if (L.empty() || R.empty())
    return false;
  if (L == R || L == "?" || R == "?")
    return true;
  if (!isShared(L) || !isShared(R))
    return false;
  return !(L.starts_with("g:") && R.starts_with("g:"));
}

} // namespace

std::optional<Effects> whileSuspended(const Call &C, const Program &P) {
  if (!C.Operation.empty())
    return *C.Operation.begin();
  const Function *Callee = P.callee(C);
  return Callee && P.maySuspend(*Callee) ? effectsOf(C, P) : std::nullopt;
}

std::optional<Effects> effectsOf(const Call &C, const Program &P) {
  const Function *Callee = P.callee(C);
  if (!Callee)
    return std::nullopt;
  const Effects &Theirs = P.effectsOf(*Callee);
  if (Theirs.Unknown)
    return std::nullopt;
  // The caller's own locals stay apart: two calls may share one.
  Effects Here;
  for (Root R : Theirs.Reads)
    Here.Reads.push_back(translate(R, C));
  for (Root R : Theirs.Writes)
    Here.Writes.push_back(translate(R, C));
  return Here;
}

bool conflict(const Effects &L, const Effects &R) {
  return llvm::any_of(L.Writes, [&](Root Written) {
    auto Touches = [&](Root Other) { return mayAlias(Written, Other); };
    return llvm::any_of(R.Reads, Touches) || llvm::any_of(R.Writes, Touches);
  });
}

} // namespace weir::program
