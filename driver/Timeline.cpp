// See Timeline.h. The page's program, timeline/timeline.js, says how it reads
// what is written here.

#include "driver/Timeline.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using llvm::StringRef;
namespace json = llvm::json;

namespace weir::driver {
namespace {

struct Part {
  StringRef Name;
  StringRef Text;
};
#include "Timeline.inc"

StringRef part(StringRef Name) {
  for (const Part &P : Parts)
    if (P.Name == Name)
      return P.Text;
  llvm_unreachable("a part of the page that is not embedded");
}

/// Texts repeat in every span: each is written once.
class Texts {
public:
  int operator()(StringRef Text) {
    auto [At, IsNew] = Known.try_emplace(Text, static_cast<int>(All.size()));
    if (IsNew)
      All.push_back(At->first());
    return At->second;
  }
  llvm::ArrayRef<StringRef> all() const { return All; }

private:
  llvm::StringMap<int> Known;
  std::vector<StringRef> All;
};

/// Tenths of microseconds: integers are shorter.
int64_t tenths(double Microseconds) { return std::llround(Microseconds * 10); }

std::string data(const Trace &T, StringRef Title) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  json::OStream J(Out);
  Texts Text_;
  auto Column = [&](StringRef Name,
                    llvm::function_ref<int64_t(const Trace::Span &)> Value) {
    J.attributeArray(Name, [&] {
      for (const Trace::Span &S : T.Spans)
        J.value(Value(S));
    });
  };
  J.object([&] {
    J.attribute("title", json::fixUTF8(Title));
    J.attribute("program", json::fixUTF8(T.Program));
    J.attribute("end", tenths(T.End));
    J.attribute("loops", T.Loops);
    J.attribute("cut", T.IsCut);
    J.attribute("rebuilt", T.IsRebuilt);
    J.attributeArray("places", [&] {
      for (const Trace::Place &P : T.Places)
        J.value(
            json::Array{Text_(P.Function), Text_(P.File), P.Line, P.AwaitedBy});
    });
    J.attributeArray("tasks", [&] {
      for (const Trace::Task &Each : T.Tasks)
        J.value(json::Array{Each.Loop, Text_(Each.Name), Each.StartedBy,
                            Text_(Each.Ends), Each.IsCallbacks});
    });
    J.attributeObject("spans", [&] {
      Column("task", [](auto &S) { return S.Task; });
      Column("kind", [](auto &S) { return static_cast<int>(S.What); });
      Column("name", [&](auto &S) { return Text_(S.Name); });
      Column("begin", [](auto &S) { return tenths(S.Begin); });
      Column("end", [](auto &S) { return tenths(S.end()); });
      Column("place", [](auto &S) { return S.At; });
      Column("by", [](auto &S) { return S.By; });
    });
    J.attributeArray("stops", [&] {
      for (const Trace::Stop &S : T.Stops)
        J.object([&] {
          J.attribute("span", S.Span);
          J.attribute("cut", T.Spans[S.Span].IsCut);
          if (const Trace::Call *C = T.culprit(S))
            J.attribute("culprit", json::Array{Text_(C->Function),
                                               Text_(C->File), C->Line});
          J.attributeArray("samples", [&] {
            for (int I : S.Samples) {
              const Trace::Sample &Each = T.Samples[I];
              J.object([&] {
                J.attribute("at", tenths(Each.At));
                J.attribute("length", tenths(Each.Length));
                J.attributeArray("stack", [&] {
                  for (const Trace::Call &C : Each.Stack)
                    J.value(json::Array{Text_(C.Function), Text_(C.File),
                                        C.Line, Text_(C.Module)});
                });
              });
            }
          });
        });
    });
    J.attributeArray("texts", [&] {
      for (StringRef Each : Text_.all())
        J.value(json::fixUTF8(Each));
    });
    // Parallel to the texts, for those that are functions.
    J.attributeArray("short", [&] {
      for (StringRef Each : Text_.all())
        J.value(json::fixUTF8(shortName(Each)));
    });
  });
  // Nothing in it may end the element it is in.
  std::string Escaped;
  for (char C : Text)
    if (C == '<')
      Escaped += "\\u003c";
    else
      Escaped += C;
  return Escaped;
}

std::string escaped(StringRef Text) {
  std::string Result;
  llvm::raw_string_ostream Out(Result);
  llvm::printHTMLEscaped(Text, Out);
  return Result;
}

} // namespace

std::string timeline(const Trace &T, StringRef Title) {
  std::string Page;
  StringRef Rest = part("timeline.html");
  while (!Rest.empty()) {
    auto [Before, After] = Rest.split("{{");
    Page += Before;
    auto [Name, Behind] = After.split("}}");
    Rest = Behind;
    if (Name == "title")
      Page += escaped(json::fixUTF8(Title));
    else if (Name == "data")
      Page += data(T, Title);
    else if (!Name.empty())
      Page += part(Name);
  }
  return Page;
}

} // namespace weir::driver
