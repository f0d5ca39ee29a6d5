// What holds where; see Flow.h.

#include "checks/support/Flow.h"
#include "checks/support/Unit.h"
#include "clang/Analysis/Analyses/PostOrderCFGView.h"
#include "clang/Analysis/FlowSensitive/DataflowWorklist.h"
#include "llvm/ADT/SetVector.h"

using namespace clang;

namespace weir {
namespace {

/// Blocks times things, in bytes: beyond it a body is generated code, or a test
/// of us.
constexpr size_t Limit = 100'000'000;

/// Adds the states of \p From; whether that changed \p To.
bool join(Facts::States &To, const Facts::States &From) {
  if (To.empty()) {
    To = From;
    return !From.empty();
  }
  bool Changed = false;
  for (size_t I = 0; I != To.size(); ++I) {
    Changed |= (From[I] & ~To[I]) != 0;
    To[I] |= From[I];
  }
  return Changed;
}

/// Whether the end that \p Block leads to is none of the function's.
bool endsInThrow(const CFGBlock &Block) {
  return Block.hasNoReturnElement() ||
         llvm::any_of(Block, [](const CFGElement &Element) {
           auto Evaluated = Element.getAs<CFGStmt>();
           return Evaluated && isa<CXXThrowExpr>(Evaluated->getStmt());
         });
}

} // namespace

const Expr *operandOf(const Expr *Suspension) {
  if (const auto *Dependent = dyn_cast<DependentCoawaitExpr>(Suspension))
    return Dependent->getOperand();
  return cast<CoroutineSuspendExpr>(Suspension)->getOperand();
}

bool maySuspend(const Expr *E, Unit &U) {
  const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(E);
  if (!Suspend && !isa<DependentCoawaitExpr>(E))
    return true;
  const Expr *Operand = bare(operandOf(E));
  if (const CXXRecordDecl *Type = recordOf(Operand->getType()))
    if (isStd(Type, "suspend_never"))
      return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Operand))
    if (const models::Function *Model = U.function(Ref->getDecl()))
      return Model->Role != models::Role::Current;
  if (const models::Function *Model = U.function(calleeOf(Operand)))
    if (Model->Role == models::Role::Current)
      return false;
  if (!Suspend || !Suspend->getReadyExpr())
    return true;
  const auto *Ready = dyn_cast<CallExpr>(bare(Suspend->getReadyExpr()));
  return !Ready || alwaysReturns(Ready->getDirectCallee()) != true;
}

bool startsSuspended(const Body &B, Unit &U) {
  if (!B.isCoroutine())
    return false;
  std::optional<TaskType> Type = U.task(B.decl()->getReturnType());
  return Type && Type->isLazy();
}

bool isLoopOfMacro(const Stmt *Terminator) {
  const auto *Do = dyn_cast_or_null<DoStmt>(Terminator);
  return Do && Do->getDoLoc().isMacroID();
}

const Expr *withoutNot(const Expr *Condition, bool &Is) {
  const Expr *E = bare(Condition);
  while (const auto *Not = dyn_cast_or_null<UnaryOperator>(E)) {
    if (Not->getOpcode() != UO_LNot)
      break;
    Is = !Is;
    E = bare(Not->getSubExpr());
  }
  return E;
}

Flow::Flow(const Body &B, Unit &U) : B(B), U(U) {
  walk(B.stmt(), [&](const Stmt *S, Path Above) {
    Parents.try_emplace(S, Above.empty() ? nullptr : Above.back());
    return true;
  });
  CFG::BuildOptions Options;
  Options.setAllAlwaysAdd();
  Options.AddImplicitDtors = true;
  Options.AddTemporaryDtors = true;
  Options.AddLifetime = true;
  Options.AddEHEdges = false;
  Graph = CFG::buildCFG(B.decl(), const_cast<Stmt *>(B.stmt()), &U.context(),
                        Options);
}

Flow::~Flow() = default;

bool Flow::isWithin(const Stmt *S, const Stmt *Whole) const {
  for (; S; S = parent(S))
    if (S == Whole)
      return true;
  return false;
}

void Flow::step(const CFGElement &Element, Facts &F, Facts::States &Now) const {
  if (auto Dtor = Element.getAs<CFGAutomaticObjDtor>()) {
    F.end(Dtor->getVarDecl(), Now);
  } else if (auto Life = Element.getAs<CFGLifetimeEnds>()) {
    F.end(Life->getVarDecl(), Now);
  } else if (auto Temporary = Element.getAs<CFGTemporaryDtor>()) {
    F.end(Temporary->getBindTemporaryExpr(), Now);
  } else if (auto Evaluated = Element.getAs<CFGStmt>()) {
    const Stmt *S = Evaluated->getStmt();
    // Not the hidden halves of an await. A declaration of several variables
    // comes as several statements that nobody wrote.
    if (!isa<DeclStmt>(S) && !Parents.count(S))
      return;
    if (isSuspension(S) && isa<Expr>(S) && maySuspend(cast<Expr>(S), U))
      F.suspend(cast<Expr>(S), Now);
    F.evaluate(S, Now);
  }
}

void Flow::walkBlock(const CFGBlock &Block, Facts &F,
                     Facts::States &Now) const {
  if (&Block == &Graph->getEntry() && startsSuspended(B, U))
    F.suspend(nullptr, Now);
  for (const CFGElement &Element : Block)
    step(Element, F, Now);
  if (const Stmt *Loop = Block.getLoopTarget())
    F.turn(Loop, Now);
}

unsigned Flow::end() const { return Graph ? Graph->getExit().getBlockID() : 0; }

