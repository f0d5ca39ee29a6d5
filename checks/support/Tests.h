// What is a test, and what asserts in one.
//
// The frameworks agree on little but the words: a test case is a macro with
// TEST or SCENARIO in its name, an assertion begins with EXPECT, ASSERT, CHECK
// or REQUIRE, whatever prefix the project puts before it.

#pragma once

#include "checks/support/Body.h"
#include "llvm/ADT/StringRef.h"

namespace weir {

class Unit;

/// Whether \p D is the body of a test case.
bool isTest(const clang::FunctionDecl *D, Unit &U);
/// Whether \p B is one, or a lambda in one, asserts as only tests do, or is
/// used by tests alone.
bool isTestCode(const Body &B, Unit &U);
/// Whether its file or folder says that it only measures.
bool isBenchmark(const Body &B, Unit &U);

/// Whether a lambda in \p E fails the test: that it does not run is the test.
bool failsIfRun(const clang::Expr *E, Unit &U);

/// Whether a macro of that name asserts something about its argument:
/// `EXPECT_EQ`, `REQUIRE`, `BOOST_CHECK_EQUAL`.
bool isAssertion(llvm::StringRef Macro);
/// Whether it asserts that its argument throws, or does not.
bool isThrowAssertion(llvm::StringRef Macro);

} // namespace weir
