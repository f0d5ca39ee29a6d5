// Reads the model files.
//
// A file is checked against its schema while it is read: each member is asked
// for by name and type, and what nobody asked for is an unknown key. Every
// problem of a file is reported, not only the first, for such files are written
// by hand. docs/models.md is the schema's description.

#include "checks/support/Models.h"

#include "checks/support/JsonTree.h"
#include "checks/support/ModelWords.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace weir::models {
namespace {

/// A string and its place.
struct Text {
  std::string String;
  size_t Offset;
};

StringRef lastComponent(StringRef Name) {
  size_t Colons = Name.rfind("::");
  return Colons == StringRef::npos ? Name : Name.drop_front(Colons + 2);
}

void replaceAll(std::string &In, StringRef What, StringRef With) {
  for (size_t At = 0; (At = In.find(What, At)) != std::string::npos;
       At += With.size())
    In.replace(At, What.size(), With);
}

/// The class in a name `*::Class::*`, else nothing.
StringRef generatedClass(StringRef Name) {
  bool Is = Name.consume_front("*::") && Name.consume_back("::*");
  return Is && !Name.contains(':') && !Name.contains('*') ? Name : StringRef();
}

/// One file, and what is wrong with it.
class Source {
public:
  Source(StringRef File, StringRef Text) : File(File), Contents(Text) {
    for (size_t I = 0; I != Text.size(); ++I)
      if (Text[I] == '\n')
        LineEnds.push_back(I);
  }

  std::string File, Problems;

  void complain(size_t Offset, const Twine &What) {
    complain(lineAndColumn(Contents, Offset) + ": " + What);
  }
  void complain(const Twine &PlaceAndWhat) {
    if (!Problems.empty())
      Problems += '\n';
    Problems += (File + ":" + PlaceAndWhat).str();
  }
  unsigned line(size_t Offset) const {
    return lower_bound(LineEnds, Offset) - LineEnds.begin() + 1;
  }

private:
  StringRef Contents;
  std::vector<size_t> LineEnds;
};

/// The members of an object.
class Fields {
public:
  Fields(Source &In, const JsonTree &Tree) : In(In), Offset(Tree.Offset) {
    Object = std::get_if<JsonTree::Object>(&Tree.Value);
    if (!Object)
      In.complain(Offset, "expected an object, found " + Tree.kind());
  }
  Fields(const Fields &) = delete;
  ~Fields() {
    if (!Object)
      return;
    for (const auto &[Key, Value] : *Object)
      if (!is_contained(Asked, Key))
        In.complain(Value.Offset,
                    "unknown key '" + Key + "'" + didYouMean(Key, Asked));
  }

  Source &In;
  size_t Offset;

  const JsonTree *find(StringRef Key) {
    Asked.push_back(Key);
    if (Object)
      for (const auto &[Name, Value] : *Object)
        if (Name == Key)
          return &Value;
    return nullptr;
  }
  bool has(StringRef Key) {
    return Object && any_of(*Object, [&](auto &M) { return M.Key == Key; });
  }
  void require(StringRef Key) {
    if (Object && !has(Key))
      In.complain(Offset, "the key '" + Key + "' is missing");
  }

  void read(StringRef Key, bool &Out) { take(Key, Out, "true or false"); }
  void read(StringRef Key, std::optional<bool> &Out) {
    bool Value = false;
    if (take(Key, Value, "true or false"))
      Out = Value;
  }
  void read(StringRef Key, std::string &Out) { take(Key, Out, "a string"); }
  void read(StringRef Key, int &Out) {
    int64_t Value = Out;
    take(Key, Value, "a number");
    if (Value < -1 || Value > 100)
      In.complain(find(Key)->Offset, "'" + Key + "' counts arguments from 0");
    Out = Value;
  }
  void read(StringRef Key, std::optional<int64_t> &Out) {
    int64_t Value = 0;
    if (take(Key, Value, "a number"))
      Out = Value;
  }
  template <typename E>
    requires std::is_enum_v<E>
  bool read(StringRef Key, E &Out) {
    std::string Word;
    if (!take(Key, Word, "a string"))
      return false;
    ArrayRef<StringLiteral> Words = words<E>();
    const auto *Found = find_if(Words, [&](StringRef W) { return W == Word; });
    if (Found == Words.end()) {
      In.complain(find(Key)->Offset, "'" + Key + "' cannot be '" + Word + "'" +
                                         didYouMean(Word, Words));
      return false;
    }
    Out = E(Found - Words.begin());
    return true;
  }
  template <typename E> void read(StringRef Key, std::optional<E> &Out) {
    E Value;
    if (read(Key, Value))
      Out = Value;
  }
  void read(StringRef Key, std::vector<std::string> &Out) {
    for (Text &T : texts(Key))
      Out.push_back(std::move(T.String));
  }

