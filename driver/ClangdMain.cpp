// clangd with our rules linked in.
//
// clangd runs a check only if it has measured it, and none unless a
// configuration asks for it; and it links every check to LLVM's site. Its
// headers are not installed, so the linker's --wrap (see CMakeLists.txt) puts
// ours in front of three of its functions: our rules run as they do in
// `weir check`, with no configuration, and their links lead to their pages.

#include "driver/Defaults.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdio>
#include <optional>

using llvm::StringRef;

namespace clang::clangd {
int clangdMain(int Argc, char *Argv[]);
class Transport {
public:
  virtual ~Transport();
};
} // namespace clang::clangd

namespace {

/// A line of clangd's LSP output. Passes frames on whole, with our links.
class LinkFilter : public llvm::raw_ostream {
public:
  explicit LinkFilter(llvm::raw_ostream &Out)
      : raw_ostream(/*unbuffered=*/true), Out(Out) {}

private:
  void write_impl(const char *Data, size_t Size) override {
    Pending.append(Data, Size);
    Position += Size;
    while (passFrame())
      ;
  }
  uint64_t current_pos() const override { return Position; }

  bool passFrame() {
    size_t End = Pending.find("\r\n\r\n");
    if (End == std::string::npos)
      return false;
    StringRef Header(Pending.data(), End);
    size_t Length = 0;
    if (!Header.consume_front("Content-Length: ") ||
        Header.take_until([](char C) { return C == '\r'; }).getAsInteger(10, Length)) {
      Out << Pending; // Not LSP after all: `-input-style=delimited`.
      Pending.clear();
      return false;
    }
    if (Pending.size() < End + 4 + Length)
      return false;
    std::string Body = withLinks(StringRef(Pending).substr(End + 4, Length));
    Pending.erase(0, End + 4 + Length);
    Out << "Content-Length: " << Body.size() << "\r\n\r\n" << Body;
    Out.flush();
    return true;
  }

  static std::string withLinks(StringRef Body) {
    constexpr StringRef Theirs = "https://clang.llvm.org/extra/clang-tidy/checks/weir/";
    std::string Result;
    for (;;) {
      auto [Before, After] = Body.split(Theirs);
      Result += Before;
      if (Before.size() == Body.size())
        return Result;
      Result += weir::RulePages;
      StringRef Name = After.take_while([](char C) { return C == '-' || isalnum(C); });
      Result += Name;
      Body = After.drop_front(Name.size());
      if (Body.consume_front(".html"))
        Result += ".md";
    }
  }

  llvm::raw_ostream &Out;
  std::string Pending;
  uint64_t Position = 0;
};

using TidyProvider =
    llvm::unique_function<void(clang::tidy::ClangTidyOptions &, StringRef) const>;
using TransportPtr = std::unique_ptr<clang::clangd::Transport>;

} // namespace

std::optional<bool> theirIsFast(StringRef Check) asm("__real_" FAST);
std::optional<bool> isFast(StringRef Check) asm("__wrap_" FAST);
std::optional<bool> isFast(StringRef Check) {
  if (Check.starts_with("weir-"))
    return true;
  return theirIsFast(Check);
}

TidyProvider theirUnusable(llvm::ArrayRef<std::string> Bad) asm("__real_" UNUSABLE);
TidyProvider unusable(llvm::ArrayRef<std::string> Bad) asm("__wrap_" UNUSABLE);
TidyProvider unusable(llvm::ArrayRef<std::string> Bad) {
  // The last word on the options: whatever the configuration chose is in there.
  return [Theirs = theirUnusable(Bad), Defaults = weir::defaultChecks()](
             clang::tidy::ClangTidyOptions &Options, StringRef File) {
    Theirs(Options, File);
    std::string Chosen = Options.Checks.value_or("");
    Options.Checks = StringRef(Chosen).contains("weir-") ? Defaults + "," + Chosen
                                                         : Chosen + "," + Defaults;
  };
}

TransportPtr theirTransport(std::FILE *In, llvm::raw_ostream &Out,
                            llvm::raw_ostream *Mirror, bool Pretty,
                            int Style) asm("__real_" TRANSPORT);
TransportPtr transport(std::FILE *In, llvm::raw_ostream &Out, llvm::raw_ostream *Mirror,
                       bool Pretty, int Style) asm("__wrap_" TRANSPORT);
TransportPtr transport(std::FILE *In, llvm::raw_ostream &Out, llvm::raw_ostream *Mirror,
                       bool Pretty, int Style) {
  static LinkFilter Filter(Out);
  return theirTransport(In, Filter, Mirror, Pretty, Style);
}

int main(int Argc, char *Argv[]) { return clang::clangd::clangdMain(Argc, Argv); }
