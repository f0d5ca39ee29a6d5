// SARIF 2.1.0, as GitHub's code scanning, editors and CodeChecker read it.
//
// What they want beyond the standard: paths relative to the repository and
// percent-encoded, a fingerprint that GitHub computes itself, a page for each
// rule, and no more than they store.

#include "checks/support/Check.h"
#include "driver/Defaults.h"
#include "driver/Explain.h"
#include "driver/Report.h"
#include "driver/Sources.h"
#include "driver/reports/LineHash.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include <map>
#include <nlohmann/json.hpp>

using Json = nlohmann::ordered_json;
using llvm::StringRef;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

constexpr size_t MostResults = 5000, MostSteps = 1000; ///< what GitHub keeps

class Maker {
public:
  explicit Maker(const Report &R) : R(R) {
    for (const CheckInfo &Rule : allChecks()) {
      Index[("weir-" + Rule.Name).str()] = Rules.size();
      Rules.push_back(rule(Rule));
    }
  }

  Json log() {
    // The worst first: a reader that stores a part stores these.
    std::vector<const Reported *> Order;
    for (const Reported &F : R.Findings)
      Order.push_back(&F);
    if (Order.size() > MostResults) {
      llvm::sort(Order, [](const Reported *L, const Reported *R) {
        return std::pair(R->Level, L) < std::pair(L->Level, R);
      });
      Order.resize(MostResults);
    }
    Json Results = Json::array();
    for (const Reported *F : Order)
      Results.push_back(result(*F));

    Json Run = {
        {"tool",
         {{"driver",
           {{"name", "weir"},
            {"semanticVersion", WEIR_VERSION},
            {"informationUri", "https://github.com/weir-cpp/weir"},
            {"rules", std::move(Rules)}}}}},
        {"automationDetails", {{"id", "weir/"}}},
        {"columnKind", "utf16CodeUnits"},
        {"invocations", Json::array({invocation()})},
        {"results", std::move(Results)}};
    return {{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                        "sarif-schema-2.1.0.json"},
            {"version", "2.1.0"},
            {"runs", Json::array({std::move(Run)})}};
  }

private:
  static Json text(StringRef Text) { return {{"text", Text.str()}}; }

  /// `blocking-call` as `BlockingCall`: what viewers show as a rule's name.
  static std::string camel(StringRef Name) {
    std::string Result;
    bool Up = true;
    for (char C : Name) {
      if (C != '-')
        Result += Up ? llvm::toUpper(C) : C;
      Up = C == '-';
    }
    return Result;
  }

  Json rule(const CheckInfo &Rule) {
    StringRef Page = pageOf(Rule.Name);
    std::string Uri = (RulePages + Rule.Name + ".md").str();
    bool IsNote = Rule.Default == Level::Note;
    return {{"id", ("weir-" + Rule.Name).str()},
            {"name", camel(Rule.Name)},
            {"shortDescription", text(Rule.Summary)},
            {"fullDescription", text(Rule.Summary)},
            {"helpUri", Uri},
            {"help",
             {{"text", (Rule.Summary + "\n" + Uri).str()},
              {"markdown", (Page.empty() ? Rule.Summary : Page).str()}}},
            {"defaultConfiguration",
             {{"enabled", Rule.Default != Level::Off}, {"level", IsNote ? "note" : "warning"}}},
            {"properties",
             {{"tags", {"coroutines", "async"}},
              {"precision", "high"},
              {"problem.severity", IsNote ? "recommendation" : "warning"}}}};
  }

  /// Relative to the repository, percent-encoded.
  std::string uri(StringRef File) {
    std::string Path = relativeTo(R.Root, File);
    if (path::is_absolute(Path)) {
      // A mixture of relative and absolute ones is refused.
      std::string Up;
      StringRef Base = R.Root;
      while (!Base.empty() && !File.starts_with((Base.rtrim('/') + "/").str())) {
        Base = path::parent_path(Base);
        Up += "../";
      }
      Path = Up + relativeTo(Base, File);
    }
    std::string Result;
    for (unsigned char C : Path)
      if (llvm::isAlnum(C) || StringRef("-._~/").contains(C))
        Result += C;
      else
        Result += "%" + llvm::utohexstr(C, /*LowerCase=*/false, /*Width=*/2);
    return Result;
  }

