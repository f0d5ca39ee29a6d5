// Reads a trace; see TraceFile.h. The runtime's detail/tracer.hpp writes it.

#include "driver/TraceFile.h"
#include "driver/Symbols.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>

using llvm::StringRef;
namespace json = llvm::json;

namespace weir::driver {
namespace {

class Reader {
public:
  explicit Reader(StringRef Path) : Path(Path) {}

  llvm::Expected<Trace> run() {
    auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
    if (!Buffer)
      return llvm::createStringError(
          "'" + Path + "' cannot be read: " + Buffer.getError().message());
    StringRef Text = (*Buffer)->getBuffer();
    if (Text.trim().empty())
      return llvm::createStringError(
          "'" + Path +
          "' is empty: no loop of weir's runtime ran "
          "in the program, or it is still running");
    // The runtime writes one event a line, and ends the array when it ends.
    Result.IsCut = !Text.rtrim().ends_with("]");
    bool IsFirst = true;
    for (unsigned Line = 1; !Text.empty(); ++Line) {
      auto [Event, Rest] = Text.split('\n');
      bool IsLast = Rest.trim().empty();
      Text = Rest;
      Event = Event.trim();
      if (IsFirst)
        Event.consume_front("[");
      if (Event.empty() || Event == "]")
        continue;
      Event = Event.rtrim(",");
      llvm::Expected<json::Value> Parsed = json::parse(Event);
      const json::Object *O = Parsed ? Parsed->getAsObject() : nullptr;
      if (IsFirst) {
        bool IsOurs = O && O->getString("name") == StringRef("weir_trace");
        if (!Parsed)
          llvm::consumeError(Parsed.takeError());
        if (!IsOurs)
          return llvm::createStringError(
              "'" + Path +
              "' is no trace of weir's runtime: run a program with "
              "WEIR_TRACE=FILE to get one");
        if (llvm::Error Error = begin(*O))
          return std::move(Error);
        IsFirst = false;
        continue;
      }
      if (!Parsed)
        llvm::consumeError(Parsed.takeError());
      if (!O && IsLast && Result.IsCut)
        break;
      if (!O || !take(*O))
        return llvm::createStringError("'" + Path + "' is broken: line " +
                                       llvm::Twine(Line) +
                                       " is no event of a trace");
    }
    finish();
    return std::move(Result);
  }

private:
  llvm::Error begin(const json::Object &Event) {
    const json::Object *Args = Event.getObject("args");
    int64_t Version = Args ? Args->getInteger("version").value_or(0) : 0;
    if (Version != 1)
      return llvm::createStringError("'" + Path +
                                     "' was written by another version of the "
                                     "runtime: this weir reads format 1, not " +
                                     llvm::Twine(Version));
    Result.Program = Args->getString("program").value_or("").str();
    llvm::sys::fs::file_status Program, Written;
    if (!llvm::sys::fs::status(Result.Program, Program) &&
        !llvm::sys::fs::status(Path, Written))
      Result.IsRebuilt =
          Program.getLastModificationTime() > Written.getLastModificationTime();
    return llvm::Error::success();
  }

  bool take(const json::Object &Event) {
    std::optional<StringRef> Phase = Event.getString("ph"),
                             Name = Event.getString("name");
    if (!Phase || !Name)
      return false;
    const json::Object *Args = Event.getObject("args");
    int64_t Loop = Event.getInteger("pid").value_or(0);
    if (*Phase == "M")
      return Args &&
             describe(*Name, *Args, Loop, Event.getInteger("tid").value_or(0));
    std::optional<int64_t> Row = Event.getInteger("tid");
    std::optional<double> At = Event.getNumber("ts");
    std::optional<StringRef> Category = Event.getString("cat");
    if (!Row || !At || !Category)
      return false;
    int Task = taskOf(Loop, *Row);
    if (*Phase == "X") {
      Trace::Span S;
      S.Task = Task;
      S.Name = Name->str();
      S.Begin = *At;
      S.Length = std::max(0.0, Event.getNumber("dur").value_or(0));
      if (*Category == "wait")
        S.What = Trace::Kind::Wait;
      else if (*Category == "ready")
        S.What = Trace::Kind::Ready;
      else if (*Category != "run")
        return false;
      if (Args) {
        S.At = placeOf(*Args);
        if (std::optional<int64_t> By = Args->getInteger("by"))
          S.By = taskOf(Loop, *By);
        if (std::optional<StringRef> Ends = Args->getString("ends"))
          Result.Tasks[Task].Ends = Ends->str();
      }
      // Who made a task ready before its first step started it.
      if (S.What == Trace::Kind::Ready && S.By >= 0)
        Result.Tasks[Task].StartedBy = S.By;
      Result.End = std::max(Result.End, S.end());
      Result.Spans.push_back(std::move(S));
      return true;
    }
    if (*Phase != "i" || *Category != "blocked" || !Args)
      return false;
    Raw R{
        Task, *At, Args->getNumber("since").value_or(*At), placeOf(*Args), {}};
    if (const json::Array *Stack = Args->getArray("stack"))
      for (const json::Value &Each : *Stack)
        if (const json::Object *Frame = Each.getAsObject())
          llvm::append_range(R.Stack,
                             Known.at(Frame->getString("module").value_or(""),
                                      Frame->getInteger("offset").value_or(0),
                                      Frame->getString("function").value_or(""),
                                      Result.IsRebuilt));
    Result.End = std::max(Result.End, *At);
    Raws.push_back(std::move(R));
    return true;
  }

