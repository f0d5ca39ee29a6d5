// weir models: what the models say, and whether a model is right.

#include "driver/ModelsCommand.h"
#include "checks/support/ModelWords.h"
#include "checks/support/Models.h"
#include "driver/ModelNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace weir::driver {
namespace {

constexpr StringLiteral Usage =
    "usage: weir models list [FILE.json...]\n"
    "       weir models show NAME [FILE.json...]\n"
    "       weir models check FILE.json|LIBRARY [-- FLAGS...]\n";

int fail(const Twine &Why) {
  errs() << "weir: " << Why << '\n';
  return 2;
}

struct Counts {
  unsigned Types = 0, Functions = 0, Blockings = 0;
};
Counts countsOf(const models::Models &M, const models::Library &Lib) {
  auto IsOfLib = [&](const models::Entry &E) { return E.Lib == &Lib; };
  return {unsigned(count_if(M.types(), IsOfLib)),
          unsigned(count_if(M.functions(), IsOfLib)),
          unsigned(count_if(M.blockings(), IsOfLib))};
}

int list(const models::Models &M) {
  outs() << formatv("{0,-20} {1,5} {2,9} {3,8}  {4}\n", "library", "types",
                    "functions", "blocking", "compared with");
  for (const models::Library &Lib : M.libraries()) {
    Counts N = countsOf(M, Lib);
    outs() << formatv("{0,-20} {1,5} {2,9} {3,8}  {4}\n", Lib.Id, N.Types,
                      N.Functions, N.Blockings, Lib.Verified);
  }
  return 0;
}

/// Prints what an entry says, leaving out what it does not.
class Printer {
public:
  void begin(const models::Entry &E, StringRef What) {
    outs() << formatv("{0}: {1} of {2} ({3}:{4})\n", E.Name, What, E.Lib->Name,
                      E.Lib->File, E.Line);
  }
  void line(StringRef Key, const Twine &Value) {
    if (std::string Text = Value.str(); !Text.empty())
      outs() << "  " << Key << ": " << Text << '\n';
  }
  template <typename E> void word(StringRef Key, E Value) {
    if (Value != E::Unknown)
      line(Key, models::spelling(Value));
  }
  void argument(StringRef Key, int Index) {
    if (Index >= 0)
      line(Key, "argument " + Twine(Index));
  }
  void flag(bool Value, StringRef Text) {
    if (Value)
      outs() << "  " << Text << '\n';
  }
  void end(const models::Entry &E) {
    line("since", E.Since);
    line("until", E.Until);
    line("note", E.Note);
  }
};

std::string describe(const models::Condition &C) {
  std::vector<std::string> Parts;
  std::string Arg = C.Arg < 0 ? "an argument" : "argument " + std::to_string(C.Arg);
  if (!C.Has.empty())
    Parts.push_back(Arg + " mentions " + join(C.Has, " or "));
  if (C.Equals)
    Parts.push_back(Arg + " is " + std::to_string(*C.Equals));
  if (!C.ArgType.empty())
    Parts.push_back(Arg + " is a " + join(C.ArgType, " or "));
  if (!C.Receiver.empty())
    Parts.push_back("the object is a " + join(C.Receiver, " or "));
  if (C.ReceiverKind)
    Parts.push_back(("the object is of an asynchronous " +
                     models::spelling(*C.ReceiverKind)).str());
  if (!C.Returns.empty())
    Parts.push_back("it returns a " + join(C.Returns, " or "));
  if (C.Null)
    Parts.push_back(Arg + " is null");
  if (C.NonNull)
    Parts.push_back(Arg + " is not null");
  if (C.MinArgs >= 0)
    Parts.push_back("there are at least " + std::to_string(C.MinArgs) + " arguments");
  if (C.MaxArgs >= 0)
    Parts.push_back("there are at most " + std::to_string(C.MaxArgs) + " arguments");
  return join(Parts, " and ");
}

int show(const models::Models &M, StringRef Name) {
  Printer P;
  const models::Type *T = M.type(Name);
  if (T) {
    P.begin(*T, "a type");
    P.line("kind", models::spelling(T->Kind));
    P.word("start", T->Start);
    P.word("use", T->Use);
    P.word("discard", T->Discard);
    P.word("unhandled", T->Unhandled);
    P.flag(T->CapturesSafe, "its lambdas' captures cannot dangle");
    P.flag(T->ParamsSafe, "its coroutines' parameters cannot dangle");
    P.flag(T->MustJoin, "must be joined before it is destroyed");
    P.end(*T);
  }
  const models::Function *F = M.function(Name);
  if (F) {
    P.begin(*F, "a function");
    P.line("role", models::spelling(F->Role));
    P.argument("callable", F->Callable);
    P.argument("task", F->Task);
    P.argument("executor", F->Executor);
    P.argument("token", F->Token);
    P.argument("duration", F->Duration);
    P.flag(F->KeepsCallable, "keeps its callable");
    P.flag(F->BorrowsCallable, "calls its callable where the caller has it");
    P.flag(F->KeepsArgs, "keeps its other arguments");
    if (F->ToPool)
      P.flag(true, *F->ToPool ? "goes to threads that may block" : "goes to the loop");
    P.word("discard", F->Discard);
    P.word("unhandled", F->Unhandled);
    P.word("errors", F->Errors);
    P.word("losers", F->Losers);
    P.word("effects", F->Effects);
    P.end(*F);
  }
  const models::Blocking *B = M.blocking(Name);
  if (B) {
    P.begin(*B, "blocks");
    P.line("kind", models::spelling(B->Kind));
    P.line("confidence", models::spelling(B->Confidence));
    for (const models::Condition &C : B->NotWhen)
      P.line("not when", describe(C));
    for (const models::Condition &C : B->OnlyWhen)
      P.line("only when", describe(C));
    P.line("instead", B->Twin);
    P.end(*B);
  }
  if (T || F || B)
    return 0;
  std::vector<StringRef> Names;
  for (const models::Type &E : M.types())
    Names.push_back(E.Name);
  for (const models::Function &E : M.functions())
    Names.push_back(E.Name);
  for (const models::Blocking &E : M.blockings())
    Names.push_back(E.Name);
  errs() << "weir: no model knows '" << Name << "'"
         << models::didYouMean(Name, Names) << '\n';
  return 1;
}

int check(const models::Models &M, StringRef FileOrLibrary, bool Compile,
          ArrayRef<std::string> Flags) {
  const models::Library *Lib = nullptr;
  std::vector<StringRef> Ids;
  for (const models::Library &L : M.libraries()) {
    Ids.push_back(L.Id);
    if (L.File == FileOrLibrary || L.Id == FileOrLibrary)
      Lib = &L;
  }
  if (!Lib)
    return fail("no library '" + FileOrLibrary + "'" +
                models::didYouMean(FileOrLibrary, Ids));
  Counts N = countsOf(M, *Lib);
  outs() << formatv("{0}: {1} types, {2} functions, {3} that block\n", Lib->File,
                    N.Types, N.Functions, N.Blockings);
  if (!Compile)
    return 0;
  if (Lib->Headers.empty())
    return fail(Lib->File + ": no 'headers' to look the names up in");
  Expected<NameReport> Report = checkNames(M, *Lib, Flags);
  if (!Report)
    return fail(toString(Report.takeError()));
  for (const std::string &Header : Report->MissingHeaders)
    outs() << Lib->File << ": header not found: " << Header << '\n';
  if (!Report->FoundHeaders)
    return 1;
  for (const NameReport::Problem &P : Report->Problems)
    outs() << formatv("{0}:{1}: '{2}' {3}\n", Lib->File, P.Entry->Line,
                      P.Entry->Name, P.What);
  outs() << formatv("{0}: {1} names declared, {2} not, {3} of other versions\n",
                    Lib->File, Report->Declared, Report->Problems.size(),
                    Report->Excused);
  return Report->Problems.empty() && Report->Declared ? 0 : 1;
}

} // namespace

