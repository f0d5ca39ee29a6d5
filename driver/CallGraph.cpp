// The calls below a function as a picture; see CallGraph.h.

#include "driver/CallGraph.h"
#include "checks/program/Why.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GraphWriter.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <set>

using llvm::StringRef;
using namespace weir::program;

namespace weir::driver {
namespace {

/// More than that nobody can look at.
constexpr size_t MostFunctions = 120;

class Picture {
public:
  Picture(const Function &Root, const Program &P)
      : P(P), Blocking(P, blocks, [](StringRef) { return false; }),
        Waiting(P, waits, [](StringRef) { return false; }) {
    for (const Function *F : P.functions())
      if (F == &Root || llvm::any_of(F->Calls, [&](const Call &C) { return mayRun(C, Root); }))
        add(*F);
    // Nearest first, so that what is left out is far away.
    std::vector<const Function *> Open{&Root};
    std::set<const Function *> Seen{&Root};
    for (size_t I = 0; I < Open.size(); ++I)
      for (const Call &C : Open[I]->Calls)
        for (const Function *Next : P.runBy(C))
          if (Seen.insert(Next).second && add(*Next))
            Open.push_back(Next);
    for (auto [F, Id] : Ids) {
      node(*F, Id, F == &Root);
      if (Seen.count(F))
        calls(*F, Id);
      else
        for (const Call &C : F->Calls)
          if (mayRun(C, Root))
            edge(Id, Ids.lookup(&Root), C);
    }
  }

  std::string text() const {
    std::string Result = "digraph calls {\n"
                         "  rankdir=LR\n"
                         "  label=\"blue: coroutines   red: what blocks   dashed: not known\"\n"
                         "  graph [fontname=Helvetica, fontsize=10, fontcolor=gray40]\n"
                         "  node [fontname=Helvetica, fontsize=11, shape=box, style=filled, "
                         "fillcolor=white, color=gray40]\n"
                         "  edge [fontname=Helvetica, fontsize=9, color=gray40]\n";
    for (const std::string &Line : Lines)
      Result += "  " + Line + "\n";
    if (Missing)
      Result +=
          llvm::formatv("  more [shape=plaintext, label=\"and {0} functions more\"]\n", Missing);
    return Result + "}\n";
  }

private:
  bool mayRun(const Call &C, const Function &F) const { return llvm::is_contained(P.runBy(C), &F); }

  bool add(const Function &F) {
    if (Ids.size() == MostFunctions && !Ids.count(&F)) {
      ++Missing;
      return false;
    }
    Ids.insert({&F, Ids.size()});
    return true;
  }

  void line(std::string Text) {
    if (Known.insert(Text).second)
      Lines.push_back(std::move(Text));
  }

  void node(const Function &F, size_t Id, bool IsRoot) {
    bool IsCoroutine = F.Kind == Kind::Coroutine;
    bool Blocks = IsCoroutine ? !Blocking.from(F).empty() || !Waiting.from(F).empty()
                              : Blocking.block(F) || Waiting.block(F);
    std::string Label = llvm::DOT::EscapeString(F.Name.str()) + "\\n" +
                        llvm::DOT::EscapeString(llvm::sys::path::filename(F.At.File).str());
    StringRef Fill = IsCoroutine ? ", style=\"rounded,filled\", fillcolor=\"#dbeafe\""
                     : Blocks    ? ", fillcolor=\"#fee2e2\""
                                 : "";
    StringRef Line = Blocks        ? ", color=\"#b91c1c\", penwidth=1.5"
                     : IsCoroutine ? ", color=\"#1d4ed8\""
                                   : "";
    line(llvm::formatv("f{0} [label=\"{1}\"{2}{3}{4}]", Id, Label, Fill, Line,
                       IsRoot ? ", peripheries=2" : ""));
  }

  void leaf(size_t From, StringRef Prefix, StringRef Name, StringRef Looks, StringRef Edge = {}) {
    std::string Id = (Prefix + llvm::DOT::EscapeString(Name.str())).str();
    line(llvm::formatv("\"{0}\" [label=\"{1}\", {2}]", Id, llvm::DOT::EscapeString(Name.str()),
                       Looks));
    line(llvm::formatv("f{0} -> \"{1}\"{2}", From, Id, Edge));
  }

  void edge(size_t From, size_t To, const Call &C) {
    line(llvm::formatv("f{0} -> f{1}{2}", From, To, looks(C)));
  }

  StringRef looks(const Call &C) const {
    return C.Mode == Mode::Awaited     ? " [label=awaits, color=\"#1d4ed8\"]"
           : C.Mode == Mode::Task      ? " [label=\"makes a task\", style=dashed]"
           : C.Mode == Mode::Elsewhere ? " [label=\"other thread\", style=dotted]"
           : P.runBy(C).size() > 1     ? " [label=\"an override\"]"
                                       : "";
  }

  void calls(const Function &F, size_t Id) {
    for (const Block &B : F.Blocks)
      if (blocks(B) || waits(B))
        leaf(Id, "blocks ", B.Name,
             "shape=octagon, fillcolor=\"#dc2626\", fontcolor=white, "
             "color=\"#7f1d1d\"");
    for (const Call &C : F.Calls) {
      llvm::ArrayRef<const Function *> All = P.runBy(C);
      for (const Function *Next : All)
        if (auto To = Ids.find(Next); To != Ids.end())
          edge(Id, To->second, C);
      if (All.empty() && !C.IsDescribed)
        unknown(Id, C.Name, looks(C));
    }
    for (const Indirect &Each : F.Indirects)
      unknown(Id, Each.Name);
  }

  void unknown(size_t From, StringRef Name, StringRef Edge = {}) {
    leaf(From, "unknown ", Name, "style=dashed, fontcolor=gray40", Edge);
  }

  const Program &P;
  Blockers Blocking, Waiting;
  llvm::MapVector<const Function *, size_t> Ids;
  std::vector<std::string> Lines;
  std::set<std::string> Known;
  size_t Missing = 0;
};

} // namespace

std::string callGraph(const Function &Root, const Program &P) { return Picture(Root, P).text(); }

llvm::Expected<std::string> drawn(StringRef Dot) {
  llvm::ErrorOr<std::string> Program = llvm::sys::findProgramByName("dot");
  if (!Program)
    return llvm::createStringError(
        "an SVG is drawn by Graphviz's `dot`, which is not here; install "
        "graphviz, or ask for a file that ends with .dot");
  llvm::SmallString<128> In, Out;
  if (std::error_code Error = llvm::sys::fs::createTemporaryFile("weir", "dot", In))
    return llvm::errorCodeToError(Error);
  llvm::FileRemover RemoveIn(In);
  if (std::error_code Error = llvm::sys::fs::createTemporaryFile("weir", "svg", Out))
    return llvm::errorCodeToError(Error);
  llvm::FileRemover RemoveOut(Out);
  std::error_code Error;
  {
    llvm::raw_fd_ostream To(In, Error);
    To << Dot;
  }
  if (Error)
    return llvm::errorCodeToError(Error);
  std::string Message;
  if (int Code = llvm::sys::ExecuteAndWait(*Program, {*Program, "-Tsvg", "-o", Out, In},
                                           std::nullopt, {}, /*SecondsToWait=*/60, 0, &Message))
    return llvm::createStringError(
        "'" + *Program + "' failed" +
        (Message.empty() ? " with " + llvm::Twine(Code) : ": " + Message));
  auto Text = llvm::MemoryBuffer::getFile(Out);
  if (!Text)
    return llvm::errorCodeToError(Text.getError());
  return (*Text)->getBuffer().str();
}

} // namespace weir::driver
