// Shared state that is read, awaited over, and written.
//
// In `total = total + co_await f()` clang reads `total` before the coroutine is
// suspended and gcc after it: one loses whatever happened meanwhile, the other
// does not. (`total += co_await f()` is fine: since C++17 the right side comes
// first.) The same over several statements is what loses updates in every
// language, but there the author may know that nobody else writes, so it is
// reported on request only.

#include "checks/support/Check.h"
#include "checks/support/Flow.h"
#include "checks/support/Shared.h"
#include "checks/support/Source.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include <optional>

using namespace clang;

namespace weir {
namespace {

/// One place in an expression that names something shared.
struct Mention {
  Storage What;
  const Expr *E;
  Access How;
};

/// What may stand for an object that others can reach: a name, or `*p` of a
/// pointer that came from outside.
bool isName(const Expr *E) {
  if (isa<DeclRefExpr, MemberExpr>(E))
    return true;
  const auto *Unary = dyn_cast<UnaryOperator>(E);
  if (!Unary || Unary->getOpcode() != UO_Deref)
    return false;
  const auto *Ref = dyn_cast<DeclRefExpr>(bare(Unary->getSubExpr()));
  const auto *Pointer = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return !Pointer || isa<ParmVarDecl>(Pointer) || Pointer->hasGlobalStorage();
}

/// What \p Root names of what others can reach.
std::vector<Mention> mentionsIn(const Stmt *Root, const Body &B, Path Above = {}) {
  std::vector<Mention> Found;
  walk(Root, [&](const Stmt *S, Path Parents) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !isName(E))
      return true;
    Access How = accessOf(E, Parents);
    if (How == Access::None)
      return true;
    std::optional<Storage> Named = storageOf(E);
    if (Named && isShared(*Named, B) && !(Named->last() && Named->last()->getType().isConstQualified()))
      Found.push_back({*Named, E, How});
    return !Named; // `a` of `a.b` is not named for itself
  });
  return Found;
}

/// Whether C++ leaves it open which of two operands of \p S comes first.
bool isUnordered(const Stmt *S) {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(S))
    switch (Operator->getOperator()) {
    case OO_Plus: case OO_Minus: case OO_Star: case OO_Slash: case OO_Percent:
    case OO_Amp: case OO_Pipe: case OO_Caret: case OO_EqualEqual: case OO_ExclaimEqual:
    case OO_Less: case OO_Greater: case OO_LessEqual: case OO_GreaterEqual: case OO_Spaceship:
    case OO_Call:
      return true;
    default:
      return false;
    }
  if (const auto *Binary = dyn_cast<BinaryOperator>(S))
    return !Binary->isAssignmentOp() && !Binary->isLogicalOp() && !Binary->isCommaOp() &&
           !Binary->isShiftOp() && !Binary->isPtrMemOp();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S))
    return Construct->getParenOrBraceRange().isValid() && !Construct->isListInitialization();
  return isa<CallExpr>(S);
}

/// A value that was read, or a condition that was tested, before a suspension.
class Snapshots : public Facts {
public:
  enum : uint8_t {
    IsNone = 1, IsFresh = 2, IsStale = 4, // of a variable
    IsTrue = 2, IsFalse = 4, WasTrue = 8, WasFalse = 16, // of a condition
  };
  struct Snapshot {
    const VarDecl *Var; ///< null for a condition
    Storage Of;
  };
  struct Lost {
    unsigned Fact;
    const Expr *Write;
    Storage What;
  };

