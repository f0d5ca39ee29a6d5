// How each file is compiled; see Commands.h.

#include "driver/Commands.h"
#include "clang/Options/Options.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

using llvm::StringRef;
namespace options = clang::options;
namespace path = llvm::sys::path;

namespace weir::driver {
namespace {

/// The name of a program without folder, `.exe` and version.
StringRef programName(StringRef Program) {
  StringRef Name = path::filename(Program, path::Style::windows);
  Name.consume_back_insensitive(".exe");
  return Name.rtrim("0123456789.-");
}

bool isLauncher(StringRef Program) {
  return llvm::StringSwitch<bool>(programName(Program))
      .Cases({"ccache", "sccache", "distcc", "icecc", "buildcache", "fccache"}, true)
      .Cases({"time", "nice", "env", "gomacc", "rewrapper", "lcc-launcher"}, true)
      .Default(false);
}

bool isCl(StringRef Program) {
  StringRef Name = programName(Program);
  return Name.equals_insensitive("cl") || Name.equals_insensitive("clang-cl");
}

bool exists(StringRef File, StringRef Directory) {
  llvm::SmallString<256> Absolute(File);
  path::make_absolute(Directory, Absolute);
  return llvm::sys::fs::exists(Absolute);
}

/// Rewrites one command. Each step leaves a complete command behind.
class Normaliser {
public:
  Normaliser(StringRef Directory, StringRef File, llvm::ArrayRef<std::string> Args)
      : Args(Args.begin(), Args.end()) {
    Result.Command.Directory = Directory.str();
    Result.Command.File = File.str();
  }

  Normalised run() {
    dropLaunchers();
    if (Args.empty()) {
      Result.Skip = "its command is empty";
      return std::move(Result);
    }
    expandResponseFiles();
    if (programName(Args[0]) == "nvcc")
      translateNvcc();
    chooseProgram();
    filter();
    if (Result.Skip.empty())
      classify();
    return std::move(Result);
  }

private:
  void changed(StringRef Flag, StringRef Why) {
    Result.Changes.push_back({Flag.str(), Why.str()});
  }

  void dropLaunchers() {
    // `cmake -E something -- compiler …`, `cd there && compiler …`
    for (StringRef Separator : {"--", "&&"}) {
      auto Found = llvm::find(Args, Separator);
      bool Wrapped = Separator == "&&" ||
                     (!Args.empty() && programName(Args[0]) == "cmake");
      if (Wrapped && Found != Args.end())
        Args.erase(Args.begin(), Found + 1);
    }
    while (Args.size() > 1 &&
           (isLauncher(Args[0]) || (StringRef(Args[0]).contains('=') &&
                                    !StringRef(Args[0]).starts_with("-"))))
      Args.erase(Args.begin());
  }

  void expandResponseFiles() {
    StringRef Directory = Result.Command.Directory;
    llvm::erase_if(Args, [&](StringRef Arg) {
      if (!Arg.starts_with("@") || exists(Arg.drop_front(), Directory))
        return false;
      changed(Arg, Arg.ends_with(".modmap") ? "made by the build, which has not run"
                                            : "there is no such file");
      return true;
    });
    auto Tokenizer = isCl(Args[0]) ? llvm::cl::TokenizeWindowsCommandLine
                                   : llvm::cl::TokenizeGNUCommandLine;
    clang::tooling::addExpandedResponseFiles(Args, Directory, Tokenizer,
                                             *llvm::vfs::getRealFileSystem());
  }

  void translateNvcc() {
    std::vector<std::string> Kept = {"clang++"};
    bool IsCuda = StringRef(Result.Command.File).ends_with(".cu");
    for (size_t I = 1; I < Args.size(); ++I) {
      StringRef Arg = Args[I];
      bool TakesNext = llvm::StringSwitch<bool>(Arg)
                           .Cases({"-gencode", "--generate-code", "-arch", "-code",
                                   "-ccbin", "--compiler-bindir"}, true)
                           .Cases({"-Xptxas", "-Xcudafe", "-Xlinker", "-Xnvlink"}, true)
                           .Default(false);
      if (Arg == "-Xcompiler" || Arg == "--compiler-options") {
        llvm::SmallVector<StringRef> Parts;
        if (++I < Args.size())
          StringRef(Args[I]).split(Parts, ',');
        for (StringRef Part : Parts)
          Kept.push_back(Part.str());
      } else if (Arg == "-x" && I + 1 < Args.size() && Args[I + 1] == "cu") {
        IsCuda = true;
        ++I;
      } else if (TakesNext) {
        changed(Arg, "for nvcc alone");
        ++I;
      } else if (Arg.starts_with("--expt-") || Arg.starts_with("-gencode=") ||
                 Arg.starts_with("-arch=") || Arg.starts_with("--generate-code=") ||
                 Arg.starts_with("-forward-unknown") || Arg == "-rdc=true" ||
                 Arg == "--extended-lambda" || Arg == "-dc") {
        changed(Arg, "for nvcc alone");
      } else {
        Kept.push_back(Arg.str());
      }
    }
    Args = std::move(Kept);
    if (IsCuda)
      Args.insert(Args.begin() + 1, {"-x", "cuda", "--cuda-host-only",
                                     "--no-cuda-version-check", "-nocudalib"});
  }

