// The texts of the files findings are in; see Sources.h.

#include "driver/Sources.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;

namespace weir::driver {

namespace path = llvm::sys::path;

StringRef Sources::realPath(StringRef File, StringRef Directory) {
  llvm::SmallString<256> Absolute(File);
  if (!path::is_absolute(Absolute)) {
    Absolute = Directory;
    path::append(Absolute, File);
    llvm::sys::fs::make_absolute(Absolute);
  }
  std::lock_guard Lock(Guard);
  auto [Known, New] = RealPaths.try_emplace(Absolute);
  if (New) {
    llvm::SmallString<256> Real;
    if (Wanted == Links::Kept || llvm::sys::fs::real_path(Absolute, Real)) {
      Real = Absolute;
      path::remove_dots(Real, /*remove_dot_dot=*/true);
    }
    Known->second = intern(Real);
  }
  return Known->second;
}

const Sources::Text &Sources::load(StringRef File) {
  std::lock_guard Lock(Guard);
  auto [Known, New] = Texts.try_emplace(File);
  Text &T = Known->second;
  if (!New)
    return T;
  if (auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                                /*RequiresNullTerminator=*/true,
                                                /*IsVolatile=*/true))
    T.Buffer = std::move(*Buffer);
  else
    T.Buffer = llvm::MemoryBuffer::getMemBuffer("");
  T.Lines.push_back(0);
  StringRef All = T.Buffer->getBuffer();
  for (size_t I = All.find('\n'); I != StringRef::npos; I = All.find('\n', I + 1))
    T.Lines.push_back(I + 1);
  return T;
}

StringRef Sources::text(StringRef File) { return load(File).Buffer->getBuffer(); }

unsigned Sources::lineCount(StringRef File) { return load(File).Lines.size(); }

StringRef Sources::line(StringRef File, unsigned Line) {
  const Text &T = load(File);
  if (Line == 0 || Line > T.Lines.size())
    return {};
  return T.Buffer->getBuffer().drop_front(T.Lines[Line - 1]).take_until([](char C) {
    return C == '\n' || C == '\r';
  });
}

unsigned Sources::offset(const Place &P) {
  const Text &T = load(P.File);
  if (P.Line == 0 || P.Line > T.Lines.size())
    return T.Buffer->getBufferSize();
  return std::min<size_t>(T.Lines[P.Line - 1] + P.Column - 1, T.Buffer->getBufferSize());
}

Place Sources::place(StringRef File, unsigned Begin, unsigned End) {
  const Text &T = load(File);
  auto At = [&](unsigned Where) {
    Where = std::min<size_t>(Where, T.Buffer->getBufferSize());
    unsigned Line = llvm::upper_bound(T.Lines, Where) - T.Lines.begin();
    return std::pair(Line, Where - T.Lines[Line - 1] + 1);
  };
  auto [Line, Column] = At(Begin);
  auto [EndLine, EndColumn] = At(End);
  return {intern(File), Line, Column, EndLine, EndColumn};
}

Place Sources::token(StringRef File, unsigned Offset) {
  StringRef Rest = text(File).drop_front(std::min<size_t>(Offset, text(File).size()));
  auto IsWord = [](char C) { return llvm::isAlnum(C) || C == '_' || (C & 0x80); };
  size_t Length = Rest.take_while(IsWord).size();
  return place(File, Offset, Offset + std::max<size_t>(Length, 1));
}

unsigned Sources::utf16Column(StringRef File, unsigned Line, unsigned Column) {
  StringRef Before = line(File, Line).take_front(Column - 1);
  llvm::SmallVector<llvm::UTF16, 128> Units;
  if (llvm::all_of(Before, [](char C) { return llvm::isASCII(C); }) || !llvm::convertUTF8ToUTF16String(Before, Units))
    return Column;
  return Units.size() + 1;
}

void Sources::forget(StringRef File) {
  std::lock_guard Lock(Guard);
  Texts.erase(File);
}

std::string relativeTo(StringRef Root, StringRef File) {
  StringRef Rest = File;
  if (!Root.empty() && Rest.consume_front(Root.rtrim('/')) && Rest.consume_front("/"))
    return path::convert_to_slash(Rest);
  return path::convert_to_slash(File);
}

std::string repositoryOf(StringRef Dir) {
  for (StringRef Each = Dir; !Each.empty(); Each = path::parent_path(Each)) {
    llvm::SmallString<256> Git(Each);
    path::append(Git, ".git");
    if (llvm::sys::fs::exists(Git))
      return Each.str();
  }
  return Dir.str();
}

} // namespace weir::driver