  bool describe(StringRef What, const json::Object &Args, int64_t Loop,
                int64_t Row) {
    if (What == "weir_place") {
      Trace::Place P;
      P.Function = Args.getString("function").value_or("").str();
      P.File = Args.getString("file").value_or("").str();
      P.Line = static_cast<unsigned>(Args.getInteger("line").value_or(0));
      if (std::optional<int64_t> By = Args.getInteger("awaited_by"))
        P.AwaitedBy = place(*By);
      Places[Args.getInteger("id").value_or(-1)] =
          static_cast<int>(Result.Places.size());
      Result.Places.push_back(std::move(P));
    } else if (What == "process_name") {
      ++Result.Loops;
    } else if (What == "thread_name") {
      Trace::Task &T = Result.Tasks[taskOf(Loop, Row)];
      T.Name = Args.getString("name").value_or("").str();
      T.IsCallbacks = Row == 0;
    } else {
      return false;
    }
    return true;
  }

  int taskOf(int64_t Loop, int64_t Row) {
    // Rows are numbered through all loops, but each has a row 0.
    auto [At, IsNew] =
        Rows.try_emplace(Row == 0 ? -Loop : Row, Result.Tasks.size());
    if (IsNew) {
      Result.Tasks.emplace_back();
      Result.Tasks.back().Loop = static_cast<unsigned>(Loop);
    }
    return At->second;
  }
  int place(int64_t Id) const {
    auto At = Places.find(Id);
    return At == Places.end() ? -1 : At->second;
  }
  int placeOf(const json::Object &Args) const {
    return place(Args.getInteger("place").value_or(-1));
  }

  /// Gives the samples to their steps; a step that was sampled but not written
  /// was not over.
  void finish() {
    llvm::stable_sort(Raws, [](const Raw &L, const Raw &R) {
      return std::tie(L.Task, L.Since, L.At) < std::tie(R.Task, R.Since, R.At);
    });
    llvm::DenseMap<std::pair<int, int64_t>, int> Steps;
    auto Key = [](int Task, double Begin) {
      return std::make_pair(Task, static_cast<int64_t>(Begin * 1000 + 0.5));
    };
    for (const Raw &R : Raws)
      Steps.try_emplace(Key(R.Task, R.Since), -1);
    for (const Trace::Span &S : Result.Spans)
      if (auto At = Steps.find(Key(S.Task, S.Begin));
          S.What == Trace::Kind::Run && At != Steps.end())
        At->second = 0;
    for (const Raw &R : Raws)
      if (int &Step = Steps[Key(R.Task, R.Since)]; Step < 0) {
        Step = 0;
        Trace::Span S;
        S.Task = R.Task;
        S.At = R.At;
        S.Name = R.At >= 0 ? Result.Places[R.At].Function : "callback";
        S.Begin = R.Since;
        S.Length = Result.End - R.Since;
        S.IsCut = true;
        Result.Spans.push_back(std::move(S));
      }
    llvm::stable_sort(Result.Spans,
                      [](const Trace::Span &L, const Trace::Span &R) {
                        return L.Begin < R.Begin;
                      });
    for (auto [I, S] : llvm::enumerate(Result.Spans)) {
      if (S.What != Trace::Kind::Run)
        continue;
      if (auto At = Steps.find(Key(S.Task, S.Begin)); At != Steps.end())
        At->second = static_cast<int>(I);
      else if (S.Length < ShortestStop)
        continue;
      Result.Stops.push_back({static_cast<int>(I), {}});
    }
    llvm::DenseMap<int, size_t> StopOf;
    llvm::stable_sort(
        Result.Stops, [&](const Trace::Stop &L, const Trace::Stop &R) {
          return Result.Spans[L.Span].Length > Result.Spans[R.Span].Length;
        });
    for (auto [I, S] : llvm::enumerate(Result.Stops))
      StopOf[S.Span] = I;
    for (size_t I = 0; I < Raws.size(); ++I) {
      Raw &R = Raws[I];
      int Step = Steps[Key(R.Task, R.Since)];
      const Trace::Span &S = Result.Spans[Step];
      // A sample stands for the time around it, to half the way to the next.
      bool IsFirst = I == 0 || Raws[I - 1].Task != R.Task || Raws[I - 1].Since != R.Since;
      bool IsLast = I + 1 == Raws.size() || Raws[I + 1].Task != R.Task ||
                    Raws[I + 1].Since != R.Since;
      double From = IsFirst ? S.Begin : (Raws[I - 1].At + R.At) / 2;
      double To = IsLast ? S.end() : (R.At + Raws[I + 1].At) / 2;
      Result.Stops[StopOf[Step]].Samples.push_back(
          static_cast<int>(Result.Samples.size()));
      Result.Samples.push_back(
          {Step, R.At, std::max(0.0, To - From), std::move(R.Stack)});
    }
  }

