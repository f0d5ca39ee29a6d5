// From the AST to places, texts and edits; see Source.h.

#include "checks/support/Source.h"
#include "checks/support/Body.h"
#include "checks/support/Unit.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace weir {
namespace {

StringRef fileName(FileID File, const SourceManager &Sources) {
  OptionalFileEntryRef Entry = Sources.getFileEntryRefForID(File);
  if (!Entry)
    return {};
  // The real path: a symlinked header must not be two files.
  StringRef Real = Entry->getFileEntry().tryGetRealPathName();
  return intern(Real.empty() ? Entry->getName() : Real);
}

/// Whole tokens: an instantiated `1s` says that it begins at its suffix.
CharSourceRange tokens(SourceRange R, Unit &U) {
  if (R.getBegin().isFileID())
    R.setBegin(Lexer::GetBeginningOfToken(R.getBegin(), U.sources(),
                                          U.context().getLangOpts()));
  return CharSourceRange::getTokenRange(R);
}

std::optional<Edit> edit(CharSourceRange R, StringRef Text, Unit &U) {
  CharSourceRange File =
      Lexer::makeFileCharRange(R, U.sources(), U.context().getLangOpts());
  if (File.isInvalid())
    return std::nullopt;
  auto [Begin, Offset] = U.sources().getDecomposedLoc(File.getBegin());
  auto [End, EndOffset] = U.sources().getDecomposedLoc(File.getEnd());
  StringRef Name = fileName(Begin, U.sources());
  if (Begin != End || Name.empty() || EndOffset < Offset)
    return std::nullopt;
  return Edit{Name, Offset, EndOffset, Text.str()};
}

/// The offset behind the last `#include` line that stands before the first
/// declaration-like line; 0 if there is none.
unsigned behindIncludes(StringRef Text) {
  unsigned Offset = 0, Last = 0;
  while (Offset < Text.size()) {
    size_t End = Text.find('\n', Offset);
    End = End == StringRef::npos ? Text.size() : End + 1;
    StringRef Line = Text.slice(Offset, End).ltrim();
    if (Line.consume_front("#") && Line.ltrim().starts_with("include"))
      Last = End;
    Offset = End;
  }
  return Last;
}

} // namespace

Place placeOf(SourceRange R, Unit &U) {
  const SourceManager &Sources = U.sources();
  SourceLocation Begin = Sources.getExpansionLoc(R.getBegin());
  SourceLocation End = Sources.getExpansionRange(R.getEnd()).getEnd();
  End = Lexer::getLocForEndOfToken(End, 0, Sources, U.context().getLangOpts());
  if (Begin.isInvalid())
    return {};
  auto [File, Offset] = Sources.getDecomposedLoc(Begin);
  Place Result;
  Result.File = fileName(File, Sources);
  if (Result.File.empty())
    return {};
  Result.Line = Sources.getLineNumber(File, Offset);
  Result.Column = Sources.getColumnNumber(File, Offset);
  auto [EndFile, EndOffset] = Sources.getDecomposedLoc(End);
  if (End.isInvalid() || EndFile != File || EndOffset < Offset) {
    Result.EndLine = Result.Line;
    Result.EndColumn = Result.Column + 1;
  } else {
    Result.EndLine = Sources.getLineNumber(File, EndOffset);
    Result.EndColumn = Sources.getColumnNumber(File, EndOffset);
  }
  return Result;
}

SourceLocation nameLocation(const Expr *E) {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    if (Operator->getOperator() == OO_Call && Operator->getNumArgs() > 0)
      return nameLocation(bare(Operator->getArg(0)));
    return Operator->getOperatorLoc();
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return nameLocation(bare(Call->getCallee()));
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return Member->getMemberLoc().isValid() ? Member->getMemberLoc()
                                            : Member->getBeginLoc();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return Ref->getLocation();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
    return Construct->getLocation();
  return E->getBeginLoc();
}

Place placeOfName(const Expr *E, Unit &U) {
  return placeOf(nameLocation(E), U);
}

StringRef textOf(SourceRange R, Unit &U) {
  CharSourceRange File = Lexer::makeFileCharRange(tokens(R, U), U.sources(),
                                                  U.context().getLangOpts());
  return Lexer::getSourceText(File, U.sources(), U.context().getLangOpts());
}

std::optional<Edit> replace(SourceRange R, StringRef Text, Unit &U) {
  return edit(tokens(R, U), Text, U);
}

std::optional<Edit> removeUpTo(SourceLocation Begin, SourceLocation End, Unit &U) {
  return edit(CharSourceRange::getCharRange(Begin, End), "", U);
}

std::optional<Edit> include(StringRef Header, SourceLocation At, Unit &U) {
  const SourceManager &Sources = U.sources();
  FileID File = Sources.getFileID(Sources.getExpansionLoc(At));
  StringRef Name = fileName(File, Sources);
  if (Header.empty() || Name.empty())
    return std::nullopt;
  for (auto It = Sources.fileinfo_begin(); It != Sources.fileinfo_end(); ++It)
    if (It->first.getName().ends_with(("/" + Header).str()))
      return std::nullopt;
  unsigned Offset = behindIncludes(Sources.getBufferData(File));
  return Edit{Name, Offset, Offset, ("#include <" + Header + ">\n").str()};
}

std::string spell(StringRef Template, const Expr *Call, const Callee &C, Unit &U) {
  std::string Result;
  auto Append = [&](const Expr *E) {
    StringRef Text = textOf(E->getSourceRange(), U);
    Result += Text;
    return !Text.empty();
  };
  SmallVector<const Expr *, 4> Args;
  for (const Expr *Arg : C.Args)
    if (!isa<CXXDefaultArgExpr>(Arg))
      Args.push_back(Arg);
  while (!Template.empty()) {
    size_t Open = Template.find('{');
    size_t Close = Template.find('}', Open);
    // A brace that is no placeholder belongs to the code, as in `[&] { … }`.
    StringRef Key = Close == StringRef::npos ? StringRef() : Template.slice(Open + 1, Close);
    unsigned Index = 0;
    bool IsIndex = !Key.empty() && !Key.getAsInteger(10, Index);
    if (Open == StringRef::npos ||
        (!IsIndex && Key != "args" && Key != "object" && Key != "call")) {
      size_t Next = Open == StringRef::npos ? Template.size() : Open + 1;
      Result += Template.take_front(Next);
      Template = Template.drop_front(Next);
      continue;
    }
    Result += Template.take_front(Open);
    Template = Template.drop_front(Close + 1);
    if (IsIndex && (Index >= Args.size() || !Append(Args[Index])))
      return {};
    if (Key == "object" && (!C.Object || !Append(C.Object)))
      return {};
    if (Key == "call" && !Append(Call))
      return {};
    if (Key == "args")
      for (size_t I = 0; I < Args.size(); ++I) {
        if (I)
          Result += ", ";
        if (!Append(Args[I]))
          return {};
      }
  }
  return Result;
}

} // namespace weir
