// reviewdog's own format: the one way to suggested changes in a review.

#include "driver/Defaults.h"
#include "driver/Report.h"
#include "driver/Sources.h"
#include <nlohmann/json.hpp>

using Json = nlohmann::ordered_json;
using llvm::StringRef;

namespace weir::driver {
namespace {

Json range(const Place &P) {
  return {{"start", {{"line", P.Line}, {"column", P.Column}}},
          {"end", {{"line", P.EndLine}, {"column", P.EndColumn}}}};
}

} // namespace

void writeRdjson(const Report &R, llvm::raw_ostream &Out) {
  Json All = Json::array();
  for (const Reported &F : R.Findings) {
    std::string Message = F.Message;
    for (const Note &N : F.Notes) {
      Message += "\n";
      if (N.At.isValid())
        Message += relativeTo(R.Root, N.At.File) + ":" + std::to_string(N.At.Line) + ": ";
      Message += N.Message;
    }
    StringRef Name = F.Rule;
    Name.consume_front("weir-");
    Json Each = {{"message", Message},
                 {"location",
                  {{"path", relativeTo(R.Root, F.At.File)}, {"range", range(F.At)}}},
                 {"severity", F.Level == Severity::Note      ? "INFO"
                              : F.Level == Severity::Warning ? "WARNING"
                                                             : "ERROR"},
                 {"code", {{"value", F.Rule}, {"url", (RulePages + Name + ".md").str()}}}};
    // A suggestion changes one place of the file the comment is on.
    for (const Fix &Offer : F.Fixes)
      if (Offer.Edits.size() == 1 && Offer.Edits[0].File == F.At.File) {
        const Edit &E = Offer.Edits[0];
        Each["suggestions"].push_back(
            {{"range", range(R.Texts->place(E.File, E.Begin, E.End))}, {"text", E.Text}});
      }
    All.push_back(std::move(Each));
  }
  Json Result = {{"source", {{"name", "weir"}, {"url", "https://github.com/weir-cpp/weir"}}},
                 {"diagnostics", std::move(All)}};
  Out << Result.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace weir::driver
