// What a type is to an asynchronous program: by its model, else by its shape.
//
// A class that names a promise type and can be awaited is a task, whoever
// wrote it. Its start is read off the declared type of initial_suspend, for in
// an editor the bodies of functions in headers do not exist. What cannot be
// read off stays unknown, and rules are silent about what is unknown.

#pragma once

#include "checks/support/Models.h"
#include "clang/AST/DeclCXX.h"
#include <optional>

namespace weir {

struct TaskType {
  models::TypeKind Kind = models::TypeKind::Task;
  models::Start Start = models::Start::Unknown;
  models::Use Use = models::Use::Unknown;
  models::Discard Discard = models::Discard::Unknown;
  /// Null where the shape alone decided.
  const models::Type *Model = nullptr;
  const clang::CXXRecordDecl *Record = nullptr;
  bool Nodiscard = false;
  /// Its frame goes when it ends, whatever became of the object.
  bool FreesItself = false;

  bool isTask() const { return Kind == models::TypeKind::Task; }
  /// An executor, or what has threads of its own for it.
  bool runsWork() const {
    return Kind == models::TypeKind::Executor ||
           Kind == models::TypeKind::Loop || Kind == models::TypeKind::Pool;
  }
  /// Nothing happens unless it is awaited (or started in some other way).
  bool isLazy() const { return Start == models::Start::Lazy; }
};

/// Classifies \p Record; nothing for a type that has no part in awaiting.
std::optional<TaskType> classify(const clang::CXXRecordDecl *Record,
                                 const models::Models &Models);

/// The same without a look at the models.
std::optional<TaskType> classifyByShape(const clang::CXXRecordDecl *Record);

/// Whether a coroutine of the type never waits: its `co_await` unwraps a value
/// that is there, or leaves with the error that is.
bool isValue(const clang::CXXRecordDecl *Record);

/// The promise type a class names, also through its bases, or that
/// std::coroutine_traits is specialised to name; null if none.
const clang::CXXRecordDecl *promiseOf(const clang::CXXRecordDecl *Record);

/// Whether \p Record is the given standard class, e.g. "suspend_never".
bool isStd(const clang::CXXRecordDecl *Record, llvm::StringRef Name);

/// Whether \p T is a class of the standard library that owns objects of the
/// types that it is made with, a container, a tuple, a smart pointer, and one
/// \p Is.
bool owns(clang::QualType T, llvm::function_ref<bool(clang::QualType)> Is);

} // namespace weir
