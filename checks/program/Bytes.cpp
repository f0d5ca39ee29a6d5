// Summaries as bytes; see Bytes.h.
//
// Numbers are LEB128; a text is the number it got when it was first written,
// or 0, its length and itself. An empty text is 1.

#include "checks/program/Bytes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/Parallel.h"
#include "llvm/Support/raw_ostream.h"
#include <atomic>

using llvm::StringRef;

namespace weir::program {
namespace {

constexpr StringRef Magic = "weir";

/// What begins all stored bytes: \p Part says which they are.
std::string withHeader(char Part, Counts Size, StringRef Body) {
  Folders None;
  ByteWriter Header(None, false);
  Header.number(StoredFormat);
  Header.number(Size.Places);
  Header.number(Size.Extents);
  return (Magic + llvm::Twine(Part) + Header.take() + Body).str();
}

llvm::Error badBytes(StringRef What) {
  return llvm::createStringError(What + " that this weir does not understand");
}

/// Takes the header off \p Bytes.
std::optional<Counts> header(char Part, StringRef &Bytes) {
  if (!Bytes.consume_front(Magic) || !Bytes.consume_front(StringRef(&Part, 1)))
    return std::nullopt;
  uint64_t Numbers[3];
  for (uint64_t &N : Numbers) {
    unsigned Length = 0;
    const char *Wrong = nullptr;
    N = llvm::decodeULEB128(Bytes.bytes_begin(), &Length, Bytes.bytes_end(), &Wrong);
    if (Wrong)
      return std::nullopt;
    Bytes = Bytes.drop_front(Length);
  }
  if (Numbers[0] != StoredFormat || Numbers[1] > UINT32_MAX / 2 || Numbers[2] > UINT32_MAX / 2)
    return std::nullopt;
  return Counts{static_cast<unsigned>(Numbers[1]), static_cast<unsigned>(Numbers[2])};
}

} // namespace

Folders::Folders(StringRef Root, StringRef Build) {
  // A mark is a control character, which no path has.
  for (auto [Mark, Folder] : {std::pair('\1', Root), std::pair('\2', Build)})
    if (!Folder.empty() && Folder != "/")
      Marks.emplace_back(Mark, Folder.rtrim('/').str());
  llvm::sort(Marks, [](auto &L, auto &R) { return L.second.size() > R.second.size(); });
}

std::string Folders::stored(StringRef Text) const {
  std::string Result = Text.str();
  for (const auto &[Mark, Folder] : Marks)
    for (size_t At = 0; (At = Result.find(Folder, At)) != std::string::npos;) {
      size_t End = At + Folder.size();
      // `/src/app` is not a part of `/src/apples`.
      if (End == Result.size() || Result[End] == '/')
        Result.replace(At, Folder.size(), 1, Mark);
      else
        At = End;
    }
  return Result;
}

std::string Folders::restored(StringRef Text) const {
  std::string Result;
  for (char C : Text) {
    auto Mark = llvm::find_if(Marks, [&](auto &M) { return M.first == C; });
    if (Mark == Marks.end())
      Result += C;
    else
      Result += Mark->second;
  }
  return Result;
}

void ByteWriter::number(uint64_t N) {
  uint8_t Buffer[10];
  unsigned Length = llvm::encodeULEB128(N, Buffer);
  Out.append(reinterpret_cast<const char *>(Buffer), Length);
}

void ByteWriter::text(StringRef Text) {
  if (Text.empty())
    return number(1);
  auto [Known, New] = Texts.try_emplace(Text, Texts.size() + 2);
  if (!New)
    return number(Known->second);
  std::string Stored = Where.stored(Text);
  number(0);
  number(Stored.size());
  Out += Stored;
}

void ByteWriter::place(const Place &P) {
  text(P.File);
  Coordinates At{P.Line, P.Column, P.EndLine, P.EndColumn};
  if (!IsApart) {
    for (unsigned N : {At.Line, At.Column, At.EndLine, At.EndColumn})
      number(N);
  } else if (!P.isValid()) {
    number(0);
  } else {
    auto [Known, New] = LineOrdinals.try_emplace(At, Lines.size());
    if (New)
      Lines.push_back(At);
    number(Known->second + 1);
  }
}

void ByteWriter::extent(unsigned Begin, unsigned End) {
  if (!IsApart) {
    number(Begin);
    number(End);
    return;
  }
  auto [Known, New] = ExtentOrdinals.try_emplace({Begin, End}, Extents.size());
  if (New)
    Extents.push_back({Begin, End});
  number(Known->second);
}

std::string ByteWriter::places() {
  ByteWriter Body(Where, false);
  for (const Coordinates &At : Lines) {
    Body.number(At.Line);
    Body.number(At.Column);
    Body.number(At.EndLine - At.Line);
    Body.number(At.EndColumn);
  }
  for (const Extent &E : Extents) {
    Body.number(E.Begin);
    Body.number(E.End - E.Begin);
  }
  return withHeader('P', size(), Body.take());
}

void ByteReader::fail() {
  Failed = true;
  Rest = {};
}

uint64_t ByteReader::number() {
  unsigned Length = 0;
  const char *Wrong = nullptr;
  uint64_t N = llvm::decodeULEB128(Rest.bytes_begin(), &Length, Rest.bytes_end(), &Wrong);
  if (Wrong || Rest.empty()) {
    fail();
    return 0;
  }
  Rest = Rest.drop_front(Length);
  return N;
}

size_t ByteReader::count() {
  uint64_t N = number();
  if (N <= Rest.size()) // an element takes a byte at least
    return N;
  fail();
  return 0;
}

StringRef ByteReader::raw(size_t Length) {
  if (Length > Rest.size()) {
    fail();
    return {};
  }
  StringRef Result = Rest.take_front(Length);
  Rest = Rest.drop_front(Length);
  return Result;
}

StringRef ByteReader::text() {
  uint64_t N = number();
  if (N == 1 || Failed)
    return {};
  if (N > 1) {
    if (N - 2 < Texts.size())
      return Texts[N - 2];
    fail();
    return {};
  }
  StringRef Stored = raw(number());
  bool HasMark = llvm::any_of(Stored, [](char C) { return C == '\1' || C == '\2'; });
  Texts.push_back(intern(HasMark ? StringRef(Where.restored(Stored)) : Stored));
  return Texts.back();
}

void ByteReader::place(Place &P) {
  P.File = text();
  if (IsApart) {
    uint64_t Ordinal = number();
    P.Line = Ordinal ? From.Places + Ordinal : 0;
    if (Resolved && Ordinal)
      Resolved->resolve(P, Ordinal - 1);
    return;
  }
  for (unsigned *N : {&P.Line, &P.Column, &P.EndLine, &P.EndColumn})
    *N = number();
}

void ByteReader::extent(unsigned &Begin, unsigned &End) {
  if (IsApart) {
    Begin = End = From.Extents + number();
    if (Resolved) {
      Extent E = Resolved->extent(Begin);
      Begin = E.Begin;
      End = E.End;
    }
    return;
  }
  Begin = number();
  End = number();
}

Stored store(const Summary &S, const Folders &Where) {
  ByteWriter Facts(Where, /*IsApart=*/true);
  Facts.write(S);
  Counts Size = Facts.size();
  return {withHeader('F', Size, Facts.take()), Facts.places()};
}

llvm::Expected<std::vector<Summary>> restore(llvm::ArrayRef<StringRef> Facts,
                                             const Folders &Where) {
  std::vector<Counts> Firsts{{}};
  for (StringRef Each : Facts) {
    std::optional<Counts> Size = countsOf(Each);
    if (!Size)
      return badBytes("facts");
    const Counts &Before = Firsts.back();
    Firsts.push_back(
        {Before.Places + Size->Places, Before.Extents + Size->Extents});
  }
  std::vector<Summary> Result(Facts.size());
  std::atomic<bool> Failed = false;
  llvm::parallelFor(0, Facts.size(), [&](size_t I) {
    StringRef Bytes = Facts[I];
    header('F', Bytes);
    ByteReader Reader(Bytes, Where, /*IsApart=*/true, Firsts[I]);
    Reader.read(Result[I]);
    if (Reader.failed() || !Reader.atEnd())
      Failed = true;
  });
  if (Failed)
    return badBytes("facts");
  return Result;
}

std::optional<Counts> countsOf(StringRef Facts) { return header('F', Facts); }

llvm::Expected<Summary> restore(const Stored &S, const Folders &Where) {
  llvm::Expected<Places> At = Places::read(S.Places);
  if (!At)
    return At.takeError();
  StringRef Facts = S.Facts;
  if (!header('F', Facts))
    return badBytes("facts");
  ByteReader Reader(Facts, Where, /*IsApart=*/true);
  Reader.resolveWith(*At);
  Summary Result;
  Reader.read(Result);
  if (Reader.failed() || !Reader.atEnd())
    return badBytes("facts");
  return Result;
}

llvm::Expected<Places> Places::read(StringRef Bytes) {
  std::optional<Counts> Size = header('P', Bytes);
  if (!Size || Size->Places > Bytes.size() || Size->Extents > Bytes.size())
    return badBytes("places");
  Folders None;
  ByteReader Reader(Bytes, None, /*IsApart=*/false);
  Places Result;
  Result.Lines.resize(Size->Places);
  for (Coordinates &At : Result.Lines) {
    At.Line = Reader.number();
    At.Column = Reader.number();
    At.EndLine = At.Line + Reader.number();
    At.EndColumn = Reader.number();
  }
  Result.Extents.resize(Size->Extents);
  for (Extent &E : Result.Extents) {
    E.Begin = Reader.number();
    E.End = E.Begin + Reader.number();
  }
  if (Reader.failed() || !Reader.atEnd())
    return badBytes("places");
  return Result;
}

void Places::resolve(Place &P, unsigned Ordinal) const {
  if (Ordinal >= Lines.size())
    return;
  const Coordinates &At = Lines[Ordinal];
  P.Line = At.Line;
  P.Column = At.Column;
  P.EndLine = At.EndLine;
  P.EndColumn = At.EndColumn;
}

Extent Places::extent(unsigned Ordinal) const {
  return Ordinal < Extents.size() ? Extents[Ordinal] : Extent();
}

} // namespace weir::program
