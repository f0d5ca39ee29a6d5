// See Symbols.h.

#include "driver/Symbols.h"
#include "llvm/DebugInfo/DIContext.h"

using llvm::StringRef;

namespace weir::driver {

const std::vector<Trace::Call> &Symbols::at(StringRef Module, uint64_t Offset,
                                            StringRef Function, bool IsStale) {
  auto [At, IsNew] = Known[Module].try_emplace(Offset);
  std::vector<Trace::Call> &Calls = At->second;
  if (!IsNew)
    return Calls;
  if (!IsStale && !Module.empty()) {
    auto Found = Symbolizer.symbolizeInlinedCode(
        Module, {Offset, llvm::object::SectionedAddress::UndefSection});
    if (!Found)
      llvm::consumeError(Found.takeError());
    else
      for (unsigned I = 0; I < Found->getNumberOfFrames(); ++I) {
        const llvm::DILineInfo &Line = Found->getFrame(I);
        if (Line.FunctionName == llvm::DILineInfo::BadString)
          continue;
        bool HasFile =
            Line.FileName != llvm::DILineInfo::BadString && Line.Line != 0;
        Calls.push_back({Line.FunctionName, HasFile ? Line.FileName : "",
                         HasFile ? Line.Line : 0, Module.str()});
      }
  }
  if (Calls.empty())
    Calls.push_back({Function.str(), "", 0, Module.str()});
  else if (Calls.size() == 1 && Calls[0].File.empty() && !Function.empty())
    Calls[0].Function =
        Function.str(); // the nearest symbol may be a private one
  return Calls;
}

} // namespace weir::driver
