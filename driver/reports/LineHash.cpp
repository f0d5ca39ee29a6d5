// The fingerprint GitHub knows a line by; see LineHash.h.
//
// A rolling hash over the hundred UTF-16 code units from a line's first visible
// one on, running into the lines that follow; blanks and tabs do not count, and
// CR and CRLF are LF. Equal hashes in a file are numbered.

#include "driver/reports/LineHash.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include <map>

namespace weir::driver {
namespace {

class Roller {
public:
  void feed(uint16_t C) {
    bool WasReturn = std::exchange(AfterReturn, C == '\r');
    if (C == ' ' || C == '\t' || (WasReturn && C == '\n'))
      return;
    if (C == '\r')
      C = '\n';
    emit();
    if (AtStart) {
      LineOf[Index] = Result.size();
      Result.emplace_back();
    }
    AtStart = C == '\n';
    push(C);
  }

  std::vector<std::string> finish() {
    feed(0xFFFF);
    for (size_t I = 0; I < Size; ++I) {
      emit();
      push(0);
    }
    return std::move(Result);
  }

private:
  static constexpr size_t Size = 100;
  static constexpr uint64_t Factor = 37;

  /// The hash of the window is complete for the line that began at its end.
  void emit() {
    int Line = std::exchange(LineOf[Index], -1);
    if (Line < 0)
      return;
    std::string Text = llvm::utohexstr(Hash, /*LowerCase=*/true);
    Result[Line] = Text + ":" + std::to_string(++Seen[Text]);
  }

  void push(uint16_t C) {
    Hash = Factor * Hash + C - Leaving * Window[Index];
    Window[Index] = C;
    Index = (Index + 1) % Size;
  }

  static uint64_t power(uint64_t Base, size_t Exponent) {
    return Exponent == 0 ? 1 : Base * power(Base, Exponent - 1);
  }

  const uint64_t Leaving = power(Factor, Size);
  std::vector<uint64_t> Window = std::vector<uint64_t>(Size);
  std::vector<int> LineOf = std::vector<int>(Size, -1);
  uint64_t Hash = 0;
  size_t Index = 0;
  bool AtStart = true, AfterReturn = false;
  std::map<std::string, unsigned> Seen;
  std::vector<std::string> Result;
};

} // namespace

std::vector<std::string> lineHashes(llvm::StringRef Text) {
  llvm::SmallVector<llvm::UTF16> Units;
  if (!llvm::convertUTF8ToUTF16String(Text, Units)) {
    Units.clear(); // Latin-1, say: every byte is a unit.
    for (unsigned char C : Text)
      Units.push_back(C);
  }
  Roller Roll;
  for (llvm::UTF16 C : Units)
    Roll.feed(C);
  return Roll.finish();
}

} // namespace weir::driver