  Snapshots(const Body &B) : B(B) {
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D); Var && Var->hasLocalStorage() &&
              !Var->getType()->isReferenceType() && Var->getInit())
            for (const Mention &Each : mentionsIn(Var->getInit(), B))
              if (Each.How == Access::Read && !suspends(Var->getInit()))
                All.push_back({Var, Each.What});
      } else if (const auto *E = dyn_cast<Expr>(S); E && isName(E)) {
        Access How = accessOf(E, Parents);
        std::optional<Storage> Named = How == Access::None ? std::nullopt : storageOf(E);
        if (Named && isShared(*Named, B)) {
          if (How == Access::Read)
            Reads[E] = *Named;
          else if (const Expr *Write = How == Access::Write ? around(E, Parents) : nullptr)
            Writes[Write].push_back({*Named, E});
        }
      }
      return true;
    });
    for (auto &[At, Each] : Writes)
      for (auto &[Named, E] : Each)
        if (llvm::none_of(All, [&](const Snapshot &S) { return !S.Var && S.Of == Named; }))
          All.push_back({nullptr, Named});
  }
  std::vector<Snapshot> All;
  std::vector<Lost> Found;

private:
  static bool suspends(const Stmt *S) { return firstSuspension(S) != nullptr; }

  /// The assignment, or the call of `insert_or_assign`, that writes.
  static const Expr *around(const Expr *E, Path Parents) {
    for (const Stmt *Parent : llvm::reverse(Parents)) {
      if (const auto *Binary = dyn_cast<BinaryOperator>(Parent); Binary && Binary->isAssignmentOp())
        return Binary;
      if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Parent);
          Operator && Operator->isAssignmentOp())
        return Operator;
      if (isa<CXXMemberCallExpr>(Parent))
        return cast<Expr>(Parent);
      if (!isa<Expr>(Parent))
        return nullptr;
    }
    return nullptr;
  }

  States begin() override { return States(All.size(), IsNone); }

  void suspend(const Expr *At, States &Now) override {
    for (size_t I = 0; I != All.size(); ++I) {
      uint8_t Old = Now[I];
      if (All[I].Var)
        Now[I] = (Old & ~IsFresh) | (Old & IsFresh ? IsStale : 0);
      else
        Now[I] = (Old & (IsNone | WasTrue | WasFalse)) | (Old & IsTrue ? WasTrue : 0) |
                 (Old & IsFalse ? WasFalse : 0);
    }
  }

  void evaluate(const Stmt *S, States &Now) override {
    if (const auto *E = dyn_cast<Expr>(S)) {
      // Looked at again: whoever compares knows.
      if (auto Read = Reads.find(E); Read != Reads.end())
        for (size_t I = 0; I != All.size(); ++I)
          if (All[I].Var && All[I].Of == Read->second && (Now[I] & IsStale))
            Now[I] = IsNone;
      if (auto Written = Writes.find(E); Written != Writes.end())
        for (auto &[What, Where] : Written->second)
          write(E, What, Now);
    }
    if (const auto *Decls = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Decls->decls())
        take(dyn_cast<VarDecl>(D), Now);
    if (const auto *Assign = dyn_cast<BinaryOperator>(S); Assign && Assign->isAssignmentOp())
      if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(Assign->getLHS())))
        take(dyn_cast<VarDecl>(Ref->getDecl()), Now);
  }

  void take(const VarDecl *Var, States &Now) {
    for (size_t I = 0; I != All.size(); ++I)
      if (Var && All[I].Var == Var)
        Now[I] = IsFresh;
  }

  void write(const Expr *At, const Storage &What, States &Now) {
    for (size_t I = 0; I != All.size(); ++I) {
      if (!(All[I].Of == What))
        continue;
      uint8_t State = Now[I];
      bool IsLost = All[I].Var ? (State & IsStale) && names(At, All[I].Var)
                               : (State == WasTrue || State == WasFalse) && !setsConstant(At);
      if (IsLost && isReporting())
        Found.push_back({unsigned(I), At, What});
      Now[I] = IsNone;
    }
  }

  /// A flag that is set once more is lost on nobody.
  static bool setsConstant(const Expr *Write) {
    const Expr *Value = nullptr;
    if (const auto *Binary = dyn_cast<BinaryOperator>(Write))
      Value = Binary->getRHS();
    else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Write); Operator && Operator->getNumArgs() == 2)
      Value = Operator->getArg(1);
    Value = Value ? bare(Value) : nullptr;
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Value))
      return isa<EnumConstantDecl>(Ref->getDecl());
    return isa_and_nonnull<CXXBoolLiteralExpr, IntegerLiteral, StringLiteral, CXXNullPtrLiteralExpr>(Value);
  }

  void branch(const Expr *Condition, bool Is, States &Now) override {
    for (const Mention &Each : mentionsIn(Condition, B))
      for (size_t I = 0; I != All.size(); ++I)
        if (!All[I].Var && All[I].Of == Each.What && Each.How == Access::Read)
          Now[I] = Is ? IsTrue : IsFalse;
  }

  const Body &B;
  llvm::DenseMap<const Expr *, Storage> Reads;
  llvm::MapVector<const Expr *, SmallVector<std::pair<Storage, const Expr *>, 1>> Writes;
};

