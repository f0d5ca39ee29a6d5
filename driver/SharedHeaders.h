// The standard library's headers, parsed once for many files.
//
// Most of a file's parse is headers of the standard library, and most files of a
// project include the same. So those that many files include are precompiled in
// a run that has enough files to parse, and the files that include all of them
// begin with that. What such a file means is the same: no header is in front
// that it would not include anyway, and none of its own macros is a word in
// them. If it does not compile so, it is parsed as it stands.
//
// Facts of the user's own headers, though, are found anew in each file that
// includes them: to show that a function means the same in two files, its macros,
// its overloads and the flags around it would have to be compared, and it would
// save next to nothing. By CPU time of whole runs, functions in headers took
// 0.2 % of libcoro's 47 files and of 1,000 generated ones, 0.6 % of
// async_simple's 37 and 2.3 % of 16 of yalantinglibs, half of that for
// instantiations. `./dev bench facts` counts it for all functions together.

#pragma once

#include "driver/Includes.h"
#include "llvm/ADT/StringSet.h"
#include <atomic>
#include <list>
#include <mutex>

namespace weir::driver {

/// Headers that are ready to begin a file with.
struct Precompiled {
  std::string Path, Source;
  Dependencies Inputs; ///< of the headers
};

/// Thread-safe, once made.
class SharedHeaders {
public:
  /// \p Units are those of \p Commands; \p Files knows them. All must outlive it.
  SharedHeaders(llvm::ArrayRef<Command> Commands, llvm::ArrayRef<Includes::Reach> Units,
                Includes &Files, const Shared &Common);
  /// Removes what was precompiled.
  ~SharedHeaders();

  /// What the file of \p C, which is to be parsed now, may begin with; null: nothing.
  const Precompiled *of(const Command &C);
  /// The file of \p C compiles without, but not with what of() gave.
  void refuse(const Command &C);

  /// How many files began with precompiled headers, so far.
  unsigned used() const { return Used; }

private:
  /// Units with the same flags.
  struct Group {
    std::vector<std::pair<const Command *, const Includes::Reach *>> Units;
    std::atomic<unsigned> Asked = 0, Refused = 0;
    std::mutex Guard; ///< for what follows
    bool IsTried = false;
    std::vector<std::string> Headers; ///< that those which take part include
    Precompiled Made;
    bool IsReady = false;
    llvm::StringSet<> Words; ///< of the headers
  };
  void choose(Group &G);
  void precompile(Group &G);

  Includes &Files;
  const Shared &Common;
  std::atomic<unsigned> Used = 0;
  std::list<Group> Groups;
  struct Unit {
    Group *In;
    const Includes::Reach *Known;
  };
  std::map<std::string, Unit> ByCommand;
};

} // namespace weir::driver