int modelsCommand(ArrayRef<const char *> Args) {
  if (Args.empty())
    return fail("no command\n" + Usage);
  StringRef Command = Args.front();
  if (is_contained({"--help", "-h"}, Command)) {
    outs() << Usage;
    return 0;
  }
  Args = Args.drop_front();
  const char *const *Dashes = find(Args, StringRef("--"));
  std::vector<std::string> Words(Args.begin(), Dashes);
  bool Compile = Dashes != Args.end();
  std::vector<std::string> Flags;
  if (Compile)
    Flags.assign(Dashes + 1, Args.end());

  std::string Subject;
  if (Command == "show" || Command == "check") {
    if (Words.empty())
      return fail(Command + " needs to know what\n" + Usage);
    Subject = Words.front();
    if (Command == "show" || !sys::fs::is_regular_file(Subject))
      Words.erase(Words.begin());
  } else if (Command != "list") {
    constexpr StringLiteral Commands[] = {"list", "show", "check"};
    return fail("no command '" + Command + "'" +
                models::didYouMean(Command, Commands) + "\n" + Usage);
  }
  Expected<models::Models> M = models::Models::load(Words);
  if (!M) {
    errs() << toString(M.takeError()) << '\n';
    return 2;
  }
  if (Command == "list")
    return list(*M);
  if (Command == "show")
    return show(*M, Subject);
  return check(*M, Subject, Compile, Flags);
}

} // namespace weir::driver