  /// clang finds its way by its name: what it compiles for and how it reads
  /// its command line.
  void chooseProgram() {
    std::string Original = Args[0];
    IsClMode = isCl(Original) || llvm::is_contained(Args, "--driver-mode=cl");
    BuiltByClang = IsClMode || StringRef(Original).contains("clang");
    if (!StringRef(Original).contains("clang"))
      Args[0] = "clang++";
    if (IsClMode) {
      Args.insert(Args.begin() + 1, "--driver-mode=cl");
    } else {
      clang::tooling::addTargetAndModeForProgramName(Args, Original);
      if (!llvm::any_of(Args, [](StringRef A) { return A.starts_with("--driver-mode="); }))
        Args.insert(Args.begin() + 1, "--driver-mode=g++");
    }
  }

  void filter() {
    std::vector<const char *> Words;
    for (size_t I = 1; I < Args.size(); ++I)
      Words.push_back(Args[I].c_str());
    unsigned MissingIndex, MissingCount;
    const llvm::opt::OptTable &Table = clang::getDriverOptTable();
    llvm::opt::InputArgList List = Table.ParseArgs(
        Words, MissingIndex, MissingCount,
        llvm::opt::Visibility(IsClMode ? options::CLOption : options::ClangOption));

    bool Coroutines = List.hasArg(options::OPT_fcoroutines, options::OPT__SLASH_await);
    llvm::opt::ArgStringList Kept;
    for (const llvm::opt::Arg *Arg : List)
      if (keeps(*Arg, List))
        Arg->render(List, Kept);
    std::vector<std::string> &Out = Result.Command.Args;
    Out.push_back(Args[0]);
    Out.insert(Out.end(), Kept.begin(), Kept.end());
    for (const std::string &Word : forFrontend())
      Out.insert(Out.end(), {"-Xclang", Word});
    if (Coroutines)
      raiseStandard(Out);
    if (!BuiltByClang && hasCoroutines(Out))
      Out.insert(Out.end(), std::begin(SetForGcc), std::end(SetForGcc));
  }

  /// asio before 1.24, and Boost's before 1.80, look for coroutines in GCC in
  /// one way and in clang in another, which is gone since clang 17.
  static constexpr llvm::StringLiteral SetForGcc[] = {
      "-DASIO_HAS_CO_AWAIT=1", "-DASIO_HAS_STD_COROUTINE=1",
      "-DBOOST_ASIO_HAS_CO_AWAIT=1", "-DBOOST_ASIO_HAS_STD_COROUTINE=1"};

  static bool hasCoroutines(llvm::ArrayRef<std::string> Words) {
    bool Result = false;
    for (StringRef Word : Words) {
      if (Word.contains("ASIO_DISABLE_CO_AWAIT") ||
          Word.contains("ASIO_HAS_CO_AWAIT"))
        return false;
      if (Word.consume_front("-std="))
        Result = Word.ends_with("20") || Word.ends_with("2a") ||
                 Word.ends_with("23") || Word.ends_with("2b") ||
                 Word.ends_with("26") || Word.ends_with("2c");
    }
    return Result;
  }

