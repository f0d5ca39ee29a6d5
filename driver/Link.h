// The rules that need the whole program, asked about each of its functions.
//
// In two steps, for the first may be known from an earlier run or be done on
// another machine: judge() looks at facts only, and its findings have ordinals
// for places; locate() puts the places in.

#pragma once

#include "checks/program/Program.h"
#include "driver/Analysis.h"
#include "llvm/ADT/StringSet.h"

namespace weir::driver {

/// Which of several summaries, whose places are counted through, an ordinal is of.
class Ordinals {
public:
  void add(program::Counts Size);
  /// How many all summaries have together.
  program::Counts size() const { return Firsts.back(); }
  /// The index of the summary that place or extent is in, and its number there.
  std::pair<size_t, unsigned> place(unsigned Ordinal) const;
  std::pair<size_t, unsigned> extent(unsigned Ordinal) const;

private:
  std::vector<program::Counts> Firsts{{}};
};

/// Summaries, read back from their facts.
class Joint {
public:
  /// \p Facts of each file; an error if some bytes are none.
  static llvm::Expected<Joint> of(llvm::ArrayRef<llvm::StringRef> Facts,
                                  const program::Folders &Where);

  std::vector<const program::Summary *> summaries() const;
  const Ordinals &ordinals() const { return Numbers; }

private:
  std::vector<program::Summary> Summaries;
  Ordinals Numbers;
};

/// What the program rules that are on for each function's file say.
std::vector<Judged> judge(const program::Program &P, Configuration &Config, Sources &Texts);

/// How many functions coroutines come to call of which nothing is known.
size_t countUnknown(const program::Program &P);

/// Gives \p Findings their places. \p Places are those of the summaries that \p All
/// counts, in their order.
llvm::Error locate(std::vector<Judged> &Findings, const Ordinals &All,
                   llvm::ArrayRef<llvm::StringRef> Places);

/// Drops what `NOLINT` or the header filter hides; returns how many NOLINT did.
/// \p MainFiles are those that commands compile: the header filter does not
/// speak of them.
unsigned hide(std::vector<Judged> &Findings, const llvm::StringSet<> &MainFiles,
              Configuration &Config, Sources &Texts);

} // namespace weir::driver
