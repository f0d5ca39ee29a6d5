// The list of rules, and the clang-tidy module that hands it out.

#include "checks/support/Check.h"
#include "checks/support/ModelFiles.h"
#include "checks/support/ModelWords.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/YAMLTraits.h"
#include <map>
#include <mutex>

using namespace clang;
using namespace clang::ast_matchers;

namespace weir {
namespace {

std::vector<CheckInfo> &list() {
  static std::vector<CheckInfo> List;
  return List;
}

class Module : public tidy::ClangTidyModule {
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    for (const CheckInfo &Info : allChecks())
      Factories.registerCheckFactory(("weir-" + Info.Name).str(), Info.Make);
  }
};

const tidy::ClangTidyModuleRegistry::Add<Module>
    Registration("weir-module", "Mistakes of asynchronous code.");

/// The models of a configuration: loaded once for each list of files.
const models::Models &modelsFor(StringRef Files, tidy::ClangTidyContext &Context) {
  if (Files.empty())
    return models::Models::builtin();
  static std::mutex Guard;
  static std::map<std::vector<std::string>, std::unique_ptr<models::Models>> Loaded;
  std::lock_guard Lock(Guard);
  std::vector<std::string> Names = modelFiles(Files, Context.getCurrentFile());
  std::unique_ptr<models::Models> &Entry = Loaded[Names];
  if (!Entry) {
    if (llvm::Expected<models::Models> Result = models::Models::load(Names)) {
      Entry = std::make_unique<models::Models>(std::move(*Result));
    } else {
      Context.configurationDiag("%0", DiagnosticIDs::Error)
          << llvm::toString(Result.takeError());
      return models::Models::builtin();
    }
  }
  return *Entry;
}

} // namespace

Registered::Registered(CheckInfo Info) { list().push_back(std::move(Info)); }

std::vector<CheckInfo> allChecks() {
  std::vector<CheckInfo> Sorted = list();
  llvm::sort(Sorted, [](auto &L, auto &R) { return L.Name < R.Name; });
  return Sorted;
}

const CheckInfo *findCheck(StringRef Name) {
  Name.consume_front("weir-");
  auto Found = llvm::find_if(
      list(), [&](const CheckInfo &Info) { return Info.Name == Name; });
  return Found == list().end() ? nullptr : &*Found;
}

Check::Check(StringRef Name, tidy::ClangTidyContext *Context)
    : ClangTidyCheck(Name, Context),
      Models(&modelsFor(Options.getLocalOrGlobal("Models", ""), *Context)) {}

void Check::storeOptions(tidy::ClangTidyOptions::OptionMap &Map) {
  for (const Option *Each : Declared)
    Options.store(Map, Each->Name, Each->Value);
}

std::vector<const Option *> Check::wrongOptions() const {
  std::vector<const Option *> Wrong;
  for (const Option *Each : Declared)
    if (!Each->problem().empty())
      Wrong.push_back(Each);
  return Wrong;
}

bool Flag::isOn() const { return text() == "1" || llvm::yaml::parseBool(text()).value_or(false); }

std::string Flag::problem() const {
  if (text() == "0" || text() == "1" || llvm::yaml::parseBool(text()))
    return {};
  return "'" + text().str() + "' is neither true nor false";
}

uint64_t Number::value() const {
  uint64_t Result;
  return text().getAsInteger(10, Result) ? Default : Result;
}

std::string Number::problem() const {
  uint64_t Any;
  return text().getAsInteger(10, Any) ? "'" + text().str() + "' is no number" : "";
}

std::string Choice::problem() const {
  for (StringRef Each : names())
    if (!llvm::is_contained(Words, Each))
      return "'" + Each.str() + "' is none of " + llvm::join(Words, ", ") +
             models::didYouMean(Each, Words);
  return {};
}

void Check::onStartOfTranslationUnit() {
  Started = false;
  Reported.clear();
}

void Check::registerMatchers(MatchFinder *Finder) {
  for (const Option *Each : wrongOptions())
    configurationDiag("'%0.%1': %2") << getID() << Each->name() << Each->problem();
  // The first function brings us the AST; the unit finds the bodies itself.
  Finder->addMatcher(functionDecl(), this);
}

void Check::check(const MatchFinder::MatchResult &Result) {
  if (std::exchange(Started, true))
    return;
  Unit &U = Unit::of(*Result.Context, *Models);
  begin(U);
  for (const Body &B : U.bodies())
    check(B, U);
}

std::optional<DiagnosticBuilder> Check::report(SourceLocation At,
                                               StringRef Message) {
  if (At.isInvalid() || !Reported.insert(At).second)
    return std::nullopt;
  return diag(At, Message);
}

} // namespace weir
