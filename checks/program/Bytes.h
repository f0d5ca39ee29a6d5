// Summaries as bytes: facts and places apart.
//
// Facts are what the program is decided by; places are the lines, columns and
// offsets in them. Apart, a line that moves changes the places of its file and
// nothing else, and whoever has joined the same facts before need not do it
// again. In facts that are read back a place still has its file, but instead of
// a line an ordinal: equal places of one summary have the same, and Places
// turns ordinals, in findings made from such facts, into lines again.
//
// The bytes do not depend on where the project is checked out: its folders are
// written as marks.

#pragma once

#include "checks/program/Fields.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <map>

namespace weir::program {

/// Counted up whenever the stored form changes; what was stored in another is
/// not read.
constexpr unsigned StoredFormat = 6;

/// The folders of a project that paths in stored texts begin with.
class Folders {
public:
  Folders() = default;
  /// \p Root is the project's, \p Build its build folder, absolute; may be empty.
  Folders(llvm::StringRef Root, llvm::StringRef Build);

  /// \p Text with each mention of a folder replaced by its mark.
  std::string stored(llvm::StringRef Text) const;
  std::string restored(llvm::StringRef Text) const;

private:
  std::vector<std::pair<char, std::string>> Marks; ///< the longer folder first
};

/// How many places and extents there are.
struct Counts {
  unsigned Places = 0, Extents = 0;
};

/// A place without its file.
struct Coordinates {
  unsigned Line = 0, Column = 0, EndLine = 0, EndColumn = 0;
  friend auto operator<=>(const Coordinates &, const Coordinates &) = default;
};

/// A summary as bytes.
struct Stored {
  std::string Facts, Places;
};

/// Writes numbers, each text once, and whatever has fields.
class ByteWriter {
public:
  /// With \p IsApart, places and extents become ordinals; `places()` has them.
  ByteWriter(const Folders &Where, bool IsApart) : Where(Where), IsApart(IsApart) {}

  void number(uint64_t N);
  void text(llvm::StringRef Text);
  void raw(llvm::StringRef Bytes) { Out += Bytes; }
  template <class T> void operator()(const char *, T &Field) { write(Field); }
  template <class T> void write(const T &Field);

  std::string take() { return std::move(Out); }
  /// The places that were written as ordinals, in the order of these.
  std::string places();
  Counts size() const {
    return {static_cast<unsigned>(Lines.size()), static_cast<unsigned>(Extents.size())};
  }

private:
  void place(const Place &P);
  void extent(unsigned Begin, unsigned End);

  const Folders &Where;
  bool IsApart;
  std::string Out;
  llvm::StringMap<unsigned> Texts;
  std::map<Coordinates, unsigned> LineOrdinals;
  std::map<std::pair<unsigned, unsigned>, unsigned> ExtentOrdinals;
  std::vector<Coordinates> Lines;
  std::vector<Extent> Extents;
};

class Places;

/// Reads what ByteWriter wrote. After the first error, in bytes that are cut
/// off or are none of ours, everything read is empty.
class ByteReader {
public:
  /// With \p IsApart, ordinals are counted on from \p From.
  ByteReader(llvm::StringRef Bytes, const Folders &Where, bool IsApart, Counts From = {})
      : Rest(Bytes), Where(Where), IsApart(IsApart), From(From) {}

  uint64_t number();
  llvm::StringRef text(); ///< interned
  llvm::StringRef raw(size_t Length);
  template <class T> void operator()(const char *, T &Field) { read(Field); }
  template <class T> void read(T &Field);
  bool failed() const { return Failed; }
  /// Puts what ordinals stand for instead of them.
  void resolveWith(const Places &P) { Resolved = &P; }
  bool atEnd() const { return Rest.empty(); }

private:
  void fail();
  size_t count();
  void place(Place &P);
  void extent(unsigned &Begin, unsigned &End);

  llvm::StringRef Rest;
  const Folders &Where;
  bool IsApart;
  Counts From;
  const Places *Resolved = nullptr;
  std::vector<llvm::StringRef> Texts;
  bool Failed = false;
};

Stored store(const Summary &S, const Folders &Where);

/// The summaries of \p Facts, in their order, with ordinals for places that are
/// counted through. An error if some bytes are not facts of this format.
llvm::Expected<std::vector<Summary>>
restore(llvm::ArrayRef<llvm::StringRef> Facts, const Folders &Where);

/// How many places \p Facts have, without reading them.
std::optional<Counts> countsOf(llvm::StringRef Facts);

/// The summary as it was stored.
llvm::Expected<Summary> restore(const Stored &S, const Folders &Where);

/// The places of one summary.
class Places {
public:
  static llvm::Expected<Places> read(llvm::StringRef Bytes);

  /// \p Ordinal counted from this summary's first.
  void resolve(Place &P, unsigned Ordinal) const;
  Extent extent(unsigned Ordinal) const;
  Counts size() const {
    return {static_cast<unsigned>(Lines.size()), static_cast<unsigned>(Extents.size())};
  }

private:
  std::vector<Coordinates> Lines;
  std::vector<Extent> Extents;
};

template <class T> struct IsVector : std::false_type {};
template <class T> struct IsVector<std::vector<T>> : std::true_type {};
template <class T> struct IsVector<Few<T>> : std::true_type {};
using TextList = llvm::ArrayRef<llvm::StringRef>;

template <class T> void ByteWriter::write(const T &Field) {
  if constexpr (std::is_convertible_v<T, llvm::StringRef>) {
    text(Field);
  } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
    number(static_cast<uint64_t>(Field));
  } else if constexpr (std::is_same_v<T, Place>) {
    place(Field);
  } else if constexpr (std::is_same_v<T, Extent>) {
    extent(Field.Begin, Field.End);
  } else if constexpr (std::is_same_v<T, Edit>) {
    text(Field.File);
    extent(Field.Begin, Field.End);
    text(Field.Text);
  } else if constexpr (std::is_same_v<T, Stored>) {
    for (llvm::StringRef Part : {llvm::StringRef(Field.Facts), llvm::StringRef(Field.Places)}) {
      number(Part.size());
      raw(Part); // whose folders are marked already
    }
  } else if constexpr (IsVector<T>::value || std::is_same_v<T, TextList>) {
    number(Field.size());
    for (const auto &Each : Field)
      write(Each);
  } else {
    visitFields(*this, const_cast<T &>(Field)); // which only looks
  }
}

template <class T> void ByteReader::read(T &Field) {
  if constexpr (std::is_same_v<T, llvm::StringRef>) {
    Field = text();
  } else if constexpr (std::is_same_v<T, std::string>) {
    Field = text().str();
  } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
    Field = static_cast<T>(number());
  } else if constexpr (std::is_same_v<T, Place>) {
    place(Field);
  } else if constexpr (std::is_same_v<T, Extent>) {
    extent(Field.Begin, Field.End);
  } else if constexpr (std::is_same_v<T, Edit>) {
    Field.File = text();
    extent(Field.Begin, Field.End);
    Field.Text = text().str();
  } else if constexpr (std::is_same_v<T, Stored>) {
    Field.Facts = raw(number()).str();
    Field.Places = raw(number()).str();
  } else if constexpr (std::is_same_v<T, TextList>) {
    llvm::SmallVector<llvm::StringRef, 8> All(count());
    for (llvm::StringRef &Each : All)
      Each = text();
    Field = intern(All);
  } else if constexpr (IsVector<T>::value) {
    Field.resize(count());
    for (auto &Each : Field)
      read(Each);
  } else {
    visitFields(*this, Field);
  }
}

} // namespace weir::program
