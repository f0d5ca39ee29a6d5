// What the .clang-tidy files say; see Configuration.h.

#include "driver/Configuration.h"
#include "checks/support/ModelFiles.h"
#include "driver/Defaults.h"
#include "driver/Suggest.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/GlobList.h"
#include "clang-tidy/utils/OptionsUtils.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"

using namespace clang;
using llvm::StringRef;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

/// Every option of every rule, as CheckOptions spells it.
const llvm::StringSet<> &knownOptions() {
  static const llvm::StringSet<> Known =
      tidy::getAllChecksAndOptions(false, false).Options;
  return Known;
}

std::vector<std::string> ruleNames() {
  std::vector<std::string> Names;
  for (const CheckInfo &Rule : allChecks())
    Names.push_back(("weir-" + Rule.Name).str());
  return Names;
}

/// What \p Rule has against this value of its option; empty if nothing.
std::string wrongValue(StringRef Rule, StringRef Option,
                       const tidy::ClangTidyOptions::ClangTidyValue &Value) {
  tidy::ClangTidyOptions Options;
  Options.CheckOptions[(Rule + "." + Option).str()] = Value;
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), Options));
  std::unique_ptr<tidy::ClangTidyCheck> Made = findCheck(Rule)->Make(Rule, &Context);
  for (const weir::Option *Wrong : static_cast<const Check &>(*Made).wrongOptions())
    if (Wrong->name() == Option)
      return Wrong->problem();
  return "";
}

/// file:line:column of \p Word in \p Text.
std::string whereIs(StringRef Word, StringRef File, StringRef Text) {
  size_t At = Text.find(Word);
  if (At == StringRef::npos)
    return File.str();
  StringRef Before = Text.take_front(At);
  size_t Line = Before.count('\n') + 1;
  size_t Column = Before.size() - (Before.rfind('\n') + 1) + 1;
  return (File + ":" + llvm::Twine(Line) + ":" + llvm::Twine(Column)).str();
}

/// \p Text without line \p Line and the indented lines that belong to it.
std::string withoutEntry(StringRef Text, unsigned Line) {
  std::string Result;
  unsigned Number = 0;
  bool Dropping = false;
  while (!Text.empty()) {
    size_t Length = std::min(Text.size(), Text.find('\n') + 1);
    StringRef Each = Text.take_front(Length ? Length : Text.size());
    Text = Text.drop_front(Each.size());
    Dropping = ++Number == Line ||
               (Dropping && (Each.starts_with(" ") || Each.starts_with("\t") ||
                             Each.starts_with("-")));
    Result += Dropping ? "\n" : Each;
  }
  return Result;
}

/// Looks for .clang-tidy files, and lets us read them.
class FileProvider : public tidy::FileOptionsProvider {
public:
  using Read = std::function<llvm::ErrorOr<tidy::ClangTidyOptions>(llvm::MemoryBufferRef)>;
  FileProvider(tidy::ClangTidyOptions Defaults, tidy::ClangTidyOptions Overrides, Read How)
      : FileOptionsProvider(tidy::ClangTidyGlobalOptions(), std::move(Defaults),
                            std::move(Overrides),
                            ConfigFileHandlers{{".clang-tidy", std::move(How)}}) {
    FS = llvm::vfs::getRealFileSystem(); // This base constructor leaves it out.
  }
};

} // namespace

tidy::ClangTidyOptions Settings::with(llvm::ArrayRef<const CheckInfo *> Rules) const {
  tidy::ClangTidyOptions Chosen = Options;
  Chosen.Checks = "-*";
  for (const CheckInfo *Rule : Rules)
    *Chosen.Checks += (",weir-" + Rule->Name).str();
  return Chosen;
}

std::string Settings::textWith(llvm::ArrayRef<const CheckInfo *> Rules) const {
  return tidy::configurationAsText(with(Rules));
}

std::unique_ptr<tidy::ClangTidyOptionsProvider>
Settings::provider(llvm::ArrayRef<const CheckInfo *> Rules) const {
  return std::make_unique<tidy::DefaultOptionsProvider>(tidy::ClangTidyGlobalOptions(),
                                                        with(Rules));
}

bool Settings::wantsHeader(StringRef Header) const {
  if (!llvm::Regex(Options.HeaderFilterRegex.value_or(".*")).match(Header))
    return false;
  std::string Excluded = Options.ExcludeHeaderFilterRegex.value_or("");
  return Excluded.empty() || !llvm::Regex(Excluded).match(Header);
}

