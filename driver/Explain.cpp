// `weir explain` and `weir rules`; see Explain.h.

#include "driver/Explain.h"
#include "driver/Defaults.h"
#include "driver/Options.h"
#include "driver/Suggest.h"
#include "llvm/Support/FormatVariadic.h"
#include <nlohmann/json.hpp>

using llvm::StringRef;

namespace weir::driver {
namespace {

struct Page {
  StringRef Name;
  StringRef Text;
};
#include "Pages.inc"

StringRef spelling(Level L) {
  switch (L) {
  case Level::Off:
    return "off";
  case Level::Note:
    return "note";
  case Level::Warning:
    return "on";
  }
  llvm_unreachable("a level without a name");
}

/// Markdown as a terminal shows it: code indented, titles bold.
void print(StringRef Markdown, llvm::raw_ostream &Out) {
  bool IsCode = false;
  while (!Markdown.empty()) {
    auto [Line, Rest] = Markdown.split('\n');
    Markdown = Rest;
    if (Line.starts_with("```")) {
      IsCode = !IsCode;
      continue;
    }
    bool IsTitle = !IsCode && Line.starts_with("#");
    if (IsTitle)
      Out.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
    if (IsCode && !Line.empty())
      Out << "    ";
    Out << (IsTitle ? Line.ltrim("# ") : Line);
    if (IsTitle)
      Out.resetColor();
    Out << '\n';
  }
}

std::vector<StringRef> namesOfRules() {
  std::vector<StringRef> Names;
  for (const CheckInfo &Rule : allChecks())
    Names.push_back(Rule.Name);
  return Names;
}

} // namespace

StringRef pageOf(StringRef Rule) {
  Rule.consume_front("weir-");
  for (const Page &P : Pages)
    if (!Rule.empty() && P.Name == Rule)
      return P.Text;
  return {};
}

int explainCommand(llvm::ArrayRef<const char *> Args) {
  CommandLine Line("explain", "RULE", "Prints the page of a rule: what it finds, why that is "
                                      "wrong, what to write instead.");
  Options::When Colour = Options::When::Auto;
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (Line.Words.size() != 1)
    return usageError(llvm::createStringError("which rule? `weir rules` lists them"));
  StringRef Name = Line.Words[0];
  Name.consume_front("weir-");
  const CheckInfo *Rule = findCheck(Name);
  if (!Rule)
    return usageError(llvm::createStringError("there is no rule '" + Name + "'" +
                                              didYouMean(Name, namesOfRules()) +
                                              "\n  all rules: weir rules"));
  llvm::outs().enable_colors(wantsColour(Colour, llvm::outs()));
  if (StringRef Text = pageOf(Name); !Text.empty())
    print(Text, llvm::outs());
  else
    llvm::outs() << "weir-" << Name << "\n\n" << Rule->Summary << '\n';
  llvm::outs() << "\n" << RulePages << Name << ".md\n";
  return 0;
}

int rulesCommand(llvm::ArrayRef<const char *> Args) {
  CommandLine Line("rules", "[--json]", "Lists the rules, and which of them are on unless a "
                                        ".clang-tidy says otherwise.");
  bool AsJson = false;
  Line.flag({"--json"}, "for programs", AsJson);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (!Line.Words.empty())
    return usageError(llvm::createStringError("'" + Line.Words[0] +
                                              "' is one word too many; did you mean "
                                              "`weir explain " + Line.Words[0] + "`?"));
  if (AsJson) {
    nlohmann::ordered_json All = nlohmann::ordered_json::array();
    for (const CheckInfo &Rule : allChecks())
      All.push_back({{"rule", ("weir-" + Rule.Name).str()},
                     {"default", spelling(Rule.Default).str()},
                     {"needsProgram", Rule.NeedsProgram},
                     {"summary", Rule.Summary.str()},
                     {"page", (RulePages + Rule.Name + ".md").str()}});
    llvm::outs() << All.dump(2) << '\n';
    return 0;
  }
  for (const CheckInfo &Rule : allChecks())
    llvm::outs() << llvm::formatv("weir-{0,-26} {1,-5} {2}\n", Rule.Name,
                                  spelling(Rule.Default), Rule.Summary);
  llvm::outs() << "\n`weir explain RULE` says more about one.\n";
  return 0;
}

} // namespace weir::driver