class StaleReadModifyWriteCheck : public Check {
public:
  using Check::Check;

private:
  void begin(Unit &U) override {
    Known.reset();
    Taken.clear();
  }

  void check(const Body &B, Unit &U) override {
    if (!B.isCoroutine() || B.isDependent() || !firstSuspension(B.stmt()) || takesAsyncLock(B, U))
      return;
    walk(B.stmt(), [&](const Stmt *S, Path Parents) {
      if (isUnordered(S))
        operands(cast<Expr>(S), Parents, B, U);
      return true;
    });
    if (AcrossStatements.isOn())
      statements(B, U);
  }

  /// One operand of \p E reads what may change while another one is awaited.
  void operands(const Expr *E, Path Parents, const Body &B, Unit &U) {
    auto Children = evaluatedChildren(E);
    for (const Stmt *Awaiting : Children) {
      const Stmt *Await = firstSuspension(Awaiting);
      if (!Await || !isa<Expr>(Await) || !maySuspend(cast<Expr>(Await), U))
        continue;
      for (const Stmt *Reading : Children) {
        if (Reading == Awaiting || (isa<CallExpr>(E) && Reading == cast<CallExpr>(E)->getCallee()) ||
            firstSuspension(Reading))
          continue;
        for (const Mention &Each : mentionsIn(Reading, B))
          if (Each.How == Access::Read && Each.E->getType()->isScalarType()) {
            const Expr *Assignment = assigned(Each.What, Parents);
            if (Assignment || changes(U).isChangedOutside(Each.What.last() ? Each.What.last() : B.decl(), B))
              expression(Each, cast<Expr>(Await), Assignment, Parents, B, U);
          }
      }
    }
  }

