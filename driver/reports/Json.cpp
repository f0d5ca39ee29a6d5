// For programs: everything that is known.

#include "driver/Report.h"
#include "driver/Sources.h"
#include <nlohmann/json.hpp>

using Json = nlohmann::ordered_json;

namespace weir::driver {
namespace {

class Maker {
public:
  explicit Maker(const Report &R) : R(R) {}

  Json finding(const Reported &F) {
    Json Result = {{"rule", F.Rule},
                   {"level", spelling(F.Level).str()},
                   {"message", F.Message}};
    add(F.At, Result);
    Result["notes"] = Json::array();
    for (const Note &N : F.Notes) {
      Json Each = {{"message", N.Message}};
      add(N.At, Each);
      Result["notes"].push_back(std::move(Each));
    }
    Result["fixes"] = Json::array();
    for (const Fix &Each : F.Fixes)
      if (!Each.isEmpty())
        Result["fixes"].push_back(fix(Each));
    Result["fingerprint"] = F.Fingerprint;
    Result["units"] = F.Units;
    return Result;
  }

  Json incomplete(const Incomplete &I) {
    Json Result = {{"file", relativeTo(R.Folder, I.File)}, {"reason", I.Reason}};
    if (I.At.isValid())
      Result["at"] = relativeTo(R.Folder, I.At.File) + ":" + std::to_string(I.At.Line) +
                     ":" + std::to_string(I.At.Column);
    return Result;
  }

  Json stats() {
    return {{"files", R.Stats.Units},
            {"functions", R.Stats.Functions},
            {"errors", R.count(Severity::Error)},
            {"warnings", R.count(Severity::Warning)},
            {"notes", R.count(Severity::Note)},
            {"suppressed", R.Stats.Suppressed},
            {"safeFixes", R.fixes(true)},
            {"unsafeFixes", R.fixes(false)}};
  }

private:
  void add(const Place &P, Json &To) {
    if (!P.isValid())
      return;
    To["file"] = relativeTo(R.Folder, P.File);
    To["line"] = P.Line;
    To["column"] = P.Column;
    To["endLine"] = P.EndLine;
    To["endColumn"] = P.EndColumn;
  }

  Json fix(const Fix &F) {
    Json Edits = Json::array();
    for (const Edit &E : F.Edits) {
      Json Each = Json::object();
      add(R.Texts->place(E.File, E.Begin, E.End), Each);
      Each["offset"] = E.Begin;
      Each["length"] = E.End - E.Begin;
      Each["text"] = E.Text;
      Edits.push_back(std::move(Each));
    }
    return {{"title", F.Title}, {"safe", F.Safe}, {"edits", std::move(Edits)}};
  }

  const Report &R;
};

} // namespace

void writeJson(const Report &R, llvm::raw_ostream &Out) {
  Maker Make(R);
  Json Result = {{"findings", Json::array()}, {"incomplete", Json::array()}};
  for (const Reported &F : R.Findings)
    Result["findings"].push_back(Make.finding(F));
  for (const Incomplete &I : R.Incompletes)
    Result["incomplete"].push_back(Make.incomplete(I));
  Result["stats"] = Make.stats();
  // A source may hold bytes that are no UTF-8.
  Out << Result.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace weir::driver
