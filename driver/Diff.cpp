// Edits of one text; see Diff.h.

#include "driver/Diff.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include <tuple>

using llvm::StringRef;

namespace weir::driver {
namespace {

bool isLine(const Replacement &R) {
  return R.Begin == R.End && StringRef(R.Text).ends_with("\n");
}

} // namespace

std::vector<StringRef> linesOf(StringRef Text) {
  std::vector<StringRef> Lines;
  while (!Text.empty()) {
    size_t Length = Text.find('\n');
    Length = Length == StringRef::npos ? Text.size() : Length + 1;
    Lines.push_back(Text.take_front(Length));
    Text = Text.drop_front(Length);
  }
  return Lines;
}

bool Patch::accepts(const Replacement &R) const {
  return llvm::all_of(Changes, [&](const Replacement &Each) {
    if (Each == R)
      return true;
    if (Each.Begin == R.Begin && isLine(Each) && isLine(R))
      return true;
    bool Touches = Each.Begin == R.Begin && (Each.Begin == Each.End || R.Begin == R.End);
    return !Touches && (Each.End <= R.Begin || R.End <= Each.Begin);
  });
}

void Patch::add(const Replacement &R) {
  if (llvm::is_contained(Changes, R))
    return;
  auto Key = [](const Replacement &R) { return std::tie(R.Begin, R.End, R.Text); };
  Changes.insert(llvm::upper_bound(Changes, R,
                                   [&](auto &A, auto &B) { return Key(A) < Key(B); }),
                 R);
}

std::string Patch::apply(StringRef Text) const {
  std::string Result;
  size_t At = 0;
  for (const Replacement &R : Changes) {
    Result += Text.slice(At, R.Begin);
    Result += R.Text;
    At = R.End;
  }
  return Result + Text.drop_front(std::min(At, Text.size())).str();
}

std::vector<Patch::Block> Patch::blocks(StringRef Text) const {
  // Of another text: it has changed since.
  if (!Changes.empty() && Changes.back().End > Text.size())
    return {};
  std::vector<StringRef> Old = linesOf(Text);
  std::vector<size_t> Starts;
  for (size_t At = 0; StringRef Line : Old) {
    Starts.push_back(At);
    At += Line.size();
  }
  std::vector<Block> Blocks;
  auto LineAt = [&](size_t Offset) -> size_t {
    return llvm::upper_bound(Starts, Offset) - Starts.begin() - 1;
  };
  for (size_t I = 0; I < Changes.size();) {
    size_t First = LineAt(Changes[I].Begin), Last = First, J = I;
    // All changes of these lines, whose ends may bring in further lines.
    for (; J < Changes.size() && (J == I || LineAt(Changes[J].Begin) < Last); ++J) {
      const Replacement &R = Changes[J];
      bool WholeLines = (R.Begin == Text.size() || Starts[LineAt(R.Begin)] == R.Begin) &&
                        (R.Text.empty() || StringRef(R.Text).ends_with("\n"));
      size_t End = R.End;
      size_t Behind = WholeLines && (End == Text.size() || Starts[LineAt(End)] == End)
                          ? (End == Text.size() ? Old.size() : LineAt(End))
                          : LineAt(End) + 1;
      Last = std::max(Last, std::min(Behind, Old.size()));
    }
    std::string New;
    size_t At = First < Starts.size() ? Starts[First] : Text.size();
    for (; I < J; ++I) {
      New += Text.slice(At, Changes[I].Begin);
      New += Changes[I].Text;
      At = Changes[I].End;
    }
    New += Text.slice(At, Last < Starts.size() ? Starts[Last] : Text.size());
    Blocks.push_back({First, Last, std::move(New)});
  }
  return Blocks;
}

std::string Patch::diff(StringRef Text, StringRef Name) const {
  std::vector<StringRef> Old = linesOf(Text);
  std::vector<Block> Blocks = blocks(Text);
  constexpr size_t Context = 3;
  std::string Result = ("--- a/" + llvm::Twine(Name) + "\n+++ b/" + Name + "\n").str();
  long Shift = 0;
  for (size_t I = 0; I < Blocks.size();) {
    size_t J = I + 1;
    while (J < Blocks.size() && Blocks[J].First <= Blocks[J - 1].Last + 2 * Context)
      ++J;
    size_t Begin = Blocks[I].First - std::min(Blocks[I].First, Context);
    size_t End = std::min(Blocks[J - 1].Last + Context, Old.size());
    std::string Body;
    size_t OldCount = 0, NewCount = 0;
    auto Put = [&](char Sign, StringRef Line) {
      OldCount += Sign != '+';
      NewCount += Sign != '-';
      Body += Sign;
      Body += Line;
      if (!Line.ends_with("\n"))
        Body += "\n\\ No newline at end of file\n";
    };
    size_t Line = Begin;
    for (; I < J; ++I) {
      for (; Line < Blocks[I].First; ++Line)
        Put(' ', Old[Line]);
      for (; Line < Blocks[I].Last; ++Line)
        Put('-', Old[Line]);
      for (StringRef Each : linesOf(Blocks[I].New))
        Put('+', Each);
    }
    for (; Line < End; ++Line)
      Put(' ', Old[Line]);
    Result += "@@ -" + std::to_string(OldCount ? Begin + 1 : Begin) + "," +
              std::to_string(OldCount) + " +" + std::to_string(Begin + Shift + 1) + "," +
              std::to_string(NewCount) + " @@\n" + Body;
    Shift += static_cast<long>(NewCount) - static_cast<long>(OldCount);
  }
  return Result;
}

} // namespace weir::driver