  /// The assignment to \p What that the expression is part of.
  static const Expr *assigned(const Storage &What, Path Parents) {
    for (const Stmt *Parent : llvm::reverse(Parents)) {
      const Expr *Left = nullptr;
      if (const auto *Binary = dyn_cast<BinaryOperator>(Parent); Binary && Binary->isAssignmentOp())
        Left = Binary->getLHS();
      else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Parent);
               Operator && Operator->isAssignmentOp())
        Left = Operator->getArg(0);
      std::optional<Storage> Named = Left ? storageOf(Left) : std::nullopt;
      if (Named && *Named == What)
        return cast<Expr>(Parent);
      if (!isa<Expr>(Parent))
        return nullptr;
    }
    return nullptr;
  }

  void expression(const Mention &Read, const Expr *Await, const Expr *Assignment, Path Parents,
                  const Body &B, Unit &U) {
    std::string Name = Read.What.text();
    {
      auto Report = report(Read.E->getExprLoc(),
                           Assignment ? "whether '%0' is read before or after the suspension in this "
                                        "expression is unspecified; what changes it meanwhile may be "
                                        "overwritten"
                                      : "whether '%0' is read before or after the suspension in this "
                                        "expression is unspecified, and others change it meanwhile");
      if (!Report)
        return;
      *Report << Name;
      if (Assignment)
        hoist(Assignment, Await, Parents, B, U, *Report);
    }
    note(Await->getBeginLoc(), "suspended here: clang has read '%0' by then, gcc has not") << Name;
    note(Await->getBeginLoc(), "await in a statement of its own, before '%0' is read") << Name;
  }

  /// Awaits in a statement of its own, if nothing else of the statement could
  /// notice.
  void hoist(const Expr *Assignment, const Expr *Await, Path Parents, const Body &B,
                    Unit &U, const DiagnosticBuilder &Report) {
    // Parents end at what is part of the assignment: it must be a statement.
    const Stmt *Above = nullptr;
    for (size_t I = 0; I != Parents.size(); ++I)
      if (Parents[I] == Assignment)
        for (size_t J = I; J-- > 0 && !Above;)
          if (!isa<FullExpr>(Parents[J]))
            Above = Parents[J];
    bool IsPlain = true;
    walk(Assignment, [&](const Stmt *S, Path) {
      if (S == Await)
        return false;
      IsPlain &= !isa<CallExpr, CXXConstructExpr, ConditionalOperator, LambdaExpr>(S) &&
                 !isSuspension(S);
      if (const auto *Binary = dyn_cast<BinaryOperator>(S))
        IsPlain &= !Binary->isLogicalOp();
      return true;
    });
    StringRef Text = textOf(Await->getSourceRange(), U);
    if (!IsPlain || Await->getType()->isVoidType() || !isa_and_nonnull<CompoundStmt>(Above) || Text.empty() ||
        Assignment->getBeginLoc().isMacroID() || Text.contains('\n'))
      return;
    std::string Name = freeName(B);
    Report << FixItHint::CreateInsertion(
                  Assignment->getBeginLoc(),
                  ("auto " + Name + " = " + Text + ";\n" + indent(Assignment, U)).str())
           << FixItHint::CreateReplacement(Await->getSourceRange(), Name);
  }

  /// A name that no variable of \p B has, and no other fix in it took.
  std::string freeName(const Body &B) {
    llvm::StringSet<> &Names = Taken[B.decl()];
    if (Names.empty())
      walk(B.stmt(), [&](const Stmt *S, Path) {
        if (const auto *Decls = dyn_cast<DeclStmt>(S))
          for (const Decl *D : Decls->decls())
            if (const auto *Var = dyn_cast<VarDecl>(D))
              Names.insert(Var->getName());
        return true;
      });
    std::string Name = "awaited";
    for (unsigned Number = 2; !Names.insert(Name).second; ++Number)
      Name = "awaited" + std::to_string(Number);
    return Name;
  }

  static std::string indent(const Stmt *S, Unit &U) {
    unsigned Column = U.sources().getSpellingColumnNumber(S->getBeginLoc());
    return std::string(Column - 1, ' ');
  }

  void statements(const Body &B, Unit &U) {
    Snapshots Facts(B);
    if (Facts.All.empty() || !Flow(B, U).run(Facts))
      return;
    for (const Snapshots::Lost &Each : Facts.Found) {
      const VarDecl *Var = Facts.All[Each.Fact].Var;
      {
        auto Report = report(Each.Write->getExprLoc(),
                             Var ? "'%0' is overwritten with what '%1' held before a suspension"
                                 : "'%0' is overwritten after a suspension because of how it was before");
        if (!Report)
          continue;
        *Report << Each.What.text();
        if (Var)
          *Report << Var->getName();
      }
      if (Var)
        note(Var->getLocation(), "read here");
      note(Each.Write->getExprLoc(), "read '%0' again after the last 'co_await'") << Each.What.text();
    }
  }

  const Changes &changes(Unit &U) {
    if (!Known)
      Known.emplace(U);
    return *Known;
  }

  std::optional<Changes> Known;
  llvm::DenseMap<const FunctionDecl *, llvm::StringSet<>> Taken;
  Flag AcrossStatements{this, "AcrossStatements"};
};

WEIR_CHECK(StaleReadModifyWriteCheck, "stale-read-modify-write", Warning,
           "Finds shared state that is written with what it held before a suspension.")

} // namespace
} // namespace weir