  /// A string, or a list of them.
  SmallVector<Text, 4> texts(StringRef Key) {
    SmallVector<Text, 4> Result;
    const JsonTree *Value = find(Key);
    if (!Value)
      return Result;
    auto Add = [&](const JsonTree &Tree) {
      if (const auto *String = std::get_if<std::string>(&Tree.Value))
        Result.push_back({*String, Tree.Offset});
      else
        In.complain(Tree.Offset,
                    "'" + Key + "' holds strings, found " + Tree.kind());
    };
    if (const auto *List = std::get_if<JsonTree::Array>(&Value->Value))
      for (const JsonTree &Element : *List)
        Add(Element);
    else
      Add(*Value);
    return Result;
  }

  /// The objects of a list.
  void each(StringRef Key, function_ref<void(Fields &)> Read) {
    const JsonTree *Value = find(Key);
    if (!Value)
      return;
    const auto *List = std::get_if<JsonTree::Array>(&Value->Value);
    if (!List)
      return In.complain(Value->Offset, "'" + Key + "' must be a list, not " +
                                            Value->kind());
    for (const JsonTree &Element : *List) {
      Fields Members(In, Element);
      Read(Members);
    }
  }

  const JsonTree::Object *members() const { return Object; }

private:
  const JsonTree::Object *Object;
  SmallVector<StringRef, 16> Asked;

  template <typename T> bool take(StringRef Key, T &Out, StringRef Wanted) {
    const JsonTree *Value = find(Key);
    if (!Value)
      return false;
    if (const T *Found = std::get_if<T>(&Value->Value)) {
      Out = *Found;
      return true;
    }
    In.complain(Value->Offset, "'" + Key + "' must be " + Wanted + ", not " +
                                   Value->kind());
    return false;
  }
};

struct BuiltinFile {
  StringRef Name;
  ArrayRef<unsigned char> Bytes;
};
// Defines BuiltinFiles, an array of them; made by checks/CMakeLists.txt.
#include "BuiltinModels.inc"

} // namespace

class Loader {
public:
  Loader(Models &M, bool Builtin) : M(M), Builtin(Builtin) {}

  Error load(StringRef File, StringRef Contents) {
    Source In(File, Contents);
    if (Expected<JsonTree> Tree = JsonTree::parse(Contents))
      readLibrary(In, *Tree);
    else
      In.complain(toString(Tree.takeError()));
    if (In.Problems.empty())
      return Error::success();
    return createStringError(In.Problems);
  }

private:
  Models &M;
  bool Builtin;
  bool Patterns = false; ///< in this entry's names
  Library *Lib = nullptr;

  void readLibrary(Source &In, const JsonTree &Tree) {
    Fields F(In, Tree);
    Lib = &M.Libraries.emplace_back();
    Lib->IsBuiltin = Builtin;
    Lib->Id = sys::path::stem(In.File).str();
    Lib->Name = Lib->Id;
    Lib->File = In.File;
    F.read("name", Lib->Name);
    F.read("verified", Lib->Verified);
    F.read("roots", Lib->Roots);
    F.read("headers", Lib->Headers);
    F.read("only_in", Lib->OnlyIn);
    F.read("only_with", Lib->OnlyWith);
    F.read("namespaces", Lib->Namespaces);
    F.read("test_macros", Lib->TestMacros);
    Lib->CancelExceptions = expandAll(F, "cancel_exceptions");
    Lib->CancelCodes = expandAll(F, "cancel_codes");
    Lib->CancelTokens = expandAll(F, "cancel_tokens");
    readReplacements(F);
    F.each("types", [&](Fields &T) { readType(T); });
    F.each("functions", [&](Fields &T) { readFunction(T); });
    F.each("blocking", [&](Fields &T) { readBlocking(T); });
    addSyncWaits();
  }

