// GitLab's Code Quality report.

#include "driver/Report.h"
#include "driver/Sources.h"
#include <nlohmann/json.hpp>

using Json = nlohmann::ordered_json;

namespace weir::driver {

void writeGitlab(const Report &R, llvm::raw_ostream &Out) {
  Json All = Json::array(); // An empty run must be `[]`, not `null`.
  for (const Reported &F : R.Findings)
    All.push_back(
        {{"description", F.Message},
         {"check_name", F.Rule},
         {"fingerprint", F.Fingerprint},
         {"severity", F.Level == Severity::Note      ? "info"
                      : F.Level == Severity::Warning ? "major"
                                                     : "critical"},
         {"location",
          {{"path", relativeTo(R.Root, F.At.File)},
           {"positions",
            {{"begin", {{"line", F.At.Line}, {"column", F.At.Column}}},
             {"end", {{"line", F.At.EndLine}, {"column", F.At.EndColumn}}}}}}}});
  Out << All.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace weir::driver
