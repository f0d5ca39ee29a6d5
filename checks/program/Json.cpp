// Summaries for people to read; see Json.h.

#include "checks/program/Json.h"
#include "checks/program/Bytes.h"
#include <nlohmann/json.hpp>

using llvm::StringRef;

namespace weir::program {
namespace {

using Json = nlohmann::ordered_json;
using models::spelling;

StringRef spelling(Mode Value) {
  constexpr StringRef Words[] = {"plain", "awaited", "task", "elsewhere"};
  return Words[static_cast<size_t>(Value)];
}
StringRef spelling(Kind Value) {
  constexpr StringRef Words[] = {"plain", "coroutine"};
  return Words[static_cast<size_t>(Value)];
}

StringRef spelling(Outlived::Kind Value) {
  constexpr StringRef Words[] = {"temporary", "local", "lent"};
  return Words[Value];
}
StringRef spelling(Outlived::Part Value) {
  constexpr StringRef Words[] = {"whole", "only view", "only behind"};
  return Words[Value];
}

StringRef spelling(Held::Kind Value) {
  constexpr StringRef Words[] = {"guard", "temporary", "mutex"};
  return Words[Value];
}
StringRef spelling(LockOrder::Step::Kind Value) {
  constexpr StringRef Words[] = {"locks", "may lock", "unlocks",
                                 "calls", "ends",     "suspends"};
  return Words[Value];
}

/// Makes an object of what has fields.
class Writer {
public:
  explicit Writer(const Folders &Where) : Where(Where) {}

  template <class T> void operator()(const char *Name, T &Field) {
    if (Json Value = valueOf(Field); !isNothing(Value))
      Object[Name] = std::move(Value);
  }

  template <class T> Json valueOf(T &Field) {
    if constexpr (std::is_convertible_v<T, StringRef>) {
      return text(Field);
    } else if constexpr (std::is_enum_v<T>) {
      return spelling(Field).str();
    } else if constexpr (std::is_integral_v<T>) {
      return Field;
    } else if constexpr (std::is_same_v<T, Place>) {
      if (!Field.isValid())
        return nullptr;
      return text(Field.File) + ":" + std::to_string(Field.Line) + ":" +
             std::to_string(Field.Column);
    } else if constexpr (std::is_same_v<T, Extent>) {
      return Json::array({Field.Begin, Field.End});
    } else if constexpr (std::is_same_v<T, Edit>) {
      return Json{{"file", text(Field.File)},
                  {"bytes", Json::array({Field.Begin, Field.End})},
                  {"text", Field.Text}};
    } else if constexpr (IsVector<T>::value || std::is_same_v<T, TextList>) {
      Json All = Json::array();
      for (auto &Each : Field)
        All.push_back(valueOf(Each));
      return All;
    } else {
      Writer Inner(Where);
      visitFields(Inner, Field);
      return std::move(Inner.Object);
    }
  }

private:
  static bool isNothing(const Json &Value) {
    return Value.is_null() || (Value.is_boolean() && !Value.get<bool>()) ||
           (Value.is_string() &&
            Value.get_ref<const std::string &>().empty()) ||
           (Value.is_structured() && Value.empty());
  }

  /// With the project's folder left out, and its build folder as `<build>`.
  std::string text(StringRef Text) const {
    std::string Result;
    std::string Stored = Where.stored(Text);
    for (StringRef Rest = Stored; !Rest.empty();) {
      if (Rest.consume_front("\1/") || Rest.consume_front("\1"))
        continue;
      if (Rest.consume_front("\2")) {
        Result += "<build>";
        continue;
      }
      Result += Rest.front();
      Rest = Rest.drop_front();
    }
    return Result;
  }

  const Folders &Where;
  Json Object = Json::object();
};

} // namespace

std::string toJson(const Summary &S, const Folders &Where) {
  // A text may hold any bytes that a source does.
  return Writer(Where)
             .valueOf(const_cast<Summary &>(S)) // which is only looked at
             .dump(1, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

} // namespace weir::program