  bool keeps(const llvm::opt::Arg &Arg, const llvm::opt::ArgList &List) {
    using namespace options;
    const llvm::opt::Option &Option = Arg.getOption();
    std::string Spelled = Arg.getAsString(List);
    switch (Option.getUnaliasedOption().getID()) {
    case OPT_UNKNOWN:
      // cl.exe's own style makes options out of /absolute/paths.
      if (!IsClMode || !llvm::sys::fs::exists(Spelled))
        changed(Spelled, "clang has no such option");
      return false;
    case OPT_INPUT:
    case OPT_c: case OPT_o: case OPT_S: case OPT_E:
    case OPT__SLASH_Fo: case OPT__SLASH_Fd: case OPT__SLASH_showIncludes:
    case OPT_save_temps_EQ: case OPT__serialize_diags: case OPT_resource_dir:
    case OPT_fsyntax_only: case OPT_w:
      return false;
    case OPT_x:
      Language = Arg.getValue();
      return true;
    case OPT__SLASH_TP:
      Language = "c++";
      return true;
    case OPT_include_pch:
    case OPT__SLASH_Yc: case OPT__SLASH_Yu: case OPT__SLASH_Fp:
      changed(Spelled, "a precompiled header of another compiler");
      return false;
    case OPT_fplugin_EQ: case OPT_fplugin_arg: case OPT_fpass_plugin_EQ:
      changed(Spelled, "a plugin for another compiler");
      return false;
    case OPT_include:
      if (StringRef(Arg.getValue()).contains("cmake_pch") &&
          !exists(Arg.getValue(), Result.Command.Directory)) {
        changed(Spelled, "made by the build, which has not run");
        return false;
      }
      return true;
    case OPT_Xclang:
      Frontend.push_back(Arg.getValue());
      return false;
    default:
      break;
    }
    // Only findings are shown, and what a compiler warns of is none.
    if (Option.matches(OPT_W_Group))
      return StringRef(Spelled).starts_with("-Wno-") ||
             StringRef(Spelled).starts_with("-Wp,");
    return !Option.matches(OPT_M_Group) && !Option.matches(OPT_g_Group);
  }

  /// What `-Xclang` passes on, without precompiled headers and plugins.
  std::vector<std::string> forFrontend() {
    std::vector<std::string> Kept;
    for (size_t I = 0; I < Frontend.size(); ++I) {
      StringRef Word = Frontend[I];
      StringRef Next = I + 1 < Frontend.size() ? StringRef(Frontend[I + 1]) : "";
      if (Word == "-include-pch" || Word == "-load" || Word == "-add-plugin" ||
          Word == "-plugin" || Word.starts_with("-plugin-arg-")) {
        changed(("-Xclang " + Word + " -Xclang " + Next).str(),
                "of another compiler");
        ++I;
      } else if (Word == "-include" && Next.contains("cmake_pch") &&
                 !exists(Next, Result.Command.Directory)) {
        changed(("-include " + Next).str(), "made by the build, which has not run");
        ++I;
      } else if (Word != "-emit-pch") {
        Kept.push_back(Word.str());
      }
    }
    return Kept;
  }

  /// GCC's -fcoroutines makes a C++17 with coroutines, which clang's C++20 is.
  void raiseStandard(std::vector<std::string> &Out) {
    for (std::string &Word : Out) {
      StringRef Standard = Word;
      if (!Standard.consume_front("-std=") && !Standard.consume_front("/std:"))
        continue;
      StringRef Year = Standard.take_back(2);
      if (Year == "11" || Year == "14" || Year == "17" || Year == "1z") {
        changed(Word, "coroutines are on, and clang has them in C++20");
        Word = Word[0] == '/' ? "/std:c++20" : "-std=gnu++20";
      }
      return;
    }
    Out.push_back(IsClMode ? "/std:c++20" : "-std=gnu++20");
  }

  void classify() {
    StringRef Extension = path::extension(Result.Command.File);
    if (Language.empty())
      Language = llvm::StringSwitch<std::string>(Extension)
                     .Cases({".cpp", ".cc", ".cxx", ".c++", ".C", ".cp", ".CPP"}, "c++")
                     .Cases({".cppm", ".ccm", ".cxxm", ".c++m", ".ixx", ".mpp"}, "c++")
                     .Cases({".mm", ".M", ".ii", ".cu", ".hip"}, "c++")
                     .Cases({".c", ".i"}, "c")
                     .Cases({".s", ".S", ".asm", ".sx"}, "assembler")
                     .Default(IsClMode ? "c++" : Extension.str());
    if (StringRef(Language).ends_with("-header"))
      Result.Skip = "a precompiled header";
    else if (!StringRef(Language).contains("++") && Language != "cuda" && Language != "hip")
      Result.Skip = "not C++";
  }

  std::vector<std::string> Args;
  std::vector<std::string> Frontend;
  std::string Language;
  bool IsClMode = false, BuiltByClang = false;
  Normalised Result;
};

} // namespace

std::vector<std::string> Command::line() const {
  std::vector<std::string> Line = Args;
  Line.insert(Line.end(), {"--", File});
  return Line;
}

Normalised normalise(StringRef Directory, StringRef File,
                     llvm::ArrayRef<std::string> Args) {
  return Normaliser(Directory, File, Args).run();
}

} // namespace weir::driver