  void readReplacements(Fields &F) {
    const JsonTree *Tree = F.find("replacements");
    if (!Tree)
      return;
    SmallVector<StringRef, 16> Known(words<BlockingKind>());
    append_range(Known, replacementWords());
    Fields All(F.In, *Tree);
    for (StringRef What : Known)
      if (const JsonTree *One = All.find(What)) {
        Fields R(F.In, *One);
        Replacement &Out = Lib->Replacements[What];
        R.require("call");
        R.read("call", Out.Call);
        R.read("header", Out.Headers);
        R.read("needs", Out.Needs);
        R.read("result", Out.Result);
      }
  }

  void readType(Fields &F) {
    Type T;
    F.require("kind");
    F.read("kind", T.Kind);
    F.read("start", T.Start);
    F.read("use", T.Use);
    F.read("discard", T.Discard);
    F.read("unhandled", T.Unhandled);
    F.read("captures_safe", T.CapturesSafe);
    F.read("params_safe", T.ParamsSafe);
    F.read("must_join", T.MustJoin);
    addEach(F, T, M.Types, M.TypesByName);
  }

  void readFunction(Fields &F) {
    Function Fn;
    F.require("role");
    F.read("role", Fn.Role);
    F.read("callable", Fn.Callable);
    F.read("task", Fn.Task);
    F.read("executor", Fn.Executor);
    F.read("token", Fn.Token);
    F.read("duration", Fn.Duration);
    F.read("keeps_callable", Fn.KeepsCallable);
    F.read("borrows_callable", Fn.BorrowsCallable);
    F.read("keeps_args", Fn.KeepsArgs);
    F.read("to_pool", Fn.ToPool);
    F.read("discard", Fn.Discard);
    F.read("unhandled", Fn.Unhandled);
    F.read("errors", Fn.Errors);
    F.read("losers", Fn.Losers);
    F.read("throws", Fn.Throws);
    Fn.Effects = effectsOf(Fn.Role);
    Lib->HasTokens |= Fn.Role == Role::Token;
    F.read("effects", Fn.Effects);
    addEach(F, Fn, M.Functions, M.FunctionsByName);
  }

  /// What a role says about effects by itself.
  static Effects effectsOf(Role R) {
    switch (R) {
    case Role::Sleep:
    case Role::Yield:
    case Role::SwitchContext:
    case Role::Current:
    case Role::Log:
      return Effects::None;
    case Role::Parse:
      return Effects::Arguments;
    default:
      return Effects::Unknown;
    }
  }

  void readBlocking(Fields &F) {
    Blocking B;
    Patterns = true;
    F.require("kind");
    F.read("kind", B.Kind);
    F.read("confidence", B.Confidence);
    F.read("unit", B.Unit);
    B.NotBeside = expandAll(F, "not_beside");
    F.read("twin", B.Twin);
    F.read("twin_in", B.TwinIn);
    F.each("not_when", [&](Fields &C) { readCondition(C, B.NotWhen); });
    F.each("only_when", [&](Fields &C) { readCondition(C, B.OnlyWhen); });
    addEach(F, B, M.Blockings, M.BlockingsByName);
    Patterns = false;
  }

