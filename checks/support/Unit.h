// What all rules share about one translation unit.
//
// The bodies of the user's code, what calls and types mean by the models, and
// whatever else is worth finding out once. Made at the first question and gone
// with the AST it speaks of.

#pragma once

#include "checks/support/Body.h"
#include "checks/support/Foreign.h"
#include "checks/support/Models.h"
#include "checks/support/Names.h"
#include "checks/support/Tasks.h"
#include "clang/AST/ASTContext.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include <deque>
#include <memory>

namespace weir {

namespace program {
struct Summary;
}
class Survey; // see Outlives.cpp

class Unit {
public:
  /// The unit of \p Context. \p Models counts at the first call only.
  static Unit &of(clang::ASTContext &Context, const models::Models &Models);

  clang::ASTContext &context() const { return Context; }
  const clang::SourceManager &sources() const {
    return Context.getSourceManager();
  }
  const models::Models &models() const { return Models; }

  /// The bodies to judge, in source order: everything that is not foreign.
  /// A template stands here by its instantiations, or by itself where there
  /// are none.
  const std::deque<Body> &bodies() const { return Bodies; }
  /// The body of \p F, if it is one of bodies().
  const Body *bodyOf(const clang::FunctionDecl *F) const;

  /// The functions that the user's code names other than to call them.
  const llvm::SetVector<const clang::FunctionDecl *> &mentioned() const {
    return Mentioned;
  }

  /// The functions (or variables) in which the user's code names \p F.
  llvm::ArrayRef<const clang::Decl *>
  namedIn(const clang::FunctionDecl *F) const;

  /// The virtual methods of the user's classes, without destructors.
  const llvm::SetVector<const clang::CXXMethodDecl *> &virtuals() const {
    return Virtuals;
  }

  /// The user's declarations that are annotated, with what is for us or not.
  const llvm::SetVector<const clang::Decl *> &annotated() const { return Annotated; }

  /// What the code itself or a model says \p C is for.
  const models::Function *function(const Callee &C);
  /// The same of an object that is awaited or given: `asio::this_coro::executor`.
  const models::Function *function(const clang::ValueDecl *Object);
  /// The row of the catalogue for \p C, unless one of its conditions says that
  /// this call does not block.
  const models::Blocking *blocking(const Callee &C);
  std::optional<TaskType> task(clang::QualType T);

  /// The modelled library that \p D is a part of; null for the user's own code.
  const models::Library *libraryAround(const clang::Decl *D) {
    return IsForeign.libraryAround(D);
  }
  /// The library whose coroutine \p B is: by its return type's model.
  const models::Library *libraryOf(const Body &B);

  /// What the unit tells the whole program; see checks/program/Extract.h.
  const program::Summary &summary();

private:
  friend class Survey;
  const models::Function *ownWords(const clang::ValueDecl *D, const clang::FunctionDecl *F);
  Unit(clang::ASTContext &Context, const models::Models &Models);
  ~Unit();
  void collect();
  bool isGenerated(const clang::FunctionDecl *F) const;
  bool isCsOwn(const clang::FunctionDecl *F, const models::Library &Lib);
  bool neverWaits(const clang::FunctionDecl *F);
  /// Whether it stands in a death test, which is wrong on purpose.
  bool isToDie(const clang::LambdaExpr *Lambda);
  template <class Row, class Find> const Row *lookUp(const Callee &C, Find Ask);

  clang::ASTContext &Context;
  const models::Models &Models;
  Foreign IsForeign;
  std::deque<Body> Bodies;
  llvm::DenseMap<const clang::FunctionDecl *, const Body *> BodyOf;
  llvm::SetVector<const clang::FunctionDecl *> Mentioned;
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SmallVector<const clang::Decl *, 2>>
      NamedIn;
  llvm::SetVector<const clang::CXXMethodDecl *> Virtuals;
  llvm::SetVector<const clang::Decl *> Annotated;
  llvm::DenseMap<const clang::CXXRecordDecl *, std::optional<TaskType>> Tasks;
  std::deque<models::Function> OwnWords;
  llvm::DenseMap<const clang::ValueDecl *, const models::Function *> OwnWordsOf;
  std::unique_ptr<program::Summary> Summary;
  std::shared_ptr<Survey> Surveyed; ///< of the body that was asked about last
};

} // namespace weir
