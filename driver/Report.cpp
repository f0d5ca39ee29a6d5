// What `weir check` found; see Report.h.

#include "driver/Report.h"
#include "driver/Files.h"
#include "driver/Sources.h"
#include "driver/Suggest.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MD5.h"
#include "llvm/Support/Path.h"
#include <map>
#include <numeric>

using llvm::StringRef;

namespace weir::driver {

#define FORMAT(NAME, SUMMARY, FUNCTION) void FUNCTION(const Report &, llvm::raw_ostream &);
#include "driver/reports/Formats.def"
#undef FORMAT

llvm::ArrayRef<Format> formats() {
  static const Format All[] = {
#define FORMAT(NAME, SUMMARY, FUNCTION) {NAME, SUMMARY, FUNCTION},
#include "driver/reports/Formats.def"
#undef FORMAT
  };
  return All;
}

namespace {

std::string hash(llvm::ArrayRef<StringRef> Parts) {
  llvm::MD5 Hash;
  for (StringRef Part : Parts) {
    Hash.update(Part);
    Hash.update(llvm::ArrayRef<uint8_t>(0));
  }
  llvm::MD5::MD5Result Digest;
  Hash.final(Digest);
  return Digest.digest().str().substr(0, 16).str();
}

/// \p Message without the numbers in it, which may be lines.
std::string normalised(StringRef Message) {
  std::string Result;
  for (char C : Message)
    if (!llvm::isDigit(C))
      Result += C;
  return Result;
}

} // namespace

std::vector<Reported> merge(std::vector<Judged> All) {
  std::vector<Reported> Result;
  std::vector<size_t> Order(All.size());
  std::iota(Order.begin(), Order.end(), 0);
  llvm::sort(Order, [&](size_t LI, size_t RI) {
    const Judged &L = All[LI], &R = All[RI];
    return std::tie(L.At.File, L.At.Line, L.At.Column, L.Rule, L.Message, LI) <
           std::tie(R.At.File, R.At.Line, R.At.Column, R.Rule, R.Message, RI);
  });
  for (size_t I : Order) {
    Judged &Each = All[I];
    if (!Result.empty() && Result.back().At == Each.At && Result.back().Rule == Each.Rule &&
        Result.back().Message == Each.Message) {
      ++Result.back().Units;
      Result.back().Level = std::max(Result.back().Level, Each.Level);
      continue;
    }
    Reported R;
    static_cast<Judged &>(R) = std::move(Each);
    Result.push_back(std::move(R));
  }

  std::map<std::string, unsigned> Seen;
  for (Reported &R : Result) {
    StringRef Scope = R.Scope.empty() ? llvm::sys::path::filename(R.At.File) : R.Scope;
    std::string Base = hash({R.Rule, Scope, normalised(R.Message)});
    R.Fingerprint = hash({Base, std::to_string(Seen[Base]++)});
  }
  return Result;
}

unsigned Report::count(Severity Level) const {
  return llvm::count_if(Findings, [&](const Reported &R) { return R.Level == Level; });
}

unsigned Report::fixes(bool Safe) const {
  return llvm::count_if(Findings, [&](const Reported &R) {
    return llvm::any_of(R.Fixes, [&](const Fix &F) { return F.Safe == Safe; });
  });
}

llvm::Expected<Output> parseOutput(StringRef Text) {
  auto [Name, Path] = Text.split(':');
  std::vector<StringRef> Names;
  for (const Format &F : formats()) {
    if (F.Name == Name)
      return Output{&F, Path.str()};
    Names.push_back(F.Name);
  }
  return llvm::createStringError("--format: there is no format '" + Name + "'" +
                                 didYouMean(Name, Names) + "\n  formats: " +
                                 llvm::join(Names, ", "));
}

llvm::Error write(const Output &To, const Report &R) {
  if (To.Path.empty() || To.Path == "-") {
    To.As->Write(R, llvm::outs());
    llvm::outs().flush();
    return llvm::Error::success();
  }
  Report Plain = R;
  Plain.Colour = false;
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  To.As->Write(Plain, Out);
  return writeFile(To.Path, Text);
}

StringRef spelling(Severity Level) {
  switch (Level) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  llvm_unreachable("a level without a name");
}

} // namespace weir::driver