  void readCondition(Fields &F, std::vector<Condition> &Out) {
    Condition &C = Out.emplace_back();
    F.read("arg", C.Arg);
    F.read("has", C.Has);
    F.read("equals", C.Equals);
    C.ArgType = expandAll(F, "arg_type");
    C.Receiver = expandAll(F, "receiver");
    F.read("receiver_kind", C.ReceiverKind);
    C.Returns = expandAll(F, "returns");
    F.read("non_null", C.NonNull);
    F.read("null", C.Null);
    F.read("min_args", C.MinArgs);
    F.read("max_args", C.MaxArgs);
    bool Says = !C.Has.empty() || C.Equals || !C.ArgType.empty() ||
                !C.Receiver.empty() || C.ReceiverKind || C.NonNull || C.Null ||
                C.MinArgs >= 0 || C.MaxArgs >= 0 || !C.Returns.empty();
    if (!Says)
      F.In.complain(F.Offset, "a condition must say something");
    if (C.Arg < 0 && (C.Equals || C.NonNull || C.Null))
      F.In.complain(F.Offset, "the condition needs 'arg'");
  }

  /// One entry for each name the object gives.
  template <typename T>
  void addEach(Fields &F, T &Entry, std::deque<T> &All,
               StringMap<const T *> &ByName) {
    Entry.Lib = Lib;
    F.read("since", Entry.Since);
    F.read("until", Entry.Until);
    F.read("note", Entry.Note);
    for (Text &Name : names(F)) {
      Entry.Line = F.In.line(Name.Offset);
      Entry.Name = std::move(Name.String);
      T &Added = All.emplace_back(Entry);
      if constexpr (std::is_same_v<T, Blocking>)
        spellTwin(Added);
      const T *&Slot = ByName[Added.Name];
      // Users correct the built-in files; nothing else is said twice.
      if (Slot && (Slot->Lib == Lib || Builtin))
        F.In.complain(Name.Offset, "'" + Added.Name + "' is already in " +
                                       Slot->Lib->File + ":" +
                                       Twine(Slot->Line));
      Slot = &Added;
      if (StringRef Class = generatedClass(Added.Name); !Class.empty())
        M.Generated[Class] = true;
      else
        M.LastNames[lastComponent(Added.Name)] = true;
    }
  }

  void spellTwin(Blocking &B) {
    replaceAll(B.Twin, "{name}", lastComponent(B.Name));
    replaceAll(B.Twin, "{root}", Lib->rootOf(B.Name));
  }

  /// What blocks until a task is done blocks, without being said twice.
  void addSyncWaits() {
    for (const Function &F : M.Functions)
      if (F.Lib == Lib && F.Role == Role::SyncWait)
        if (const Blocking *&Slot = M.BlockingsByName[F.Name]; !Slot) {
          Blocking &B = M.Blockings.emplace_back();
          static_cast<Entry &>(B) = F;
          Slot = &B;
        }
  }

  /// All combinations of "class" and "methods", or "name".
  SmallVector<Text, 8> names(Fields &F) {
    SmallVector<Text, 8> Result;
    SmallVector<Text, 4> Names = F.texts("name"), Classes = F.texts("class"),
                         Methods = F.texts("methods");
    if (Names.empty() == Classes.empty() || Classes.empty() != Methods.empty())
      F.In.complain(F.Offset, "an entry has a 'name', or a 'class' and its 'methods'");
    for (Text &Name : Names)
      expand(F.In, std::move(Name), Result);
    for (Text &Class : Classes)
      for (Text &Method : Methods)
        expand(F.In, {Class.String + "::" + Method.String, Method.Offset},
               Result);
    for (Text &Name : Result)
      validate(F.In, Name);
    return Result;
  }

  std::vector<std::string> expandAll(Fields &F, StringRef Key) {
    SmallVector<Text, 8> Result;
    for (Text &T : F.texts(Key))
      expand(F.In, std::move(T), Result);
    std::vector<std::string> Strings;
    for (Text &T : Result)
      Strings.push_back(std::move(T.String));
    return Strings;
  }

