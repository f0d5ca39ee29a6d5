// Awaits that disappear in a release build.
//
// `assert` does not evaluate its argument under NDEBUG, so what is awaited in
// it is never run there. The preprocessor is asked, not the syntax tree, for
// under NDEBUG the tree has nothing of it.

#include "checks/support/Check.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/MacroArgs.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace weir {
namespace {

class AwaitInAssertCheck : public Check {
public:
  using Check::Check;

  void registerPPCallbacks(const SourceManager &Sources, Preprocessor *PP,
                           Preprocessor *) override {
    PP->addPPCallbacks(std::make_unique<Listener>(*this, *PP));
  }

private:
  class Listener : public PPCallbacks {
  public:
    Listener(AwaitInAssertCheck &Rule, Preprocessor &PP) : Rule(Rule), PP(PP) {}

    void MacroExpands(const Token &Name, const MacroDefinition &, SourceRange Range,
                      const MacroArgs *Args) override {
      if (!Args || !llvm::is_contained(Rule.Macros.names(), Name.getIdentifierInfo()->getName()))
        return;
      for (unsigned I = 0; I < Args->getNumMacroArguments(); ++I)
        for (const Token *T = Args->getUnexpArgument(I); T->isNot(tok::eof); ++T)
          if (T->is(tok::kw_co_await) && !asksForExecutor(T + 1)) {
            if (!isSpokenFor(Range.getBegin()))
              Rule.found(Name, Range, T->getLocation(), PP);
            return;
          }
    }

  private:
    /// `co_await this_coro::executor` is answered at once and changes nothing.
    static bool asksForExecutor(const Token *T) {
      bool IsOfCoroutine = false, IsExecutor = false;
      for (; T->isOneOf(tok::identifier, tok::coloncolon); ++T)
        if (T->is(tok::identifier)) {
          IsOfCoroutine |= T->getIdentifierInfo()->getName() == "this_coro";
          IsExecutor = T->getIdentifierInfo()->getName() == "executor";
        }
      return IsOfCoroutine && IsExecutor;
    }

    /// Whether the macro that is written, of which this one is a part, is an
    /// assertion itself, or one that only makes use of it: BOOST_VERIFY
    /// evaluates its argument in any case.
    bool isSpokenFor(SourceLocation At) const {
      const SourceManager &Sources = PP.getSourceManager();
      StringRef Written;
      for (; At.isMacroID();
           At = Sources.getImmediateExpansionRange(At).getBegin())
        Written = Lexer::getImmediateMacroName(At, Sources, PP.getLangOpts());
      return Written.contains("VERIFY") ||
             llvm::is_contained(Rule.Macros.names(), Written);
    }

    AwaitInAssertCheck &Rule;
    Preprocessor &PP;
  };

  void found(const Token &Name, SourceRange Range, SourceLocation Await, Preprocessor &PP) {
    auto Report = report(Await, "this await is gone where '%0' is switched off");
    if (!Report)
      return;
    *Report << Name.getIdentifierInfo()->getName();
    hoist(Name, Range, *Report, PP);
  }

  /// `{ const bool held(…); assert(held); }`: a block of its own, so that it
  /// is one statement and the name is nobody else's.
  static void hoist(const Token &Name, SourceRange Range, const DiagnosticBuilder &Report,
                    Preprocessor &PP) {
    const SourceManager &Sources = PP.getSourceManager();
    const LangOptions &Opts = PP.getLangOpts();
    SourceLocation Begin = Range.getBegin(), End = Range.getEnd();
    if (Begin.isMacroID() || End.isMacroID())
      return;
    std::optional<Token> Next = Lexer::findNextToken(End, Sources, Opts);
    if (!Next || Next->isNot(tok::semi))
      return;
    std::optional<Token> Open = Lexer::findNextToken(Begin, Sources, Opts);
    if (!Open || Open->isNot(tok::l_paren))
      return;
    StringRef Arg = Lexer::getSourceText(
        CharSourceRange::getCharRange(Open->getEndLoc(), End), Sources, Opts);
    if (Arg.empty())
      return;
    StringRef Macro = Name.getIdentifierInfo()->getName();
    Report << FixItHint::CreateReplacement(
        CharSourceRange::getTokenRange(Begin, Next->getLocation()),
        ("{\n    [[maybe_unused]] const bool held(" + Arg + ");\n    " + Macro + "(held);\n  }").str());
  }

  Option Macros{this, "Macros", "assert;_ASSERT;_ASSERTE;Q_ASSERT;BOOST_ASSERT;DCHECK;KJ_DASSERT;XLOG_DCHECK;ASSERT_DEBUG"};
};

WEIR_CHECK(AwaitInAssertCheck, "await-in-assert", Warning,
           "Finds awaits inside assertions that a release build removes.")

} // namespace
} // namespace weir
