// The program that the rules of one file are asked about; see UnitProgram.h.

#include "checks/program/UnitProgram.h"
#include "checks/program/Index.h"
#include "checks/support/Unit.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include <deque>
#include <mutex>

using llvm::StringRef;

namespace weir::program {
namespace {

/// Takes from an index what a file comes to call, and no more.
class Pull {
public:
  Pull(const Summary &Own, StringRef Main, const Index &From)
      : Main(Main), From(From), Fresh(From) {
    learn(Own);
    for (const Function &F : Own.Functions)
      IsOwn.insert(F.Usr.data());
    for (const Function &F : Own.Functions) {
      Open.push_back(&F);
      for (const Handed &Given : F.Handed)
        need(Given.Callee);
    }
    // `Open` grows on the way.
    for (size_t I = 0; I < Open.size(); ++I)
      for (const Call &C : Open[I]->Calls) {
        if (C.IsDescribed || (C.Mode != Mode::Plain && C.Mode != Mode::Awaited))
          continue;
        if (C.IsVirtual)
          needOverriders(C.Callee);
        else
          need(C.Callee);
      }
  }

  /// What was found; of each file, the functions that are called.
  std::deque<Summary> take() {
    llvm::DenseSet<const Function *> Wanted(Open.begin(), Open.end());
    for (Summary &S : Pulled) {
      std::vector<Function> Kept;
      for (Function &F : S.Functions)
        if (Wanted.contains(&F))
          Kept.push_back(std::move(F));
      S.Functions = std::move(Kept);
    }
    Pulled.push_back(std::move(Lost));
    return std::move(Pulled);
  }

  /// Whether it mattered which overrides there are.
  bool hasAskedForOverrides() const { return !AskedVirtual.empty(); }

private:
  void learn(const Summary &S) {
    for (const Function &F : S.Functions)
      Known.try_emplace(F.Usr.data(), &F);
    for (const Virtual &V : S.Virtuals)
      for (StringRef Base : V.Overrides)
        Overriders[Base.data()].insert(V.Usr);
  }

  void need(StringRef Usr) {
    if (!Asked.insert(Usr.data()).second)
      return;
    // Where several files define it, the index names none.
    llvm::SmallVector<unsigned> Entries = From.defining(Usr);
    if (Entries.empty() || IsOwn.contains(Usr.data()))
      return;
    for (unsigned Entry : Entries)
      if (!Known.contains(Usr.data()))
        add(Entry);
    if (const Function *F = Known.lookup(Usr.data()))
      Open.push_back(F);
  }

  void needOverriders(StringRef Usr) {
    if (!AskedVirtual.insert(Usr.data()).second)
      return;
    need(Usr);
    for (llvm::ArrayRef<unsigned> Any : From.overriding(Usr))
      if (llvm::none_of(Any, [&](unsigned Entry) { return add(Entry); }))
        // One that nobody knows any more: a method without a body.
        Lost.Virtuals.push_back(
            {intern((Usr + " (changed)").str()), {Usr}, /*IsPure=*/false});
    auto Above = Overriders.find(Usr.data());
    if (Above == Overriders.end())
      return;
    for (StringRef Each : llvm::SmallVector<StringRef>(Above->second.begin(),
                                                       Above->second.end()))
      needOverriders(Each);
  }

  /// Whether entry \p Number is among the summaries now.
  bool add(unsigned Number) {
    auto [It, New] = IsPulled.try_emplace(Number, false);
    if (!New)
      return It->second;
    bool IsMain = From.isOf(Number, Main);
    if (!Fresh.holds(Number, /*WithMain=*/!IsMain))
      return false;
    std::optional<Summary> S = From.summary(Number);
    if (!S)
      return false;
    if (IsMain)
      dropMain(*S);
    learn(Pulled.emplace_back(std::move(*S)));
    return IsPulled[Number] = true;
  }

  /// Of the file itself, what it says now counts. What its headers said does:
  /// an editor skips their bodies.
  void dropMain(Summary &S) {
    llvm::DenseSet<const char *> Dropped;
    for (const Function &F : S.Functions)
      if (F.At.File == Main)
        Dropped.insert(F.Usr.data());
    llvm::erase_if(S.Functions, [&](const Function &F) {
      return Dropped.contains(F.Usr.data());
    });
    llvm::erase_if(S.Virtuals, [&](const Virtual &V) {
      return Dropped.contains(V.Usr.data());
    });
  }

  StringRef Main;
  const Index &From;
  Freshness Fresh;
  std::deque<Summary> Pulled;
  Summary Lost;
  std::vector<const Function *> Open;
  llvm::DenseMap<unsigned, bool> IsPulled;
  // By interned USR.
  llvm::DenseMap<const char *, const Function *> Known;
  llvm::DenseMap<const char *, llvm::SetVector<StringRef>> Overriders;
  llvm::DenseSet<const char *> IsOwn, Asked, AskedVirtual;
};

struct UnitProgram {
  std::deque<Summary> Others;
  std::optional<Program> Joined;
};

/// By AST. clangd analyses several files at once.
struct Programs {
  std::mutex Guard;
  llvm::DenseMap<const clang::ASTContext *, UnitProgram *> ByContext;
};

Programs &programs() {
  static Programs All;
  return All;
}

std::shared_ptr<const Index> indexFor(const clang::SourceManager &Sources,
                                      std::string &Main) {
  clang::OptionalFileEntryRef File =
      Sources.getFileEntryRefForID(Sources.getMainFileID());
  if (!File)
    return nullptr;
  Main = File->getFileEntry().tryGetRealPathName().str();
  auto Directory = Sources.getFileManager()
                       .getVirtualFileSystem()
                       .getCurrentWorkingDirectory();
  return Index::near(Directory ? *Directory : "", Main);
}

void join(UnitProgram &Into, Unit &U) {
  const Summary &Own = U.summary();
  std::vector<const Summary *> All{&Own};
  bool KnowsOverrides = false;
  // What no coroutine comes to and nobody is handed, no rule asks about.
  bool Matters = llvm::any_of(Own.Functions, [](const Function &F) {
    return F.Kind == Kind::Coroutine || !F.Handed.empty();
  });
  std::string Main;
  if (auto Index = Matters ? indexFor(U.sources(), Main) : nullptr) {
    Pull Needed(Own, Main, *Index);
    KnowsOverrides = Index->isWhole() && (!Needed.hasAskedForOverrides() ||
                                          Index->isUnchangedBut(Main));
    Into.Others = Needed.take();
  }
  for (const Summary &S : Into.Others)
    All.push_back(&S);
  Into.Joined.emplace(All, KnowsOverrides ? Seen::Overrides : Seen::Part);
}

} // namespace

const Program &programOf(Unit &U) {
  {
    std::lock_guard Lock(programs().Guard);
    if (UnitProgram *Known = programs().ByContext.lookup(&U.context()))
      return *Known->Joined;
  }
  // Without the lock: an AST has one thread, and other threads have their own.
  auto New = std::make_unique<UnitProgram>();
  join(*New, U);
  struct Owner {
    const clang::ASTContext *Context;
    std::unique_ptr<UnitProgram> Made;
  };
  auto *Kept = new Owner{&U.context(), std::move(New)};
  U.context().AddDeallocation(
      [](void *P) {
        std::unique_ptr<Owner> Dying(static_cast<Owner *>(P));
        std::lock_guard Lock(programs().Guard);
        programs().ByContext.erase(Dying->Context);
      },
      Kept);
  std::lock_guard Lock(programs().Guard);
  programs().ByContext[&U.context()] = Kept->Made.get();
  return *Kept->Made->Joined;
}

} // namespace weir::program