  /// `a{b,c}` is `ab` and `ac`, as in a shell; `{root}` is each of the roots.
  void expand(Source &In, Text T, SmallVectorImpl<Text> &Out) {
    size_t Open = T.String.find('{'), Close = T.String.find('}', Open);
    if (Open == std::string::npos && Close == std::string::npos) {
      Out.push_back(std::move(T));
      return;
    }
    if (Open == std::string::npos || Close == std::string::npos)
      return In.complain(T.Offset, "a brace without its other half in '" +
                                       T.String + "'");
    StringRef Whole = T.String, Before = Whole.take_front(Open),
              Inside = Whole.slice(Open + 1, Close),
              After = Whole.drop_front(Close + 1);
    SmallVector<StringRef, 8> Choices;
    if (Inside == "root")
      append_range(Choices, Lib->Roots);
    else
      Inside.split(Choices, ',');
    if (Choices.empty())
      return In.complain(T.Offset, "'{root}' without 'roots' in this file");
    if (Choices.size() == 1 && Inside != "root")
      return In.complain(T.Offset, "unknown '{" + Inside +
                                       "}' (did you mean '{root}'?)");
    for (StringRef Choice : Choices)
      expand(In, {(Before + Choice + After).str(), T.Offset}, Out);
  }

  void validate(Source &In, const Text &Name) {
    StringRef N = Name.String;
    if (N.starts_with("::"))
      In.complain(Name.Offset, "'" + N + "' needs no leading '::'");
    else if (N.empty() || N.contains("::::") || N.ends_with("::"))
      In.complain(Name.Offset, "'" + N + "' is not a name");
    else if (N.contains('*') && !N.contains("operator") &&
             (generatedClass(N).empty() || !Patterns))
      In.complain(Name.Offset, "'" + N + "': '*' stands for any name only in "
                               "the '*::Class::*' of what blocks");
    else if (N.contains('<') && !N.contains("operator"))
      In.complain(Name.Offset,
                  "'" + N + "': names are written without template arguments");
  }
};

bool Blocking::hasTwinIn(const Library &Other) const {
  return !Twin.empty() && (Lib == &Other || is_contained(TwinIn, Other.Id));
}

StringRef Library::rootOf(StringRef Name) const {
  // The longest root wins: `boost::asio::awaitable` is not of `boost`.
  StringRef Root;
  for (StringRef R : Roots)
    if (Name.starts_with((R + "::").str()) && R.size() > Root.size())
      Root = R;
  return Root.empty() && !Roots.empty() ? StringRef(Roots.front()) : Root;
}

std::optional<Replacement> Library::replacement(StringRef What,
                                                StringRef Near) const {
  auto Found = Replacements.find(What);
  if (Found == Replacements.end())
    return std::nullopt;
  Replacement Result = Found->second;
  StringRef Root = rootOf(Near);
  std::string Path = Root.str();
  replaceAll(Path, "::", "/");
  replaceAll(Result.Call, "{root}", Root);
  for (std::string &Header : Result.Headers)
    replaceAll(Header, "{path}", Path);
  replaceAll(Result.Needs, "{root}", Root);
  return Result;
}

const Models &Models::builtin() {
  static const Models Builtin = cantFail(load({}));
  return Builtin;
}

Expected<Models> Models::load(ArrayRef<std::string> Files) {
  Models Result;
  Error Problems = Error::success();
  for (const BuiltinFile &File : BuiltinFiles)
    Problems = joinErrors(
        std::move(Problems),
        Loader(Result, true)
            .load(File.Name, toStringRef(File.Bytes)));
  for (const std::string &File : Files) {
    auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
    Problems = joinErrors(
        std::move(Problems),
        Buffer ? Loader(Result, false).load(File, (*Buffer)->getBuffer())
               : createStringError(File + ": " + Buffer.getError().message()));
  }
  if (Problems)
    return std::move(Problems);
  return std::move(Result);
}

const Type *Models::type(StringRef Name) const {
  return TypesByName.lookup(Name);
}
const Function *Models::function(StringRef Name) const {
  return FunctionsByName.lookup(Name);
}
const Blocking *Models::blocking(StringRef Name) const {
  if (const Blocking *Found = BlockingsByName.lookup(Name); Found || Generated.empty())
    return Found;
  StringRef Class = lastComponent(Name.rsplit("::").first);
  return Generated.contains(Class) ? BlockingsByName.lookup(("*::" + Class + "::*").str())
                                   : nullptr;
}
bool Models::mentions(StringRef Last) const { return LastNames.contains(Last); }

} // namespace weir::models
