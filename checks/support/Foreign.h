// Code that is not the user's: system headers, and the libraries the models
// describe, wherever their headers lie.
//
// What such a library does inside is its model's business. Leaving it out is
// also where the time goes: a coroutine library's headers hold a thousand
// times as many functions as the file that uses them. A file that is itself a
// part of a library (it opens the library's namespace) is judged like any
// other, and its library with it.

#pragma once

#include "checks/support/Models.h"
#include "clang/AST/DeclBase.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace weir {

class Foreign {
public:
  Foreign(const clang::SourceManager &Sources, const models::Models &Models)
      : Sources(Sources), Models(Models) {}

  /// Whether \p D is not the user's code.
  bool operator()(const clang::Decl *D);
  /// The modelled library that \p D is a part of; null if there is none.
  const models::Library *libraryAround(const clang::Decl *D);
  /// Whether \p D stands where \p Lib's declarations do: a library whose names
  /// anyone could choose says in which files they are, and with what.
  bool isWhereItSays(const models::Library &Lib, const clang::Decl *D);

private:
  bool hasCompany(const models::Library &Lib, const clang::Decl *D);
  bool isOwn(const models::Library &Lib);

  const clang::SourceManager &Sources;
  const models::Models &Models;
  llvm::DenseMap<const clang::DeclContext *, const models::Library *> Around;
  llvm::DenseMap<const models::Library *, bool> Own;
  llvm::DenseMap<const models::Library *, bool> Company;
};

} // namespace weir
