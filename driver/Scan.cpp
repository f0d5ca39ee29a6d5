// What a file's text tells before it is parsed; see Scan.h.

#include "driver/Scan.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace weir::driver {
namespace {

const LangOptions &language() {
  static const LangOptions Known = [] {
    LangOptions L;
    L.CPlusPlus = L.CPlusPlus11 = L.CPlusPlus14 = L.CPlusPlus17 = L.CPlusPlus20 = true;
    L.LineComment = L.Digraphs = L.RawStringLiterals = true;
    return L;
  }();
  return Known;
}

class Scanner {
public:
  Scanner(StringRef Text, bool WantsNames)
      : Text(Text), WantsNames(WantsNames),
        Lex(SourceLocation(), language(), Text.begin(), Text.begin(), Text.end()) {}

  Scan run() {
    Token T;
    while (!Lex.LexFromRawLexer(T) || T.isNot(tok::eof)) {
      if (T.is(tok::hash) && T.isAtStartOfLine()) {
        directive();
        IsBegun = true;
        continue;
      }
      IsBegun = true;
      if (T.is(tok::raw_identifier)) {
        StringRef Word = T.getRawIdentifier();
        if (Word.starts_with("co_") &&
            (Word == "co_await" || Word == "co_yield" || Word == "co_return"))
          Result.HasCoroutines = true;
        // `import std;`, which a name like any other may begin, too.
        if (T.isAtStartOfLine() && Word == "import")
          Result.IsOpen = true;
      }
      if (WantsNames)
        Tokens.push_back(T);
      if (T.is(tok::eof))
        break;
    }
    if (WantsNames)
      names();
    return std::move(Result);
  }

private:
  /// Behind a `#`.
  void directive() {
    Token T;
    Lex.LexFromRawLexer(T);
    if (T.isAtStartOfLine()) { // a `#` alone
      if (T.is(tok::hash))
        directive();
      return;
    }
    if (T.isNot(tok::raw_identifier))
      return skipLine();
    StringRef Word = T.getRawIdentifier();
    if (Word == "ifndef" && !IsBegun && isGuard())
      Guards = Conditions = 1;
    else if (Word.starts_with("if"))
      ++Conditions;
    else if (Word == "endif")
      Conditions -= Conditions > 0;
    else if (Word == "include" || Word == "include_next" || Word == "import")
      include(Word == "include_next");
    else if (Word == "define" && WantsNames)
      return Macros.push_back(Tokens.size()); // its body's names count, too
    skipLine();
  }

  /// Whether what follows `#ifndef` is a name that the next line defines.
  bool isGuard() const {
    StringRef Rest = Text.drop_front(Lex.getBufferLocation() - Text.begin()).ltrim(" \t");
    StringRef Name = Rest.take_while([](char C) { return llvm::isAlnum(C) || C == '_'; });
    Rest = Rest.drop_front(Name.size()).ltrim();
    return !Name.empty() && Rest.consume_front("#") && (Rest = Rest.ltrim(" \t"), true) &&
           Rest.consume_front("define") && Rest.ltrim(" \t").starts_with(Name);
  }

  void include(bool IsNext) {
    StringRef Rest = Text.drop_front(Lex.getBufferLocation() - Text.begin()).ltrim(" \t");
    char Close = Rest.starts_with("<") ? '>' : Rest.starts_with("\"") ? '"' : '\0';
    size_t Length = Close ? Rest.find(Close, 1) : StringRef::npos;
    if (Length == StringRef::npos || Rest.take_front(Length).contains('\n')) {
      Result.IsOpen = true;
      return;
    }
    Result.Includes.push_back(
        {Rest.slice(1, Length).str(), Close == '>', IsNext, Conditions > Guards});
  }

  /// To the end of a directive, over lines that are continued.
  void skipLine() {
    const char *At = Lex.getBufferLocation();
    while (At < Text.end() && *At != '\n') {
      if (*At == '\\' && At + 1 < Text.end())
        ++At;
      // A comment may go on behind the line: let the lexer see to it.
      if (*At == '/' && At + 1 < Text.end() && (At[1] == '*' || At[1] == '/'))
        break;
      ++At;
    }
    Lex.seek(At - Text.begin(), /*IsAtStartOfLine=*/At < Text.end() && *At == '\n');
  }

  bool is(size_t I, tok::TokenKind Kind) const {
    return I < Tokens.size() && Tokens[I].is(Kind);
  }

  /// The index behind what matches the bracket at \p I.
  size_t behind(size_t I, tok::TokenKind Open, tok::TokenKind Close) const {
    unsigned Depth = 0;
    for (; I < Tokens.size(); ++I) {
      Depth += Tokens[I].is(Open);
      if (Tokens[I].is(Close) && --Depth == 0)
        return I + 1;
    }
    return I;
  }

