// Which expressions are statements; see Statements.h.

#include "checks/support/Statements.h"

using namespace clang;

namespace weir {

bool isStatement(const Expr *E, Path Parents) {
  size_t Index = Parents.size();
  const Stmt *Parent = significantParent(Parents, &Index);
  if (!Parent)
    return true;
  const Stmt *Child = Index + 1 < Parents.size() ? Parents[Index + 1] : E;
  if (const auto *For = dyn_cast<ForStmt>(Parent))
    return Child == For->getInc() || Child == For->getInit() || Child == For->getBody();
  if (const auto *If = dyn_cast<IfStmt>(Parent))
    return Child == If->getThen() || Child == If->getElse();
  if (const auto *While = dyn_cast<WhileStmt>(Parent))
    return Child == While->getBody();
  if (const auto *Do = dyn_cast<DoStmt>(Parent))
    return Child == Do->getBody();
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(Parent))
    return Child == Range->getBody();
  if (const auto *Binary = dyn_cast<BinaryOperator>(Parent))
    return Binary->getOpcode() == BO_Comma && Child == Binary->getLHS();
  return isa<CompoundStmt, SwitchCase, LabelStmt, AttributedStmt>(Parent);
}

} // namespace weir
