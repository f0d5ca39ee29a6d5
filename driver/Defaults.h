// What holds for our rules wherever they run, unless a configuration says
// otherwise.

#pragma once

#include "checks/support/Check.h"

namespace weir {

/// The pages of all rules; a page is this, the rule's name and `.md`.
inline constexpr char RulePages[] =
    "https://github.com/weir-cpp/weir/blob/main/docs/checks/";

/// The rules that run by default, as `Checks` in a .clang-tidy spells them.
inline std::string defaultChecks() {
  std::string Result;
  for (const CheckInfo &Rule : allChecks())
    if (Rule.Default != Level::Off)
      Result += ((Result.empty() ? "weir-" : ",weir-") + Rule.Name).str();
  return Result;
}

} // namespace weir
