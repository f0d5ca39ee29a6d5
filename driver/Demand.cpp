// What has to be seen for what coroutines do to be known; see Demand.h.
//
// Rules start from coroutines, and from what is handed to a library to be run,
// and follow what those call here and now. What others call, no rule asks
// about, though it be parsed along with them.

#include "driver/Demand.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using llvm::StringRef;

namespace weir::driver {
namespace {

using namespace program;

/// `open` of `store::file::open`, `file` of its constructor and destructor,
/// `operator` of any operator: as Scan::Defines has it.
StringRef definedAs(StringRef Name) {
  StringRef Last = Name.substr(
      Name.rfind("::") == StringRef::npos ? 0 : Name.rfind("::") + 2);
  Last.consume_front("~");
  if (Last.starts_with("operator") && !llvm::isAlnum(Last.substr(8, 1).front()))
    return "operator";
  return Last.take_while([](char C) { return llvm::isAlnum(C) || C == '_'; });
}

} // namespace

std::vector<std::string> demanded(const Program &P) {
  std::set<StringRef> Names;
  std::vector<const Function *> Open;
  llvm::DenseSet<const Function *> Seen;
  auto Reach = [&](const Function *F) {
    if (Seen.insert(F).second)
      Open.push_back(F);
  };
  for (const Function *F : P.functions()) {
    if (F->Kind == Kind::Coroutine)
      Reach(F);
    for (const Handed &Each : F->Handed) {
      if (const Function *Given = P.given(Each))
        Reach(Given);
      else
        Names.insert(definedAs(Each.Name));
    }
  }
  while (!Open.empty()) {
    const Function *Here = Open.back();
    Open.pop_back();
    for (const Call &C : Here->Calls) {
      if (C.Mode != Mode::Plain && C.Mode != Mode::Awaited)
        continue;
      llvm::ArrayRef<const Function *> All = P.runBy(C);
      llvm::for_each(All, Reach);
      // Another override may be where nobody has looked, another program may
      // have a function of that name, which makes it unknown, and what a model
      // says of awaiting something needs no body.
      bool MayBeAnother =
          !All.empty() && !All.front()->IsLocalToFile && !C.Name.contains("::");
      if (C.IsVirtual || MayBeAnother ||
          (All.empty() && !(C.IsDescribed && C.Mode == Mode::Awaited)))
        Names.insert(definedAs(C.Name));
    }
  }
  Names.erase("");
  return {Names.begin(), Names.end()};
}

} // namespace weir::driver
