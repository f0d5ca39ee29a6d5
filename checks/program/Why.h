// What is known of a function, and from which calls: for people who wonder why
// a rule speaks of it, or why none does.

#pragma once

#include "checks/program/ChainReport.h"
#include "checks/support/Finding.h"

namespace weir::program {

/// What the rules take for blocking unless they are told otherwise.
bool blocks(const Block &Leaf);
bool waits(const Block &Leaf);

/// One thing that is known of a function, with the way to where it shows.
struct Reason {
  std::string Statement; ///< "it may throw"
  std::vector<Note> Way;
};

/// Why \p F is considered to block, to wait, to suspend, to leave a mutex
/// locked, to throw or to be needless, and of which calls on the way nothing is known.
std::vector<Reason> reasons(const Function &F, const Program &P);

} // namespace weir::program
