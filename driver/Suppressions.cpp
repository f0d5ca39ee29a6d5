// NOLINT and its kin; see Suppressions.h.

#include "driver/Suppressions.h"
#include "driver/Sources.h"
#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"

using clang::tidy::GlobList;
using llvm::StringRef;

namespace weir::driver {

struct Suppressions::Directives {
  struct Range {
    unsigned First, Last; ///< offsets, or lines
    std::shared_ptr<GlobList> Rules;
  };
  std::vector<Range> Lines, Blocks;
};

Suppressions::Suppressions(Sources &Texts) : Texts(Texts) {}
Suppressions::~Suppressions() = default;

Suppressions::Directives &Suppressions::of(StringRef File) {
  std::unique_ptr<Directives> &Known = ByFile[File];
  if (Known)
    return *Known;
  Known = std::make_unique<Directives>();
  struct Open {
    unsigned Offset;
    StringRef List;
  };
  std::vector<Open> Begun;
  StringRef Text = Texts.text(File);
  for (size_t At = Text.find("NOLINT"); At != StringRef::npos;
       At = Text.find("NOLINT", At + 1)) {
    StringRef Rest = Text.drop_front(At + 6);
    StringRef Kind = Rest.take_while([](char C) { return C >= 'A' && C <= 'Z'; });
    Rest = Rest.drop_front(Kind.size());
    StringRef List = "*";
    if (Rest.consume_front("("))
      if (size_t Close = Rest.find(')'); Close != StringRef::npos)
        List = Rest.take_front(Close);
    auto Rules = std::make_shared<GlobList>(List, /*KeepNegativeGlobs=*/false);
    unsigned Line = Texts.place(File, At, 0).Line;
    if (Kind.empty())
      Known->Lines.push_back({Line, Line, Rules});
    else if (Kind == "NEXTLINE")
      Known->Lines.push_back({Line + 1, Line + 1, Rules});
    else if (Kind == "BEGIN")
      Begun.push_back({static_cast<unsigned>(At), List});
    else if (Kind == "END" && !Begun.empty() && Begun.back().List == List) {
      // An end that does not match, and a begin without end, hide nothing.
      Known->Blocks.push_back({Begun.back().Offset, static_cast<unsigned>(At), Rules});
      Begun.pop_back();
    }
  }
  return *Known;
}

bool Suppressions::hides(const Finding &F) {
  Directives &Here = of(F.At.File);
  auto Covers = [&](unsigned Where) {
    return [&, Where](const Directives::Range &R) {
      return R.First <= Where && Where <= R.Last && R.Rules->contains(F.Rule);
    };
  };
  return llvm::any_of(Here.Lines, Covers(F.At.Line)) ||
         llvm::any_of(Here.Blocks, Covers(Texts.offset(F.At)));
}

} // namespace weir::driver
