// Makes the index that Index.h reads; see IndexFormat.h for how it lies there.

#include "checks/program/IndexWriter.h"
#include "checks/program/Index.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include <tuple>

using llvm::StringRef;

namespace weir::program {
namespace {

/// How many entries may answer for one function. A function in a header is in
/// every file that includes it; a few of them are enough if some change.
constexpr unsigned Alternatives = 4;

class Tables {
public:
  explicit Tables(const IndexSource &From)
      : From(From), Where(From.Root, From.Build) {}

  std::string bytes() {
    if (!From.Last)
      fill();
    Out.assign(sizeof(format::Header), '\0'); // filled in at the end
    format::Header Head{};
    llvm::copy(format::Magic, Head.Magic);
    Head.Version = format::Version;
    Head.StoredFormat = StoredFormat;
    Head.Made = From.Made;
    Head.IsWhole = From.IsWhole;
    Head.Root = text(From.Root);
    Head.Build = text(From.Build);
    Head.Database = row(From.Database);
    Head.Files = files();
    Head.Entries = entries(); // fills Lists
    Head.Lists = table(llvm::ArrayRef(Lists));
    Head.Definitions = table(From.Last ? From.Last->definitions()
                                       : llvm::ArrayRef(Definitions));
    Head.Overrides =
        table(From.Last ? From.Last->overrides() : llvm::ArrayRef(Overrides));
    Head.Size = Out.size();
    Out.replace(0, sizeof Head, reinterpret_cast<const char *>(&Head),
                sizeof Head);
    return std::move(Out);
  }

private:
  void fill() {
    findNamesakes();
    for (auto [Number, E] : llvm::enumerate(From.Entries))
      add(Number, E);
    llvm::sort(Definitions, [](auto &L, auto &R) {
      return std::tuple(uint64_t(L.Of), uint32_t(L.Entry)) <
             std::tuple(uint64_t(R.Of), uint32_t(R.Entry));
    });
    llvm::sort(Overrides, [](auto &L, auto &R) {
      return std::tuple(uint64_t(L.Of), uint64_t(L.By), uint32_t(L.Entry)) <
             std::tuple(uint64_t(R.Of), uint64_t(R.By), uint32_t(R.Entry));
    });
  }

  /// Finds the functions that several files define: which of them a call means
  /// nobody knows.
  void findNamesakes() {
    for (const IndexEntry &E : From.Entries)
      for (const Function &F : E.Facts->Functions) {
        auto [Known, New] =
            DefinedIn.try_emplace(F.Usr.data(), F.At.File.data());
        if (!New && Known->second != F.At.File.data())
          Known->second = nullptr;
      }
  }

  void add(unsigned Number, const IndexEntry &E) {
    for (const Function &F : E.Facts->Functions)
      if (DefinedIn.lookup(F.Usr.data()) && isWanted(F.Usr, F.Usr))
        Definitions.push_back({key(F.Usr), format::Number(Number)});
    for (const Virtual &V : E.Facts->Virtuals)
      for (StringRef Base : V.Overrides)
        if (isWanted(Base, V.Usr))
          Overrides.push_back({key(Base), key(V.Usr), format::Number(Number)});
  }

  bool isWanted(StringRef Of, StringRef By) {
    return Answers[{Of.data(), By.data()}]++ < Alternatives;
  }

  format::Long key(StringRef Usr) {
    auto [Known, New] = Keys.try_emplace(Usr.data());
    if (New)
      Known->second = format::keyOf(Usr, Where);
    return format::Long(Known->second);
  }

  format::Stretch text(StringRef Text) {
    format::Stretch Result{format::Long(Out.size()),
                           format::Number(Text.size())};
    Out += Text;
    return Result;
  }

  template <class Row> format::Stretch table(llvm::ArrayRef<Row> Rows) {
    static_assert(alignof(Row) == 1, "it would have padding");
    format::Stretch Result{format::Long(Out.size()),
                           format::Number(Rows.size())};
    Out.append(reinterpret_cast<const char *>(Rows.data()),
               Rows.size() * sizeof(Row));
    return Result;
  }

  format::Stretch files() {
    std::vector<format::File> Rows;
    for (const FileState &F : From.Files)
      Rows.push_back(row(F));
    return table(llvm::ArrayRef(Rows));
  }

  format::File row(const FileState &F) {
    return {format::Long(F.IsAbsent ? format::Absent : F.Size),
            format::Long(F.Modified), F.Contents, text(Where.stored(F.Path))};
  }

  format::Stretch entries() {
    std::vector<format::Entry> Rows;
    for (const IndexEntry &E : From.Entries) {
      format::Entry Row;
      Row.At = Out.size();
      Row.Facts = E.Bytes->Facts.size();
      Row.Places = E.Bytes->Places.size();
      Out += E.Bytes->Facts;
      Out += E.Bytes->Places;
      Row.Check = llvm::xxh3_64bits(StringRef(Out).drop_front(Row.At));
      Row.Main = E.Main;
      Row.First = Lists.size();
      Row.Count = E.Read.size();
      for (unsigned File : E.Read)
        Lists.push_back(format::Number(File));
      Rows.push_back(Row);
    }
    return table(llvm::ArrayRef(Rows));
  }

  const IndexSource &From;
  Folders Where;
  std::string Out;
  std::vector<format::ListItem> Lists;
  std::vector<format::Definition> Definitions;
  std::vector<format::Override> Overrides;
  // By interned text.
  llvm::DenseMap<const char *, const char *>
      DefinedIn; ///< the file; null: several
  llvm::DenseMap<std::pair<const char *, const char *>, unsigned> Answers;
  llvm::DenseMap<const char *, uint64_t> Keys;
};

} // namespace

std::string indexBytes(const IndexSource &From) { return Tables(From).bytes(); }

} // namespace weir::program
