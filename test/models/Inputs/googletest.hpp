// As much of googletest as the rules about tests need to see.

#pragma once

namespace testing {
struct Test {
  virtual ~Test();
  virtual void TestBody() = 0;
};
struct result {
  template <class T> explicit result(const T &);
  explicit operator bool() const;
};
struct helper {
  void operator=(int) const;
};
bool always();
bool HasFatalFailure();
} // namespace testing

#define TEST(suite, name)                                                      \
  struct suite##_##name##_Test : ::testing::Test {                             \
    void TestBody() override;                                                  \
  };                                                                           \
  void suite##_##name##_Test::TestBody()
#define GTEST_THROW_(statement)                                                \
  try {                                                                        \
    if (::testing::always()) {                                                 \
      statement;                                                               \
    }                                                                          \
  } catch (...) {                                                              \
  }
#define EXPECT_THROW(statement, type) GTEST_THROW_(statement)
#define EXPECT_NO_THROW(statement) GTEST_THROW_(statement)
#define EXPECT_TRUE(x) ::testing::result(x) ? (void)0 : (void)0
#define ASSERT_TRUE(x)                                                         \
  if (::testing::result(x))                                                    \
    ;                                                                          \
  else                                                                         \
    return ::testing::helper() = 1
#define ASSERT_EQ(a, b) ASSERT_TRUE((a) == (b))