  /// Whether a function's body may follow a parameter list that ends before \p I.
  bool beginsBody(size_t I) const {
    for (int Angles = 0; I < Tokens.size();) {
      switch (Tokens[I].getKind()) {
      case tok::comma: // `-> std::map<int, int> {`, not `f(1), g(2)`
        if (Angles <= 0)
          return false;
        ++I;
        break;
      case tok::less:
        ++Angles;
        ++I;
        break;
      case tok::greater:
        --Angles;
        ++I;
        break;
      case tok::greatergreater:
        Angles -= 2;
        ++I;
        break;
      case tok::l_brace:
      case tok::colon: // members' initialisers
        return true;
      case tok::l_paren:
        I = behind(I, tok::l_paren, tok::r_paren);
        break;
      case tok::l_square:
        I = behind(I, tok::l_square, tok::r_square);
        break;
      case tok::raw_identifier: // const, noexcept, requires, a return type
      case tok::coloncolon:
      case tok::star:
      case tok::amp:
      case tok::ampamp:
      case tok::pipepipe:
      case tok::exclaim:
      case tok::arrow:
      case tok::ellipsis:
      case tok::numeric_constant:
        ++I;
        break;
      default:
        return false;
      }
    }
    return false;
  }

  void names() {
    for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
      if (!is(I + 1, tok::l_paren) || Tokens[I].isNot(tok::raw_identifier)) {
        if (is(I, tok::raw_identifier) && Tokens[I].getRawIdentifier() == "operator")
          Result.Defines.push_back("operator");
        if (is(I + 1, tok::l_paren) && is(I, tok::greater))
          specialisation(I);
        continue;
      }
      StringRef Name = Tokens[I].getRawIdentifier();
      bool IsControl = llvm::StringSwitch<bool>(Name)
                           .Cases({"if", "for", "while", "switch", "catch", "constexpr"}, true)
                           .Default(false);
      if (IsControl)
        continue;
      size_t Behind = behind(I + 1, tok::l_paren, tok::r_paren);
      if (!beginsBody(Behind))
        continue;
      Result.Defines.push_back(Name.str());
      // `DEFINE(name) { … }`: a macro may make a function of any word in it.
      if (Tokens[I].isAtStartOfLine() ||
          (I > 0 && Tokens[I - 1].isOneOf(tok::semi, tok::r_brace, tok::l_brace)))
        for (size_t J = I + 2; J + 1 < Behind; ++J)
          if (Tokens[J].is(tok::raw_identifier))
            Result.Defines.push_back(Tokens[J].getRawIdentifier().str());
    }
    for (size_t I : Macros) {
      if (is(I, tok::raw_identifier))
        Result.Macros.push_back(Tokens[I].getRawIdentifier().str());
      pasted(I);
    }
    llvm::sort(Result.Defines);
    Result.Defines.erase(llvm::unique(Result.Defines), Result.Defines.end());
  }

  /// What the macro whose name is at \p I makes with `##`, its parameters aside.
  void pasted(size_t I) {
    llvm::StringSet<> Parameters;
    size_t At = I + 1;
    if (is(At, tok::l_paren))
      for (; At < Tokens.size() && !is(At, tok::r_paren); ++At)
        if (is(At, tok::raw_identifier))
          Parameters.insert(Tokens[At].getRawIdentifier());
    auto Note = [&](size_t Part, std::vector<std::string> &To) {
      if (is(Part, tok::raw_identifier) && !Parameters.contains(Tokens[Part].getRawIdentifier()))
        To.push_back(Tokens[Part].getRawIdentifier().str());
    };
    for (; At < Tokens.size() && !Tokens[At].isAtStartOfLine(); ++At)
      if (is(At, tok::hashhash)) {
        Note(At - 1, Result.Begins);
        Note(At + 1, Result.Ends);
      }
  }

  /// `f<int>(…) {`, with its `>` at \p I.
  void specialisation(size_t I) {
    if (!beginsBody(behind(I + 1, tok::l_paren, tok::r_paren)))
      return;
    for (size_t J = I, Steps = 0; J > 0 && Steps < 100; --J, ++Steps)
      if (Tokens[J].is(tok::less) && Tokens[J - 1].is(tok::raw_identifier)) {
        Result.Defines.push_back(Tokens[J - 1].getRawIdentifier().str());
        return;
      }
  }

  StringRef Text;
  bool WantsNames;
  Lexer Lex;
  bool IsBegun = false; ///< something stood before
  unsigned Conditions = 0, Guards = 0;
  std::vector<Token> Tokens;
  std::vector<size_t> Macros; ///< the names after `#define`, in Tokens
  Scan Result;
};

} // namespace

std::vector<StringRef> words(StringRef Text) {
  std::vector<StringRef> Result;
  Lexer Lex(SourceLocation(), language(), Text.begin(), Text.begin(), Text.end());
  Token T;
  while (!Lex.LexFromRawLexer(T) && T.isNot(tok::eof))
    if (T.is(tok::raw_identifier))
      Result.push_back(T.getRawIdentifier());
  return Result;
}

Scan scan(StringRef Text, bool WantsNames) { return Scanner(Text, WantsNames).run(); }

} // namespace weir::driver
