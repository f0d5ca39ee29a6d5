// Builds the tree from nlohmann's events.
//
// The events carry no positions, but the input is read through an iterator of
// ours, so a counter in it says how far the reader has come: just behind the
// token, for strings and keys. Numbers are read one byte too far; they are
// reported at their key.

#include "checks/support/JsonTree.h"

#include "llvm/ADT/Twine.h"
#include <nlohmann/json.hpp>

using namespace llvm;

namespace weir {
namespace {

struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  const char *At;
  size_t *Count;

  reference operator*() const { return *At; }
  CountingIterator &operator++() {
    ++At;
    ++*Count;
    return *this;
  }
  bool operator==(const CountingIterator &Other) const { return At == Other.At; }
  bool operator!=(const CountingIterator &Other) const { return At != Other.At; }
};

/// What nlohmann calls back; `false` stops it.
class Builder {
public:
  Builder(StringRef Text) : Text(Text) {}

  size_t Count = 0;
  JsonTree Root;
  std::string Problem;

  bool null() { return put(nullptr, Count); }
  bool boolean(bool Value) { return put(Value, Count); }
  bool number_integer(int64_t Value) { return put(Value, Count); }
  bool number_unsigned(uint64_t Value) { return put(int64_t(Value), Count); }
  bool number_float(double Value, const std::string &) {
    return put(Value, Count);
  }
  bool binary(std::vector<uint8_t> &) { return false; }
  bool string(std::string &Value) {
    size_t Start = stringStart();
    return put(std::move(Value), Start);
  }
  bool start_array(size_t) { return open(JsonTree::Array()); }
  bool start_object(size_t) { return open(JsonTree::Object()); }
  bool end_array() { return close(); }
  bool end_object() { return close(); }

  bool key(std::string &Name) {
    auto &Members = std::get<JsonTree::Object>(Open.back()->Value);
    for (const auto &[Known, Value] : Members)
      if (Known == Name)
        return fail(stringStart(), "the key '" + Name + "' is given twice");
    Key = std::move(Name);
    KeyOffset = stringStart();
    return true;
  }

  bool parse_error(size_t Position, const std::string &,
                   const nlohmann::json::exception &Error) {
    // Behind "[json.exception...] parse error at line 1, column 2: " it says
    // what is wrong.
    StringRef What = Error.what();
    size_t Colon = What.find(": ");
    if (Colon != StringRef::npos)
      What = What.drop_front(Colon + 2);
    return fail(Position ? Position - 1 : 0, What);
  }

private:
  StringRef Text;
  std::vector<JsonTree *> Open;
  std::string Key;
  size_t KeyOffset = 0;

  /// Only called when a string has just been read, so there is a quote to find.
  size_t stringStart() const {
    size_t At = Count - 1;
    do
      At = Text.rfind('"', At);
    while (At && Text[At - 1] == '\\');
    return At;
  }

  bool fail(size_t Offset, const Twine &What) {
    Problem = (lineAndColumn(Text, Offset) + ": " + What).str();
    return false;
  }

  JsonTree *add(JsonTree Tree) {
    if (Open.empty()) {
      Root = std::move(Tree);
      return &Root;
    }
    JsonTree &Parent = *Open.back();
    if (auto *Array = std::get_if<JsonTree::Array>(&Parent.Value))
      return &Array->emplace_back(std::move(Tree));
    Tree.Offset = KeyOffset;
    return &std::get<JsonTree::Object>(Parent.Value)
                .emplace_back(std::move(Key), std::move(Tree))
                .Value;
  }
  template <typename T> bool put(T &&Value, size_t Offset) {
    add({std::forward<T>(Value), Offset});
    return true;
  }
  template <typename T> bool open(T &&Value) {
    Open.push_back(add({std::forward<T>(Value), Count - 1}));
    return true;
  }
  bool close() {
    Open.pop_back();
    return true;
  }
};

} // namespace

StringRef JsonTree::kind() const {
  static constexpr StringRef Kinds[] = {"null",     "a bool", "a number",
                                        "a number", "a string", "a list",
                                        "an object"};
  return Kinds[Value.index()];
}

Expected<JsonTree> JsonTree::parse(StringRef Text) {
  Builder Events(Text);
  if (nlohmann::json::sax_parse(
          CountingIterator{Text.begin(), &Events.Count},
          CountingIterator{Text.end(), &Events.Count}, &Events,
          nlohmann::json::input_format_t::json, /*strict=*/true,
          /*ignore_comments=*/true))
    return std::move(Events.Root);
  return createStringError(Events.Problem);
}

std::string lineAndColumn(StringRef Text, size_t Offset) {
  StringRef Before = Text.take_front(Offset);
  size_t Line = Before.count('\n') + 1;
  size_t Column = Offset - (Before.rfind('\n') + 1) + 1;
  return (Twine(Line) + ":" + Twine(Column)).str();
}

} // namespace weir