  struct Raw {
    int Task;
    double At, Since;
    int Place;
    std::vector<Trace::Call> Stack;
  };

  StringRef Path;
  Trace Result;
  Symbols Known;
  llvm::DenseMap<int64_t, int> Rows, Places;
  std::vector<Raw> Raws;
};

/// Removes what brackets enclose; `operator()` keeps its own.
std::string withoutBrackets(StringRef Text, char Open, char Close) {
  std::string Result;
  int Depth = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Depth == 0 && StringRef(Result).ends_with("operator") && Open != '(' &&
        (Text[I] == '<' || Text[I] == '>')) {
      Result += Text[I];
    } else if (Text[I] == Open) {
      ++Depth;
    } else if (Text[I] == Close && Depth > 0) {
      --Depth;
    } else if (Depth == 0) {
      Result += Text[I];
    }
  }
  return Result;
}

} // namespace

llvm::Expected<Trace> readTrace(StringRef Path) { return Reader(Path).run(); }

const Trace::Call *Trace::culprit(const Stop &S) const {
  const Sample *Longest = nullptr;
  for (int I : S.Samples)
    if (!Longest || Samples[I].Length > Longest->Length)
      Longest = &Samples[I];
  if (!Longest)
    return nullptr;
  for (const Call &C : Longest->Stack)
    if (!C.File.empty() && !StringRef(C.File).starts_with("/usr/"))
      return &C;
  return nullptr;
}

std::string duration(double Microseconds) {
  if (Microseconds >= 1e6)
    return llvm::formatv("{0:f2} s", Microseconds / 1e6);
  if (Microseconds >= 1e4)
    return llvm::formatv("{0:f0} ms", Microseconds / 1e3);
  if (Microseconds >= 1e3)
    return llvm::formatv("{0:f1} ms", Microseconds / 1e3);
  return llvm::formatv("{0:f0} µs", Microseconds);
}

std::string shortName(StringRef Function) {
  std::string Text = Function.split(" [with ").first.split(" [").first.str();
  for (StringRef Lambda :
       {"(anonymous class)::operator()", "(lambda)::operator()"})
    for (size_t At; (At = Text.find(Lambda)) != std::string::npos;)
      Text.replace(At, Lambda.size(), "lambda");
  for (size_t At; (At = Text.find("<lambda(")) != std::string::npos;) {
    size_t End = Text.find(")>", At);
    if (End == std::string::npos)
      break;
    Text.replace(At, End + 2 - At, "lambda");
  }
  for (StringRef Anonymous : {"(anonymous namespace)::", "{anonymous}::"})
    for (size_t At; (At = Text.find(Anonymous)) != std::string::npos;)
      Text.erase(At, Anonymous.size());
  Text = withoutBrackets(Text, '<', '>');
  Text = withoutBrackets(Text, '(', ')');
  StringRef Name = StringRef(Text).rtrim();
  while (Name.consume_back(" const") || Name.consume_back("&") ||
         Name.consume_back(" noexcept"))
    Name = Name.rtrim();
  size_t Space = Name.rfind(' ');
  if (Space != StringRef::npos && !Name.take_front(Space).ends_with("operator"))
    Name = Name.drop_front(Space + 1);
  Name = Name.ltrim("*&");
  return Name.empty() ? Function.str() : Name.str();
}

} // namespace weir::driver