void Flow::blocks(
    Facts &F,
    llvm::function_ref<void(unsigned, ArrayRef<unsigned>)> Done) const {
  if (!Graph)
    return;
  llvm::SetVector<const CFGBlock *> Open;
  Open.insert(&Graph->getEntry());
  for (size_t I = 0; I < Open.size(); ++I) {
    const CFGBlock *Block = Open[I];
    if (Block == &Graph->getExit())
      continue;
    Facts::States None;
    walkBlock(*Block, F, None);
    SmallVector<unsigned, 2> Next;
    bool Is = true, TurnsOnce = isLoopOfMacro(Block->getTerminatorStmt());
    for (const CFGBlock *Each : Block->succs()) {
      if (Each && !(Is && TurnsOnce) && !endsInThrow(*Block)) {
        Next.push_back(Each->getBlockID());
        Open.insert(Each);
      }
      Is = !Is;
    }
    Done(Block->getBlockID(), Next);
  }
}

/// The statement that follows \p Try in the block it stands in.
const Stmt *Flow::behind(const Stmt *Try) const {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(parent(Try));
  if (!Block)
    return nullptr;
  const auto *Here = llvm::find(Block->body(), Try);
  return Here == Block->body_end() || Here + 1 == Block->body_end() ? nullptr
                                                                    : Here[1];
}

/// What some path evaluates, and what that is part of.
llvm::DenseSet<const Stmt *> Flow::reached(ArrayRef<Facts::States> At) const {
  llvm::DenseSet<const Stmt *> Found;
  for (const CFGBlock *Block : *Graph)
    if (!At[Block->getBlockID()].empty())
      for (const CFGElement &Element : *Block)
        if (auto Evaluated = Element.getAs<CFGStmt>())
          for (const Stmt *S = Evaluated->getStmt(); S; S = parent(S))
            if (!Found.insert(S).second)
              break;
  return Found;
}

const CFGBlock *Flow::enterHandlers(Facts &F,
                                    std::vector<Facts::States> &At) const {
  std::optional<llvm::DenseSet<const Stmt *>> Reached;
  for (const CFGBlock *Block : *Graph) {
    const auto *Try = dyn_cast_or_null<CXXTryStmt>(Block->getTerminatorStmt());
    const Stmt *Behind = Try ? behind(Try) : nullptr;
    if (!Behind || !At[Block->getBlockID()].empty())
      continue;
    if (!Reached)
      Reached = reached(At);
    if (Reached->contains(Behind))
      continue;
    // What throws is something it awaits, if it does.
    Facts::States &Into = At[Block->getBlockID()], Entry;
    for (const CFGBlock *Each : PostOrderCFGView(Graph.get())) {
      Facts::States Now = At[Each->getBlockID()];
      if (Now.empty() || Each == Block)
        continue;
      for (const CFGElement &Element : *Each) {
        auto Evaluated = Element.getAs<CFGStmt>();
        bool IsTried =
            Evaluated && isWithin(Evaluated->getStmt(), Try->getTryBlock());
        if (IsTried && Entry.empty())
          Entry = Now;
        step(Element, F, Now);
        if (IsTried && isSuspension(Evaluated->getStmt()))
          join(Into, Now);
      }
    }
    if (Into.empty())
      Into = std::move(Entry);
    if (!Into.empty())
      return Block;
  }
  return nullptr;
}

bool Flow::run(Facts &F) const {
  if (!Graph)
    return false;
  Facts::States Begin = F.begin();
  if (Begin.empty() || Graph->size() * Begin.size() > Limit)
    return false;
  std::vector<Facts::States> At(Graph->getNumBlockIDs());
  PostOrderCFGView Order(Graph.get());
  ForwardDataflowWorklist List(*Graph, &Order);
  At[Graph->getEntry().getBlockID()] = std::move(Begin);
  List.enqueueBlock(&Graph->getEntry());
  F.Reporting = false;
  auto Next = [&]() -> const CFGBlock * {
    if (const CFGBlock *Block = List.dequeue())
      return Block;
    return enterHandlers(F, At);
  };
  while (const CFGBlock *Block = Next()) {
    Facts::States Now = At[Block->getBlockID()];
    walkBlock(*Block, F, Now);
    const Expr *Condition =
        Block->succ_size() == 2 ? Block->getLastCondition() : nullptr;
    bool Is = true;
    bool TurnsOnce = isLoopOfMacro(Block->getTerminatorStmt());
    for (const CFGBlock *To : Block->succs()) {
      if (To && !(Is && TurnsOnce)) {
        Facts::States After = Now;
        if (Condition &&
            !isa_and_nonnull<SwitchStmt>(Block->getTerminatorStmt()))
          F.branch(Condition, Is, After);
        if (join(At[To->getBlockID()], After))
          List.enqueueBlock(To);
      }
      Is = !Is;
    }
  }
  for (const CFGBlock *Block : *Graph)
    if (At[Block->getBlockID()].empty())
      for (const CFGElement &Element : *Block)
        if (auto Evaluated = Element.getAs<CFGStmt>())
          F.unreached(Evaluated->getStmt());
  F.Reporting = true;
  llvm::SetVector<const CFGBlock *> All(Order.begin(), Order.end());
  for (const CFGBlock *Block : *Graph)
    All.insert(Block); // handlers are in no order
  for (const CFGBlock *Block : All)
    if (Facts::States Now = At[Block->getBlockID()]; !Now.empty())
      walkBlock(*Block, F, Now);
  return true;
}

} // namespace weir
