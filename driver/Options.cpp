// The command line; see Options.h.

#include "driver/Options.h"
#include "driver/Run.h"
#include "driver/Suggest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"

using llvm::StringRef;

namespace weir::driver {
namespace {

/// Sets \p To to the element of \p Choices the user names.
template <class Enum>
CommandLine::Set choice(Enum &To, StringRef Flag,
                        std::vector<std::pair<StringRef, Enum>> Choices) {
  return [&To, Flag, Choices](StringRef Text) -> llvm::Error {
    std::vector<StringRef> Names;
    for (auto [Name, Value] : Choices) {
      if (Name == Text) {
        To = Value;
        return llvm::Error::success();
      }
      Names.push_back(Name);
    }
    return llvm::createStringError(Flag + ": there is no '" + Text + "'" +
                                   didYouMean(Text, Names) + " (" +
                                   llvm::join(Names, ", ") + ")");
  };
}

} // namespace

void CommandLine::flag(std::vector<StringRef> Names, StringRef Value, StringRef Help,
                       Set To) {
  Known.push_back({std::move(Names), Value, Help, std::move(To)});
}

void CommandLine::flag(std::vector<StringRef> Names, StringRef Help,
                       std::function<void()> Do) {
  flag(std::move(Names), "", Help, [Do = std::move(Do)](StringRef) {
    Do();
    return llvm::Error::success();
  });
}

void CommandLine::flag(std::vector<StringRef> Names, StringRef Help, bool &To) {
  flag(std::move(Names), Help, [&To] { To = true; });
}

void CommandLine::flag(std::vector<StringRef> Names, StringRef Value, StringRef Help,
                       std::string &To) {
  flag(std::move(Names), Value, Help, [&To](StringRef Text) {
    To = Text.str();
    return llvm::Error::success();
  });
}

void CommandLine::flag(std::vector<StringRef> Names, StringRef Value, StringRef Help,
                       std::vector<std::string> &To) {
  flag(std::move(Names), Value, Help, [&To](StringRef Text) {
    To.push_back(Text.str());
    return llvm::Error::success();
  });
}

const CommandLine::Flag *CommandLine::find(StringRef Name) const {
  for (const Flag &F : Known)
    for (StringRef Each : F.Names)
      // clang-tidy's users write long flags with one dash.
      if (Each == Name || (Each.starts_with("--") && Each.drop_front() == Name))
        return &F;
  return nullptr;
}

llvm::Error CommandLine::parse(llvm::ArrayRef<const char *> Args) {
  for (size_t I = 0; I < Args.size(); ++I) {
    StringRef Arg = Args[I];
    if (Arg == "--") {
      HasFlags = true;
      Flags.assign(Args.begin() + I + 1, Args.end());
      break;
    }
    if (Arg == "-h" || Arg == "-help" || Arg == "--help") {
      WantsHelp = true;
      continue;
    }
    if (!Arg.starts_with("-") || Arg == "-") {
      Words.push_back(Arg.str());
      continue;
    }
    auto [Spelled, Value] = Arg.split('=');
    bool HasValue = Arg.contains('=');
    const Flag *F = find(Spelled);
    if (const Flag *Short = find(Arg.take_front(2));
        !F && Short && Arg.size() > 2 && !Short->Value.empty()) { // -j4
      F = Short;
      Spelled = Arg.take_front(2);
      Value = Arg.drop_front(2);
      HasValue = true;
    }
    if (!F) {
      std::vector<StringRef> Names;
      for (const Flag &Each : Known)
        Names.insert(Names.end(), Each.Names.begin(), Each.Names.end());
      return llvm::createStringError("there is no flag '" + Spelled + "'" +
                                     didYouMean(Spelled, Names) + "\n  all flags: weir " +
                                     Name + " --help");
    }
    if (F->Value.empty() && HasValue)
      return llvm::createStringError("'" + Spelled + "' takes no value");
    if (!F->Value.empty() && !HasValue) {
      if (I + 1 == Args.size())
        return llvm::createStringError("'" + Spelled + "' needs a value: " + Spelled +
                                       "=" + F->Value);
      Value = Args[++I];
    }
    if (llvm::Error Error = F->To(Value))
      return Error;
  }
  return llvm::Error::success();
}

std::optional<int> CommandLine::open(llvm::ArrayRef<const char *> Args) {
  if (llvm::Error Error = parse(Args))
    return usageError(std::move(Error));
  if (!WantsHelp)
    return std::nullopt;
  help(llvm::outs());
  return 0;
}

void CommandLine::help(llvm::raw_ostream &Out) const {
  Out << "usage: weir " << Name << ' ' << Usage << "\n\n" << About << "\n";
  if (!Known.empty())
    Out << '\n';
  for (const Flag &F : Known) {
    std::string Left = "  " + llvm::join(F.Names, ", ");
    if (!F.Value.empty())
      Left += ((F.Names.back().starts_with("--") ? "=" : " ") + F.Value).str();
    Out << Left;
    if (Left.size() > 30)
      Out << '\n' << std::string(32, ' ');
    else
      Out << std::string(32 - Left.size(), ' ');
    Out << F.Help << '\n';
  }
}

void Options::declare(CommandLine &Line) {
  Line.flag({"-p", "--build"}, "FOLDER", "where compile_commands.json is, or its build folder",
            Build);
  Line.flag({"-j", "--jobs"}, "N",
            "files, and then rules, at a time (all processors)",
            [this](StringRef Text) -> llvm::Error {
              if (Text.getAsInteger(10, Jobs))
                return llvm::createStringError("-j: '" + Text + "' is no number");
              useProcessors(Jobs);
              return llvm::Error::success();
            });
  declareConfiguration(Line);
  Line.flag({"--extra-arg"}, "ARG", "for the compiler, after the others; repeatable",
            ExtraArgs);
  Line.flag({"--extra-arg-before"}, "ARG", "for the compiler, before the others; repeatable",
            ExtraArgsBefore);
  Line.flag({"--resource-dir"}, "FOLDER", "where clang's own headers are", ResourceDir);
  Line.flag({"--cache"}, "FOLDER", "where results are kept (~/.cache/weir, or WEIR_CACHE_DIR)",
            CacheFolder);
  Line.flag({"--no-cache"}, "analyse everything anew, and keep nothing",
            [this] { CacheFolder.clear(); });
  Line.flag({"--no-prescan"}, "also parse files that no coroutine can come to", ParseAll);
  Line.flag({"-q", "--quiet"}, "no progress, no summary of what was left out", Quiet);
  Line.flag({"-v", "--verbose"}, "say what is done and what is left out", Verbose);
  Line.flag({"--color"}, "WHEN", "auto, always or never",
            choice(Colour, "--color",
                   {{"auto", When::Auto}, {"always", When::Always}, {"never", When::Never}}));
  Line.flag({"--progress"}, "HOW", "auto, bar, lines or none",
            choice(Progress, "--progress",
                   {{"auto", Show::Auto},
                    {"bar", Show::Bar},
                    {"lines", Show::Lines},
                    {"none", Show::None}}));
}

void Options::declareConfiguration(CommandLine &Line) {
  Line.flag({"--checks"}, "GLOBS", "as Checks in .clang-tidy, after it: -*,weir-blocking-call",
            Config.Checks);
  Line.flag({"--config-file"}, "FILE", "this instead of the .clang-tidy of each folder",
            Config.ConfigFile);
  Line.flag({"--header-filter"}, "REGEX", "only headers that match it (all)",
            Config.HeaderFilter);
  Line.flag({"--models"}, "FILE", "what the names of a library mean; repeatable",
            Config.Models);
}

void Options::declareOutput(CommandLine &Line) {
  Line.flag({"--format"}, "NAME[:FILE]", "how to report; repeatable (text; see weir check --help)",
            [this](StringRef Text) -> llvm::Error {
              llvm::Expected<Output> Parsed = parseOutput(Text);
              if (!Parsed)
                return Parsed.takeError();
              Outputs.push_back(*Parsed);
              return llvm::Error::success();
            });
  Line.flag({"--fail-on"}, "LEVEL", "exit with 1 from this level on: note, warning, error",
            choice(FailOn, "--fail-on",
                   {{"note", Severity::Note},
                    {"warning", Severity::Warning},
                    {"error", Severity::Error}}));
  Line.flag({"--fail-on-incomplete"}, "exit with 3 before 1 if a file was not analysed",
            FailOnIncomplete);
  Line.flag({"--exit-zero"}, "exit with 0 even if something is found", ExitZero);
}

bool wantsColour(Options::When Colour, llvm::raw_fd_ostream &Out) {
  auto Is = [](const char *Name) {
    auto Value = llvm::sys::Process::GetEnv(Name);
    return Value && !Value->empty() && *Value != "0";
  };
  if (Colour != Options::When::Auto)
    return Colour == Options::When::Always;
  if (Is("NO_COLOR"))
    return false;
  return Is("CLICOLOR_FORCE") || Out.has_colors();
}

int usageError(llvm::Error Error) {
  llvm::outs().flush();
  llvm::WithColor::error(llvm::errs(), "weir") << llvm::toString(std::move(Error)) << '\n';
  return 2;
}

} // namespace weir::driver