  Json region(const Place &P) {
    return {{"startLine", P.Line},
            {"startColumn", R.Texts->utf16Column(P.File, P.Line, P.Column)},
            {"endLine", P.EndLine},
            {"endColumn", R.Texts->utf16Column(P.File, P.EndLine, P.EndColumn)}};
  }

  Json location(const Place &P) {
    Json Result = Json::object();
    if (P.isValid())
      Result["physicalLocation"] = {{"artifactLocation", {{"uri", uri(P.File)}}},
                                    {"region", region(P)}};
    return Result;
  }

  Json location(const Place &P, StringRef Message) {
    Json Result = location(P);
    Result["message"] = text(Message);
    return Result;
  }

  Json result(const Reported &F) {
    Json Result = {{"ruleId", F.Rule}};
    if (auto Known = Index.find(F.Rule); Known != Index.end())
      Result["ruleIndex"] = Known->second;
    Result["level"] = spelling(F.Level).str();
    Result["message"] = text(F.Message);
    Result["locations"] = Json::array({location(F.At)});
    if (!F.Notes.empty()) {
      Json Steps = Json::array({{{"location", location(F.At, F.Message)}}});
      Json Related = Json::array();
      for (const Note &N : F.Notes) {
        if (Steps.size() == MostSteps)
          break;
        Steps.push_back({{"location", location(N.At, N.Message)}});
        Json Each = location(N.At, N.Message);
        Each["id"] = Related.size();
        Related.push_back(std::move(Each));
      }
      Result["relatedLocations"] = std::move(Related);
      Result["codeFlows"] = Json::array(
          {{{"threadFlows", Json::array({{{"locations", std::move(Steps)}}})}}});
    }
    Result["partialFingerprints"] = {{"weirContext/v1", F.Fingerprint}};
    const std::vector<std::string> &Hashes = hashes(F.At.File);
    if (F.At.Line >= 1 && F.At.Line <= Hashes.size())
      Result["partialFingerprints"]["primaryLocationLineHash"] = Hashes[F.At.Line - 1];
    for (const Fix &Each : F.Fixes)
      if (!Each.isEmpty())
        Result["fixes"].push_back(fix(Each));
    return Result;
  }

  Json fix(const Fix &F) {
    std::vector<StringRef> Files;
    std::map<StringRef, Json> Replacements;
    for (const Edit &E : F.Edits) {
      if (!Replacements.contains(E.File))
        Files.push_back(E.File);
      Json Each = {{"deletedRegion", region(R.Texts->place(E.File, E.Begin, E.End))}};
      if (!E.Text.empty())
        Each["insertedContent"] = text(E.Text);
      Replacements[E.File].push_back(std::move(Each));
    }
    Json Changes = Json::array();
    for (StringRef File : Files)
      Changes.push_back({{"artifactLocation", {{"uri", uri(File)}}},
                         {"replacements", std::move(Replacements[File])}});
    return {{"description", text(F.Title)},
            {"artifactChanges", std::move(Changes)},
            {"properties", {{"safe", F.Safe}}}};
  }

  Json invocation() {
    Json Said = Json::array();
    for (const Incomplete &I : R.Incompletes) {
      Place At = I.At;
      if (!At.isValid())
        At = {I.File, 1, 1, 1, 1};
      Said.push_back({{"level", "error"},
                      {"message", text("not analysed completely: " + I.Reason)},
                      {"locations", Json::array({location(At)})}});
    }
    if (R.Findings.size() > MostResults)
      Said.push_back({{"level", "warning"},
                      {"message", text("only the first " + std::to_string(MostResults) + " of " +
                                       std::to_string(R.Findings.size()) +
                                       " findings are listed")}});
    Json Result = {{"executionSuccessful", R.Incompletes.empty()}};
    if (!Said.empty())
      Result["toolExecutionNotifications"] = std::move(Said);
    return Result;
  }

  const std::vector<std::string> &hashes(StringRef File) {
    auto [Known, New] = Hashes.try_emplace(File);
    if (New)
      Known->second = lineHashes(R.Texts->text(File));
    return Known->second;
  }

  const Report &R;
  Json Rules = Json::array();
  std::map<std::string, size_t> Index;
  std::map<StringRef, std::vector<std::string>> Hashes;
};

} // namespace

void writeSarif(const Report &R, llvm::raw_ostream &Out) {
  Out << Maker(R).log().dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace weir::driver
