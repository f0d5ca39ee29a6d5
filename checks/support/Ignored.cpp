// What the code itself says is left aside on purpose; see Ignored.h.

#include "checks/support/Ignored.h"
#include "checks/support/Source.h"
#include "checks/support/Unit.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace weir {

bool isMeantUnused(const ValueDecl *D) {
  StringRef Name = lastName(D);
  return D->hasAttr<UnusedAttr>() || Name.starts_with("_") ||
         Name.contains("ignore") || Name.contains("unused") ||
         Name.contains("dummy");
}

bool isSaidToBeIgnored(SourceLocation At, Unit &U) {
  auto [File, Offset] = U.sources().getDecomposedExpansionLoc(At);
  StringRef Rest = U.sources().getBufferData(File).drop_front(Offset);
  StringRef Line = Rest.take_until([](char C) { return C == '\n'; });
  size_t Comment = std::min(Line.find("//"), Line.find("/*"));
  StringRef Said =
      Comment == StringRef::npos ? StringRef() : Line.drop_front(Comment);
  return Said.contains_insensitive("ignor") &&
         !Said.contains_insensitive("not ignor") &&
         !Said.contains_insensitive("n't ignor");
}

bool hasComment(SourceRange Range, Unit &U) {
  std::string Text = textOf(Range, U).str();
  Lexer Lex(SourceLocation(), U.context().getLangOpts(), Text.data(),
            Text.data(), Text.data() + Text.size());
  Lex.SetCommentRetentionState(true);
  Token Each;
  do {
    Lex.LexFromRawLexer(Each);
    if (Each.is(tok::comment))
      return true;
  } while (Each.isNot(tok::eof));
  return false;
}

} // namespace weir
