// `weir why FUNCTION`; see Why.h.

#include "driver/Why.h"
#include "checks/program/Why.h"
#include "driver/CallGraph.h"
#include "driver/Check.h"
#include "driver/Files.h"
#include "driver/Suggest.h"
#include "llvm/ADT/StringExtras.h"
#include <deque>
#include <map>
#include <set>

using llvm::StringRef;
using namespace weir::program;

namespace weir::driver {
namespace {

/// `shop::serve`, `serve`, `server.cpp:serve`.
struct Wanted {
  explicit Wanted(StringRef Text) {
    for (size_t I = Text.size(); I-- > 1;)
      if (Text[I] == ':' && Text[I - 1] != ':' && !Text.substr(I + 1).starts_with(":")) {
        File = Text.take_front(I);
        Text = Text.drop_front(I + 1);
        break;
      }
    Name = Text;
    Name.consume_front("::");
    Name.consume_back("()");
  }
  bool isIn(StringRef Path) const {
    return Path.consume_back(File) && (File.empty() || Path.empty() || Path.ends_with("/"));
  }
  bool isCalled(StringRef Other) const {
    return Other.consume_back(Name) && (Other.empty() || Other.ends_with("::"));
  }
  StringRef File, Name;
};

/// The functions of that name: all of one file, for overloads and instances of
/// a template have one name.
llvm::Expected<std::vector<const Function *>> find(const Wanted &What, const Program &P,
                                                   StringRef Folder) {
  using Group = std::pair<StringRef, StringRef>; // file, name
  std::map<Group, std::vector<const Function *>> Found;
  bool IsExact = false;
  for (const Function *F : P.functions()) {
    if (!What.isCalled(F->Name) || !What.isIn(F->At.File) || (IsExact && F->Name != What.Name))
      continue;
    if (F->Name == What.Name && !IsExact) {
      Found.clear();
      IsExact = true;
    }
    Found[{F->At.File, F->Name}].push_back(F);
  }
  if (Found.size() == 1)
    return Found.begin()->second;
  if (!Found.empty()) {
    std::string Message = ("there are several functions '" + What.Name + "'; say which").str();
    for (const auto &[Each, Functions] : Found)
      Message += "\n  weir why " + relativeTo(Folder, Each.first) + ":" + Each.second.str();
    return llvm::createStringError(Message);
  }
  std::set<StringRef> Names;
  for (const Function *F : P.functions()) {
    for (const Call &C : F->Calls)
      if (What.isCalled(C.Name) && What.File.empty() && P.runBy(C).empty())
        return llvm::createStringError("'" + C.Name +
                                       "' is called, but its body is in none of "
                                       "the files, so nothing is known of it");
    Names.insert(F->Name);
    Names.insert(F->Name.rsplit("::").second);
  }
  Names.erase("");
  return llvm::createStringError("no file has a function '" + What.Name + "'" +
                                 (What.File.empty() ? "" : " below '" + What.File + "'") +
                                 didYouMean(What.Name, Names));
}

class Printer {
public:
  Printer(llvm::raw_ostream &Out, StringRef Folder) : Out(Out), Folder(Folder) {}

  void print(const Function &F, llvm::ArrayRef<Reason> Why) {
    place(F.At);
    Out << (F.Kind == Kind::Coroutine ? "coroutine '" : "function '") << F.Name << "'\n";
    for (const Reason &Each : Why) {
      Out << "  " << Each.Statement << (Each.Way.empty() ? "\n" : ":\n");
      for (const Note &Step : Each.Way) {
        Out << "    ";
        place(Step.At);
        Out << Step.Message << '\n';
      }
    }
  }

private:
  void place(const Place &P) {
    Out << relativeTo(Folder, P.File) << ':' << P.Line << ':' << P.Column << ": ";
  }
  llvm::raw_ostream &Out;
  StringRef Folder;
};

/// Writes the picture where \p Path says.
llvm::Error draw(StringRef Path, const Function &F, const Program &P) {
  if (!Path.ends_with(".svg") && !Path.ends_with(".dot") &&
      !Path.ends_with(".gv") && Path != "-")
    return llvm::createStringError(
        "--graph: what '" + Path +
        "' is to be, its ending does not say: .svg or .dot");
  std::string Text = callGraph(F, P);
  if (Path.ends_with(".svg")) {
    llvm::Expected<std::string> Picture = drawn(Text);
    if (!Picture)
      return Picture.takeError();
    Text = std::move(*Picture);
  }
  if (Path != "-")
    return writeFile(Path, Text);
  llvm::outs() << Text;
  return llvm::Error::success();
}

} // namespace

int whyCommand(llvm::ArrayRef<const char *> Args) {
  Options Told;
  std::string Graph;
  CommandLine Line("why", "[FLAGS] FUNCTION | FILE:FUNCTION",
                   "Says why a function is considered blocking, suspending, throwing or needless, "
                   "step by step,\nand of which calls nothing is known. FUNCTION is its name, with "
                   "as much of its scope as it takes.");
  Line.flag({"--graph"}, "FILE",
            "draw what it calls: FILE.svg, or for Graphviz FILE.dot or - (standard output)", Graph);
  Told.declare(Line);
  if (std::optional<int> Code = Line.open(Args))
    return *Code;
  if (Line.Words.size() != 1)
    return usageError(llvm::createStringError("which function? One name: weir why shop::serve"));
  Told.HasFlags = false;

  Sources Texts;
  llvm::Expected<Outcome> Known = analyseAll(Told, Texts);
  if (!Known)
    return usageError(Known.takeError());
  std::deque<Summary> All;
  std::vector<const Summary *> Summaries;
  for (const Analysis &Each : Known->Analyses) {
    if (!Each.isKnown())
      continue;
    llvm::Expected<Summary> One = restore(Each.Summary, Known->Where);
    if (!One)
      return usageError(One.takeError());
    Summaries.push_back(&All.emplace_back(std::move(*One)));
  }
  Program P(Summaries, Known->IsWhole ? Seen::Whole : Seen::Part);
  StringRef Folder = Known->Report.Folder;
  auto Functions = find(Wanted(Line.Words[0]), P, Folder);
  if (!Functions)
    return usageError(Functions.takeError());
  if (!Graph.empty()) {
    if (llvm::Error Error = draw(Graph, *Functions->front(), P))
      return usageError(std::move(Error));
    return 0;
  }
  // Instances of a template mostly say the same.
  std::set<std::string> Said;
  for (const Function *F : *Functions) {
    std::string Text;
    llvm::raw_string_ostream Out(Text);
    Printer(Out, Folder).print(*F, reasons(*F, P));
    if (Said.insert(Text).second)
      llvm::outs() << (Said.size() > 1 ? "\n" : "") << Text;
  }
  return 0;
}

} // namespace weir::driver