Configuration::Configuration(const Overrides &Flags) {
  tidy::ClangTidyOptions Defaults = tidy::ClangTidyOptions::getDefaults();
  Defaults.Checks = defaultChecks();
  Defaults.HeaderFilterRegex = ".*";
  tidy::ClangTidyOptions FromFlags;
  if (!Flags.Checks.empty())
    FromFlags.Checks = Flags.Checks;
  if (!Flags.Models.empty()) {
    // What a command line names is relative to where it is typed.
    std::vector<std::string> Paths;
    for (StringRef Name : Flags.Models) {
      llvm::SmallString<128> Path(Name);
      llvm::sys::fs::make_absolute(Path);
      Paths.push_back(Path.str().str());
    }
    FromFlags.CheckOptions["Models"] =
        tidy::ClangTidyOptions::ClangTidyValue(llvm::join(Paths, ";"));
  }
  validate(FromFlags, "--checks", "");
  // A file may be for another version; what is typed is for this one.
  for (Problem &Each : Problems)
    Each.IsError = true;
  HasChecks = FromFlags.Checks.has_value();
  tidy::GlobList Enabled(*Defaults.merge(FromFlags, 1).Checks);
  if (HasChecks && Problems.empty() &&
      llvm::none_of(ruleNames(),
                    [&](StringRef Name) { return Enabled.contains(Name); }))
    add({"--checks", "'" + Flags.Checks + "' leaves no rule on", true});
  if (!Flags.HeaderFilter.empty()) {
    FromFlags.HeaderFilterRegex = Flags.HeaderFilter;
    if (!llvm::Regex(Flags.HeaderFilter).isValid())
      add({"--header-filter",
           "'" + Flags.HeaderFilter + "' is no regular expression", true});
  }

  if (Flags.ConfigFile.empty()) {
    Provider = std::make_unique<FileProvider>(
        Defaults, FromFlags, [this](llvm::MemoryBufferRef File) { return parse(File); });
    return;
  }
  tidy::ClangTidyOptions FromFile;
  llvm::SmallString<256> Path(Flags.ConfigFile);
  llvm::sys::fs::make_absolute(Path);
  if (auto Buffer = llvm::MemoryBuffer::getFile(Path)) {
    Named = Path.str().str();
    if (auto Parsed = parse(**Buffer))
      FromFile = *Parsed;
  } else {
    add({"--config-file", "'" + Flags.ConfigFile + "': " + Buffer.getError().message(), true});
  }
  Provider = std::make_unique<tidy::ConfigOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), Defaults, FromFile, FromFlags);
}

Configuration::~Configuration() = default;

std::set<std::string, std::less<>> Configuration::filesOf(StringRef File) {
  const Settings &Here = of(File);
  std::set<std::string, std::less<>> Result(Here.ModelFiles.begin(), Here.ModelFiles.end());
  if (!Named.empty())
    Result.insert(Named);
  std::lock_guard Lock(Guard);
  for (auto &[Raw, Source] : Provider->getRawOptions(File))
    if (llvm::sys::fs::exists(Source))
      Result.insert(Source);
  return Result;
}

const Settings &Configuration::of(StringRef File) {
  std::lock_guard Lock(Guard);
  const Settings *&Known = ByFolder[path::parent_path(File)];
  if (Known)
    return *Known;

  // Another machine's file may be in a folder that this one has not.
  llvm::SmallString<256> There(File);
  while (path::has_parent_path(There) && !llvm::sys::fs::exists(path::parent_path(There)))
    path::remove_filename(There);

  tidy::ClangTidyOptions Options;
  unsigned Priority = 0;
  bool NamesOurs = HasChecks;
  for (auto &[Raw, Source] : Provider->getRawOptions(There)) {
    StringRef Checks = Raw.Checks.value_or("");
    NamesOurs |=
        Priority > 0 && (Checks.contains("weir") || Checks.trim() == "-*");
    Options.mergeWith(Raw, ++Priority);
  }
  // `-*,bugprone-*` was written without us in mind.
  if (!NamesOurs)
    Options.Checks = defaultChecks();

  if (auto Named = Options.CheckOptions.find("Models"); Named != Options.CheckOptions.end())
    Named->second.Value = llvm::join(modelFiles(Named->second.Value, File), ";");
  std::unique_ptr<Settings> &Same = ByText[tidy::configurationAsText(Options)];
  if (!Same) {
    Same = std::make_unique<Settings>();
    Same->Options = Options;
    tidy::GlobList Enabled(*Options.Checks);
    for (const CheckInfo &Rule : allChecks())
      if (Enabled.contains(("weir-" + Rule.Name).str()))
        (Rule.NeedsProgram ? Same->ProgramRules : Same->AstRules)
            .push_back(findCheck(Rule.Name));
    auto Files = Options.CheckOptions.find("Models");
    if (Files != Options.CheckOptions.end())
      for (StringRef Name : tidy::utils::options::parseStringList(Files->second.Value))
        Same->ModelFiles.push_back(Name.str());
    Same->Models = load(Same->ModelFiles);
  }
  return *(Known = Same.get());
}

const models::Models *Configuration::load(const std::vector<std::string> &Files) {
  if (Files.empty())
    return &models::Models::builtin();
  std::unique_ptr<models::Models> &Known = LoadedModels[Files];
  if (!Known) {
    // Found where they are already: see of().
    auto Loaded = models::Models::load(Files);
    if (!Loaded) {
      add({"Models", llvm::toString(Loaded.takeError()), true});
      return &models::Models::builtin();
    }
    Known = std::make_unique<models::Models>(std::move(*Loaded));
  }
  return Known.get();
}

