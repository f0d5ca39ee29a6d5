// What `weir check` leaves in the build folder for the plugin and the editor:
// the summary of each file of the project, and which of them tells of a
// function.
//
// An entry is used as long as the files it was made from are what they were,
// and those that were looked for in vain are still absent; and the index as
// long as the compile database says the same: another command may mean another
// program. That there are no overrides but those it has is true while no file
// of the project has changed.
// The index is a help, never a condition: one that is of another version, cut
// off or damaged is as good as none.

#pragma once

#include "checks/program/IndexFormat.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <optional>

namespace weir::program {

/// Where the index of \p Build is. The environment may name another file, or
/// none: then it is empty.
std::string indexPath(llvm::StringRef Build);

/// Thread-safe; maps its file.
class Index {
public:
  /// The index that tells of the project of \p Main, which is compiled in
  /// \p Directory: the nearest of those folders and what they are in. Null if
  /// there is none. Both are absolute.
  static std::shared_ptr<const Index> near(llvm::StringRef Directory,
                                           llvm::StringRef Main);
  /// Null if it cannot be used. One for all who ask, until the file changes.
  static std::shared_ptr<const Index> open(llvm::StringRef Path);

  const Hash &made() const { return Head->Made; }
  bool isWhole() const { return Head->IsWhole; }
  unsigned size() const { return Entries.size(); }

  /// The entries that define the function \p Usr: any of them tells the same.
  llvm::SmallVector<unsigned> defining(llvm::StringRef Usr) const;
  /// For each method that overrides \p Usr, the entries that have it.
  std::vector<llvm::SmallVector<unsigned>>
  overriding(llvm::StringRef Usr) const;

  /// Whether the files of the project, but for \p Main, are what they were.
  bool isUnchangedBut(llvm::StringRef Main) const;

  bool isOf(unsigned Entry, llvm::StringRef Main) const;
  llvm::ArrayRef<format::ListItem> filesOf(unsigned Entry) const;
  unsigned mainOf(unsigned Entry) const { return Entries[Entry].Main; }
  /// Whether file \p Number is what it was.
  bool isUnchanged(unsigned Number) const;
  std::optional<Summary> summary(unsigned Entry) const;

  /// For whoever makes the next one.
  llvm::StringRef factsOf(unsigned Entry) const;
  llvm::ArrayRef<format::Definition> definitions() const { return Definitions; }
  llvm::ArrayRef<format::Override> overrides() const { return Overrides; }

private:
  Index() = default;
  static std::shared_ptr<const Index> read(llvm::StringRef Path);
  llvm::StringRef bytes(uint64_t At, uint64_t Size) const;
  llvm::StringRef bytes(const format::Stretch &S) const {
    return bytes(S.At, S.Count);
  }
  template <class Row>
  bool table(const format::Stretch &S, llvm::ArrayRef<Row> &Into) const;
  bool tellsOf(llvm::StringRef Main) const;
  bool hasDatabase() const;

  std::unique_ptr<llvm::MemoryBuffer> Bytes;
  const format::Header *Head = nullptr;
  Folders Where;
  std::string Root, Build; ///< as they are now
  llvm::ArrayRef<format::File> Files;
  llvm::ArrayRef<format::ListItem> Lists;
  llvm::ArrayRef<format::Entry> Entries;
  llvm::ArrayRef<format::Definition> Definitions;
  llvm::ArrayRef<format::Override> Overrides;
};

/// Which entries of an index still hold; each file is looked at once.
class Freshness {
public:
  explicit Freshness(const Index &Of) : Of(Of) {}
  /// \p WithMain: whether the file that was compiled counts.
  bool holds(unsigned Entry, bool WithMain = true);

private:
  const Index &Of;
  llvm::DenseMap<unsigned, bool> Known; ///< by file
};

} // namespace weir::program
