// What is a test, and what asserts in one; see Tests.h.

#include "checks/support/Tests.h"
#include "checks/support/Macros.h"
#include "checks/support/Unit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace weir {

bool isTest(const FunctionDecl *D, Unit &U) {
  if (!D->getLocation().isMacroID())
    return false;
  if (D->getDeclName().isIdentifier() && D->getName() == "TestBody")
    return true;
  return isInMacro(D->getLocation(), U, [](StringRef Macro) {
    return Macro.contains("TEST") || Macro.contains("SCENARIO");
  });
}

/// Whether a macro of that name stands in tests only. CHECK, ASSERT and VERIFY
/// have a life outside.
static bool isOfTests(StringRef Macro) {
  for (StringRef Start : {"EXPECT_", "REQUIRE", "QVERIFY", "QCOMPARE",
                          "QCORO_VERIFY", "QCORO_COMPARE", "BOOST_TEST",
                          "BOOST_CHECK", "BOOST_REQUIRE", "CO_ASSERT_"})
    if (Macro.starts_with(Start))
      return true;
  return false;
}

static StringRef fileOf(const FunctionDecl *D, Unit &U) {
  return U.sources().getFilename(U.sources().getExpansionLoc(D->getLocation()));
}

/// Whether the function, its file, or a class or namespace around it says by
/// its name that it is there for tests.
static bool isAmongTests(const FunctionDecl *D, Unit &U) {
  StringRef Name = lastName(D);
  if (Name.starts_with("test_") || Name.contains("_test_") ||
      Name.ends_with("_test"))
    return true;
  StringRef File = llvm::sys::path::stem(fileOf(D, U));
  if (File.starts_with("test_") || File.starts_with("tst_") ||
      llvm::any_of(
          ArrayRef<StringRef>{"_test", "_tests", "_tst", "_unittest", "Test", "Tests"},
          [&](StringRef End) { return File.ends_with(End); }))
    return true;
  for (const DeclContext *C = D->getDeclContext(); C; C = C->getParent()) {
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(C);
        Namespace &&
        (Namespace->getName() == "test" || Namespace->getName() == "tests"))
      return true;
    if (const auto *Class = dyn_cast<CXXRecordDecl>(C);
        Class && lastName(Class).ends_with("_test"))
      return true;
  }
  return false;
}

/// Whether \p Around gives the lambda, or the coroutine that it is, to what runs tests.
static bool isRunAsTest(const Body &Lambda, const FunctionDecl *Around, Unit &U) {
  const Body *Outer = U.bodyOf(Around);
  bool Found = false;
  if (Outer)
    walk(Outer->stmt(), [&](const Stmt *S, Path Parents) {
      if (S != Lambda.lambda())
        return !Found;
      for (const Stmt *Parent : llvm::reverse(Parents))
        if (const auto *Call = dyn_cast<CallExpr>(Parent))
          if (const models::Function *Model = U.function(calleeOf(Call)))
            Found |= Model->Role == models::Role::TestRun;
      return false;
    });
  return Found;
}

/// Whether \p D is a function of this file that only its test cases use.
/// \p Open are those of which that is being asked.
static bool isHelper(const FunctionDecl *D, Unit &U,
                     llvm::SmallPtrSetImpl<const FunctionDecl *> &Open) {
  // A header offers its functions to others.
  if (!U.sources().isInMainFile(D->getFirstDecl()->getLocation()))
    return false;
  bool Found = false;
  for (const Decl *User : U.namedIn(D)) {
    const auto *F = dyn_cast<FunctionDecl>(User);
    if (!F)
      return false;
    if (!isTest(F, U)) {
      if (!Open.insert(F->getCanonicalDecl()).second)
        continue;
      if (!isHelper(F, U, Open))
        return false;
    }
    Found = true;
  }
  return Found;
}

bool isTestCode(const Body &B, Unit &U) {
  if (isTest(B.decl(), U) || isAmongTests(B.decl(), U))
    return true;
  llvm::SmallPtrSet<const FunctionDecl *, 8> Open{B.decl()->getCanonicalDecl()};
  if (!B.lambda() && isHelper(B.decl(), U, Open))
    return true;
  bool Asserts = false;
  walk(B.stmt(), [&](const Stmt *S, Path) {
    Asserts |= S->getBeginLoc().isMacroID() &&
               isInMacro(S->getBeginLoc(), U, isOfTests);
    return !Asserts;
  });
  if (Asserts)
    return true;
  const auto *Around = dyn_cast_or_null<FunctionDecl>(B.enclosing());
  return Around &&
         (isTest(Around, U) || isRunAsTest(B, Around, U) || isHelper(Around, U, Open));
}

bool isBenchmark(const Body &B, Unit &U) {
  namespace path = llvm::sys::path;
  StringRef File = fileOf(B.decl(), U);
  return path::stem(File).contains_insensitive("bench") ||
         path::filename(path::parent_path(File))
             .starts_with_insensitive("bench");
}

bool failsIfRun(const Expr *E, Unit &U) {
  bool Fails = false;
  walk(E, [&](const Stmt *S, Path) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      const Body *Inner = U.bodyOf(Lambda->getCallOperator());
      walk(Inner ? Inner->stmt() : Lambda->getBody(), [&](const Stmt *Each, Path) {
        Fails |= isInMacro(Each->getBeginLoc(), U, [](StringRef Macro) {
          // GoogleTest's assertions are made of GTEST_NONFATAL_FAILURE_.
          return Macro.contains("FAIL") &&
                 (!Macro.starts_with("GTEST_") || Macro == "GTEST_FAIL");
        });
        return !Fails;
      });
    }
    return !Fails;
  });
  return Fails;
}

bool isAssertion(StringRef Macro) {
  static constexpr StringRef Words[] = {"EXPECT",  "ASSERT", "CHECK",
                                        "REQUIRE", "VERIFY", "COMPARE"};
  // EXPECT_CALL sets up a mock.
  if (Macro.contains("CALL") || Macro.contains("DEATH") ||
      Macro.contains("EXIT"))
    return false;
  return llvm::any_of(Words, [&](StringRef Word) {
    size_t At = Macro.find(Word);
    return At != StringRef::npos &&
           (At == 0 || Macro[At - 1] == '_' || Macro[At - 1] == 'Q');
  });
}

bool isThrowAssertion(StringRef Macro) {
  return isAssertion(Macro) &&
         (Macro.contains("THROW") || Macro.contains("EXCEPTION"));
}

} // namespace weir