llvm::ErrorOr<tidy::ClangTidyOptions> Configuration::parse(llvm::MemoryBufferRef File) {
  std::string Text = File.getBuffer().str();
  std::string Name = File.getBufferIdentifier().str();
  // A key of another version of clang-tidy is no reason to forget the others.
  for (;;) {
    std::optional<llvm::SMDiagnostic> First;
    auto Options = tidy::parseConfigurationWithDiags(
        {Text, Name}, [&](const llvm::SMDiagnostic &D) {
          if (!First)
            First = D;
        });
    if (Options) {
      validate(*Options, Name, Text);
      return Options;
    }
    std::string Where = Name, What = Options.getError().message();
    if (First) {
      Where += ":" + std::to_string(First->getLineNo()) + ":" +
               std::to_string(First->getColumnNo() + 1);
      What = First->getMessage().str();
    }
    bool IsUnknownKey = First && StringRef(What).starts_with("unknown key");
    add({Where, What + (IsUnknownKey ? "; it is ignored" : ""), !IsUnknownKey});
    if (!IsUnknownKey)
      return tidy::ClangTidyOptions();
    Text = withoutEntry(Text, First->getLineNo());
  }
}

void Configuration::validate(tidy::ClangTidyOptions &Options, StringRef File,
                             StringRef Text) {
  std::string Patterns;
  for (const auto &List : {Options.Checks, Options.WarningsAsErrors})
    Patterns += "," + List.value_or("");
  llvm::SmallVector<StringRef> Globs;
  StringRef(Patterns).split(Globs, ',', -1, /*KeepEmpty=*/false);
  for (StringRef Glob : Globs) {
    Glob = Glob.trim();
    Glob.consume_front("-");
    std::vector<std::string> Names = ruleNames();
    tidy::GlobList List(Glob);
    if (!Glob.starts_with("weir-") ||
        llvm::any_of(Names, [&](StringRef Name) { return List.contains(Name); }))
      continue;
    add({whereIs(Glob, File, Text),
         (Glob.contains('*') ? "no rule matches '" : "there is no rule '") + Glob.str() +
             "'" + didYouMean(Glob, Names)});
  }

  // Other tools than clang's read these files, too, and know more of them.
  for (auto [Key, Pattern] :
       {std::pair("HeaderFilterRegex", &Options.HeaderFilterRegex),
        std::pair("ExcludeHeaderFilterRegex",
                  &Options.ExcludeHeaderFilterRegex)})
    if (std::string Why; *Pattern && !llvm::Regex(**Pattern).isValid(Why)) {
      add({whereIs(Key, File, Text), "'" + **Pattern +
                                         "' is no regular expression (" + Why +
                                         "); it is ignored"});
      Pattern->reset();
    }

  for (auto &[Key, Value] : Options.CheckOptions) {
    if (std::string Meant =
            didYouMean(Key, llvm::ArrayRef<StringRef>(StringRef("Models")));
        Key != "Models" && !Meant.empty())
      add({whereIs(Key, File, Text),
           "there is no option '" + Key.str() + "'" + Meant});
    if (Key == "Models") {
      // Beside the configuration that names them, wherever we are started.
      std::string Absolute;
      for (StringRef Each : tidy::utils::options::parseStringList(Value.Value)) {
        llvm::SmallString<256> Beside(path::parent_path(File));
        path::append(Beside, Each);
        bool UseBeside = !path::is_absolute(Each) && llvm::sys::fs::exists(Beside);
        Absolute += (Absolute.empty() ? "" : ";") + (UseBeside ? Beside.str() : Each).str();
      }
      Value.Value = Absolute;
    }
    auto [Rule, Option] = StringRef(Key).split('.');
    if (!Rule.starts_with("weir-"))
      continue;
    if (knownOptions().contains(Key)) {
      if (std::string What = wrongValue(Rule, Option, Value); !What.empty())
        add({whereIs(Key, File, Text), "'" + Key.str() + "': " + What});
      continue;
    }
    std::vector<std::string> Options;
    for (const auto &Known : knownOptions())
      if (Known.getKey().starts_with((Rule + ".").str()))
        Options.push_back(Known.getKey().split('.').second.str());
    llvm::sort(Options);
    if (!findCheck(Rule))
      add({whereIs(Key, File, Text),
           "there is no rule '" + Rule.str() + "'" + didYouMean(Rule, ruleNames())});
    else
      add({whereIs(Key, File, Text),
           "'" + Rule.str() + "' has no option '" + Option.str() + "'" +
               didYouMean(Option, Options)});
  }
}

void Configuration::add(Problem P) {
  for (const Problem &Known : Problems)
    if (Known.Where == P.Where && Known.What == P.What)
      return;
  Problems.push_back(std::move(P));
}

std::vector<Problem> Configuration::problems() {
  std::lock_guard Lock(Guard);
  return Problems;
}

} // namespace weir::driver
