// Functions that would be coroutines, had somebody written a co_ keyword.
//
// `weir::task<> f() { work(); }` is no coroutine: nothing in its body makes it
// one. It is a function that ends without the task it promised, which is
// undefined behaviour; compilers say at most that a return is missing.

#include "checks/support/Check.h"
#include "clang/Analysis/CFG.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace weir {
namespace {

class MissingCoKeywordCheck : public Check {
public:
  using Check::Check;

private:
  void check(const Body &B, Unit &U) override {
    // What an error made the compiler leave out may be how the body ends.
    if (U.context().getDiagnostics().hasUncompilableErrorOccurred())
      return;
    std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
    if (B.coroutine() || B.isDependent() || !Type || B.decl()->getReturnType()->isReferenceType() ||
        !promiseOf(Type->Record) || !fallsOff(B, U))
      return;
    SourceLocation At = B.lambda() ? B.lambda()->getBeginLoc() : B.decl()->getLocation();
    auto Report = report(At, "%select{%1|this lambda}0 returns a %2, but is no coroutine and ends "
                             "without one");
    if (!Report)
      return;
    *Report << (B.lambda() != nullptr) << B.decl() << B.decl()->getReturnType();
    Report.reset();
    SourceLocation End = B.stmt()->getEndLoc();
    auto Note = note(End, "nothing is returned here; 'co_return' makes it a coroutine");
    if (!returns(B) && End.isFileID() && hasMember(Type->Record, "return_void"))
      Note << FixItHint::CreateInsertion(End, lastStatement(B, End, U));
  }

  /// On a line of its own, as deep as the others, where the brace has one.
  static std::string lastStatement(const Body &B, SourceLocation End, Unit &U) {
    const auto *Block = dyn_cast<CompoundStmt>(B.stmt());
    StringRef Outer = Lexer::getIndentationForLine(End, U.sources());
    if (!Block || Block->body_empty() ||
        U.sources().getSpellingColumnNumber(End) != Outer.size() + 1)
      return "co_return; ";
    StringRef Inner =
        Lexer::getIndentationForLine(Block->body_back()->getBeginLoc(), U.sources());
    if (!Inner.consume_front(Outer) || Inner.empty())
      return "co_return; ";
    return (Inner + "co_return;\n" + Outer).str();
  }

  /// Whether control reaches the closing brace.
  static bool fallsOff(const Body &B, Unit &U) {
    std::unique_ptr<CFG> Graph =
        CFG::buildCFG(B.decl(), const_cast<Stmt *>(B.stmt()), &U.context(), CFG::BuildOptions());
    if (!Graph)
      return false;
    SmallVector<const CFGBlock *, 16> Work{&Graph->getEntry()};
    // A handler is entered by exceptions, which are no edges.
    for (auto Try = Graph->try_blocks_begin(); Try != Graph->try_blocks_end(); ++Try)
      Work.push_back(*Try);
    llvm::DenseSet<const CFGBlock *> Seen(Work.begin(), Work.end());
    while (!Work.empty()) {
      const CFGBlock *Block = Work.pop_back_val();
      if (Block->hasNoReturnElement() || leaves(*Block))
        continue;
      for (const CFGBlock *Next : Block->succs()) {
        if (Next == &Graph->getExit() && !isTry(*Block))
          return true;
        if (Next && Seen.insert(Next).second)
          Work.push_back(Next);
      }
    }
    return false;
  }

  static bool leaves(const CFGBlock &Block) {
    for (const CFGElement &Element : Block)
      if (std::optional<CFGStmt> S = Element.getAs<CFGStmt>())
        if (isa<ReturnStmt, CXXThrowExpr, GCCAsmStmt>(S->getStmt()))
          return true;
    return false;
  }
  /// What no handler catches goes on from a try block to the exit.
  static bool isTry(const CFGBlock &Block) {
    return isa_and_nonnull<CXXTryStmt>(Block.getTerminatorStmt());
  }

  static bool returns(const Body &B) {
    bool Found = false;
    walk(B.stmt(), [&](const Stmt *S, Path) {
      Found |= isa<ReturnStmt>(S);
      return !Found;
    });
    return Found;
  }

  static bool hasMember(const CXXRecordDecl *Task, StringRef Name) {
    const CXXRecordDecl *Promise = promiseOf(Task);
    if (!Promise || !Promise->hasDefinition())
      return false;
    DeclarationName Member(&Promise->getASTContext().Idents.get(Name));
    return Promise->hasMemberName(Member);
  }
};

WEIR_CHECK(MissingCoKeywordCheck, "missing-co-keyword", Warning,
           "Finds functions that promise a coroutine's type, and neither are coroutines nor "
           "return one.")

} // namespace
} // namespace weir
