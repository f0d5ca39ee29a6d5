// Whether a variable has let go of what its destructor would wait for.
//
// A handle's destructor asks first: `if (!detached) wait();`. Where the body has
// changed the answer, by `handle.detach()` or by moving the handle away, nobody
// can tell from the destructor alone that it waits.

#pragma once

#include "checks/support/Body.h"

namespace weir {
class Unit;

namespace program {

/// \p V is a local of \p B, destroyed by \p Destructor.
bool isLetGo(const clang::VarDecl *V, const clang::CXXDestructorDecl *Destructor, const Body &B,
             Unit &U);

} // namespace program
} // namespace weir
