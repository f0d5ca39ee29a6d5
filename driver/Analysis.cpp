// What one file shows; see Analysis.h.
//
// Parsing is nearly all of the cost. Bodies in system headers are skipped,
// what a compiler would warn of is not computed, and matchers see the user's
// declarations only.

#include "driver/Analysis.h"
#include "checks/support/Check.h"
#include "checks/support/Unit.h"
#include "driver/Configuration.h"
#include "driver/SharedHeaders.h"
#include "driver/Sources.h"
#include "clang-tidy/ClangTidy.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace clang;
using llvm::StringRef;

namespace weir::driver {
namespace {

/// For activity().
thread_local const char *Doing = "reading its command";

/// Keeps the parser out of bodies that are not the user's, and the matchers out
/// of system headers. Runs before the rules do.
class UserCodeOnly : public ASTConsumer {
public:
  UserCodeOnly(const SourceManager &Files, const models::Models &Models)
      : Files(Files), IsForeign(Files, Models) {}

  bool shouldSkipFunctionBody(Decl *D) override { return IsForeign(D); }
  void HandleTranslationUnit(ASTContext &Context) override {
    Doing = "running the rules";
    std::vector<Decl *> Scope;
    // What is precompiled and not yet loaded is no user's code.
    for (Decl *D : Context.getTranslationUnitDecl()->noload_decls())
      if (D->getLocation().isValid() && !Files.isInSystemHeader(D->getLocation()))
        Scope.push_back(D);
    Context.setTraversalScope(Scope);
  }

private:
  const SourceManager &Files;
  Foreign IsForeign;
};

/// The innermost function of a summary that a place is in.
class Functions {
public:
  explicit Functions(const program::Summary &S) {
    for (const program::Function &F : S.Functions)
      if (F.Extent.isValid())
        ByFile[F.Extent.File].push_back(&F);
  }
  StringRef at(const Place &P) const {
    auto Begin = [](const program::Function *F) {
      return std::tie(F->Extent.Line, F->Extent.Column);
    };
    const program::Function *Best = nullptr;
    for (const program::Function *F : ByFile.lookup(P.File))
      if (Begin(F) <= std::tie(P.Line, P.Column) &&
          std::tie(P.Line, P.Column) <= std::tie(F->Extent.EndLine, F->Extent.EndColumn) &&
          (!Best || Begin(Best) < Begin(F) ||
           // Instantiations share their place: any, but always the same.
           (Begin(Best) == Begin(F) && F->Usr < Best->Usr)))
        Best = F;
    return Best ? Best->Usr : "";
  }

private:
  llvm::StringMap<std::vector<const program::Function *>> ByFile;
};

/// Copies the summary while there is an AST. Runs after the rules.
class Summariser : public ASTConsumer {
public:
  Summariser(const models::Models &Models, program::Summary &Out)
      : Models(Models), Out(Out) {}

  bool shouldSkipFunctionBody(Decl *) override { return true; }
  void HandleTranslationUnit(ASTContext &Context) override {
    Doing = "summarising it";
    Out = Unit::of(Context, Models).summary();
  }

private:
  const models::Models &Models;
  program::Summary &Out;
};

class Action : public ASTFrontendAction {
public:
  Action(tidy::ClangTidyContext &Context, const models::Models &Models,
         const Shared &Common, program::Summary &Out)
      : Rules(Context), Models(Models), Common(Common), Out(Out) {}

private:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &Compiler,
                                                 StringRef File) override {
    std::vector<std::unique_ptr<ASTConsumer>> All;
    All.push_back(std::make_unique<UserCodeOnly>(Compiler.getSourceManager(), Models));
    if (!Common.ParseOnly) {
      All.push_back(Rules.createASTConsumer(Compiler, File));
      All.push_back(std::make_unique<Summariser>(Models, Out));
    }
    return std::make_unique<MultiplexConsumer>(std::move(All));
  }

  tidy::ClangTidyASTConsumerFactory Rules;
  const models::Models &Models;
  const Shared &Common;
  program::Summary &Out;
};

class Factory : public tooling::FrontendActionFactory {
public:
  Factory(tidy::ClangTidyContext &Context, const models::Models &Models,
          const Shared &Common, const Precompiled *Headers, program::Summary &Out)
      : Context(Context), Models(Models), Common(Common), Headers(Headers), Out(Out) {}

  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<Action>(Context, Models, Common, Out);
  }
  bool runInvocation(std::shared_ptr<CompilerInvocation> Invocation, FileManager *Files,
                     std::shared_ptr<PCHContainerOperations> PCH,
                     DiagnosticConsumer *Consumer) override {
    Invocation->getFrontendOpts().SkipFunctionBodies = true;
    Invocation->getDiagnosticOpts().IgnoreWarnings = true;
    Invocation->getDiagnosticOpts().ShowCarets = false; // "1 warning generated."
    if (Headers) {
      Invocation->getPreprocessorOpts().ImplicitPCHInclude = Headers->Path;
      // They were made in this very run.
      Invocation->getPreprocessorOpts().DisablePCHOrModuleValidation =
          DisableValidationForModuleKind::All;
    }
    Ran = true;
    Doing = "parsing it";
    return FrontendActionFactory::runInvocation(std::move(Invocation), Files,
                                                std::move(PCH), Consumer);
  }
  bool Ran = false;

private:
  tidy::ClangTidyContext &Context;
  const models::Models &Models;
  const Shared &Common;
  const Precompiled *Headers;
  program::Summary &Out;
};

/// Turns clang-tidy's errors, which know files and offsets, into findings.
class Converter {
public:
  /// \p Changed are texts that were read instead of what the files have.
  Converter(const Command &C, Sources &Texts,
            const std::map<std::string, std::string> *Changed)
      : C(C), Texts(Texts), Changed(Changed) {}

  Place at(const tooling::DiagnosticMessage &M) {
    if (M.FilePath.empty())
      return {};
    StringRef File = Texts.realPath(M.FilePath, C.Directory);
    if (Changed)
      if (auto Text = Changed->find(File.str()); Text != Changed->end()) {
        Place P;
        P.File = File;
        P.Line =
            1 + StringRef(Text->second).take_front(M.FileOffset).count('\n');
        P.Column = 1;
        return P;
      }
    for (const tooling::FileByteRange &R : M.Ranges)
      if (R.FileOffset == M.FileOffset && R.Length != 0)
        return Texts.place(File, R.FileOffset, R.FileOffset + R.Length);
    return Texts.token(File, M.FileOffset);
  }

  Judged finding(const tidy::ClangTidyError &Error, const Functions &Where) {
    Judged F;
    F.Rule = Error.DiagnosticName;
    F.At = at(Error.Message);
    F.Scope = Where.at(F.At).str();
    F.Message = Error.Message.Message;
    F.Level = Error.IsWarningAsError ? Severity::Error : severityOf(F.Rule, false);
    if (!Error.Message.Fix.empty())
      F.Fixes.push_back(fix(Error.Message, "", /*Safe=*/true));
    for (const tooling::DiagnosticMessage &N : Error.Notes)
      if (!N.Fix.empty())
        F.Fixes.push_back(fix(N, N.Message, /*Safe=*/false));
      else
        F.Notes.push_back({at(N), N.Message});
    return F;
  }

private:
  Fix fix(const tooling::DiagnosticMessage &M, StringRef Title, bool Safe) {
    Fix F{intern(Title), {}, Safe};
    std::vector<StringRef> Files;
    for (const auto &[File, Replacements] : M.Fix)
      Files.push_back(File);
    llvm::sort(Files);
    for (StringRef File : Files)
      for (const tooling::Replacement &R : M.Fix.lookup(File))
        F.Edits.push_back({Texts.realPath(File, C.Directory), R.getOffset(),
                           R.getOffset() + R.getLength(), R.getReplacementText().str()});
    if (F.Title.empty())
      F.Title = intern(titleOf(F));
    return F;
  }

  /// What the edits do, for a fix that does not say it.
  std::string titleOf(const Fix &F) {
    if (F.Edits.size() != 1)
      return "make " + std::to_string(F.Edits.size()) + " changes";
    const Edit &E = F.Edits[0];
    std::string Old = Texts.text(E.File).slice(E.Begin, E.End).trim().str();
    std::string New = StringRef(E.Text).trim().str();
    if (Old.empty())
      return "insert '" + New + "'";
    return New.empty() ? "remove '" + Old + "'" : "write '" + New + "' for '" + Old + "'";
  }

  const Command &C;
  Sources &Texts;
  const std::map<std::string, std::string> *Changed;
};

} // namespace

std::vector<std::string> lineFor(const Command &C, const Shared &Common) {
  const tidy::ClangTidyOptions &Options = Common.Config.of(C.File).Options;
  std::vector<std::string> Line = C.Args;
  for (const std::string &Removed : Options.RemovedArgs.value_or(std::vector<std::string>()))
    llvm::erase(Line, Removed);
  auto Insert = [&](size_t At, const std::vector<std::string> &Args) {
    Line.insert(Line.begin() + At, Args.begin(), Args.end());
  };
  Insert(1, Options.ExtraArgsBefore.value_or(std::vector<std::string>()));
  Insert(1, Common.ExtraArgsBefore);
  Insert(Line.size(), Options.ExtraArgs.value_or(std::vector<std::string>()));
  Insert(Line.size(), Common.ExtraArgs);
  Insert(Line.size(), {"-fsyntax-only", "-w", "-resource-dir=" + Common.ResourceDir, "--",
                       C.File});
  return Line;
}

namespace {

/// A file is where its link is, not where that leads.
class LinksKept : public llvm::vfs::ProxyFileSystem {
public:
  using ProxyFileSystem::ProxyFileSystem;

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    llvm::SmallString<256> Absolute;
    Path.toVector(Absolute);
    makeAbsolute(Absolute);
    return llvm::vfs::File::getWithPath(ProxyFileSystem::openFileForRead(Path), Absolute);
  }
};

/// With a working directory of its own.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystem(const Shared &Common) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Real =
      llvm::vfs::createPhysicalFileSystem();
  if (Common.Texts.links() == Sources::Links::Kept)
    Real = llvm::makeIntrusiveRefCnt<LinksKept>(std::move(Real));
  if (!Common.Changed)
    return Real;
  auto Changed = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  for (const auto &[File, Text] : *Common.Changed)
    Changed->addFile(File, 0, llvm::MemoryBuffer::getMemBuffer(Text, File));
  auto Both = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(Real);
  Both->pushOverlay(Changed);
  return Both;
}

} // namespace

std::string activity() { return std::string(" while ") + Doing; }

Severity severityOf(StringRef Rule, bool IsNote) {
  const CheckInfo *Info = findCheck(Rule);
  return IsNote || (Info && Info->Default == Level::Note) ? Severity::Note
                                                          : Severity::Warning;
}

namespace {

Analysis analyse(const Command &C, const Shared &Common, const Precompiled *Headers) {
  Doing = "reading its command";
  Analysis Result;
  const Settings &Settings = Common.Config.of(C.File);
  tidy::ClangTidyContext Context(Settings.provider(Settings.AstRules));
  tidy::ClangTidyDiagnosticConsumer Consumer(Context, nullptr,
                                             /*RemoveIncompatibleErrors=*/false);
  auto Options = std::make_unique<DiagnosticOptions>();
  DiagnosticsEngine Engine(DiagnosticIDs::create(), *Options, &Consumer,
                           /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(std::move(Options), &Engine);
  Context.setCurrentBuildDirectory(C.Directory);

  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> FS =
      recording(fileSystem(Common), Result.Inputs);
  FS->setCurrentWorkingDirectory(C.Directory);
  auto Files = llvm::makeIntrusiveRefCnt<FileManager>(FileSystemOptions(), FS);
  program::Summary Summary;
  Factory Make(Context, *Settings.Models, Common, Headers, Summary);
  tooling::ToolInvocation Invocation(lineFor(C, Common), &Make,
                                     Files.get(),
                                     std::make_shared<PCHContainerOperations>());
  Invocation.setDiagnosticConsumer(&Consumer);
  bool Succeeded = Invocation.run();

  Converter Convert(C, Common.Texts, Common.Changed);
  Functions Where(Summary);
  for (const tidy::ClangTidyError &Error : Consumer.take()) {
    if (StringRef(Error.DiagnosticName).starts_with("weir-"))
      Result.Findings.push_back(Convert.finding(Error, Where));
    // "too many errors" stands nowhere, and before those that it speaks of.
    else if (Error.DiagLevel == tidy::ClangTidyError::Error &&
             (Result.Problems.empty() || !Result.Problems.front().At.isValid()))
      Result.Problems = {
          {C.File, Error.Message.Message, Convert.at(Error.Message)}};
  }
  if (!Succeeded && Result.Problems.empty())
    Result.Problems.push_back(
        {C.File, Make.Ran ? "it does not compile" : "its command line is not understood", {}});
  Result.Suppressed = Context.getStats().ErrorsIgnoredNOLINT;
  Result.Summary = program::store(Summary, Common.Where);
  if (Headers) {
    for (const std::string &Ours : {Headers->Path, Headers->Source})
      Result.Inputs.Read.erase(Ours);
    const Dependencies &More = Headers->Inputs;
    Result.Inputs.Read.insert(More.Read.begin(), More.Read.end());
    Result.Inputs.Absent.insert(More.Absent.begin(), More.Absent.end());
    Result.Inputs.Listed.insert(More.Listed.begin(), More.Listed.end());
  }
  return Result;
}

} // namespace

Analysis analyse(const Command &C, const Shared &Common) {
  if (const Precompiled *Headers = Common.Headers ? Common.Headers->of(C) : nullptr) {
    Analysis Result = analyse(C, Common, Headers);
    if (Result.Problems.empty())
      return Result;
    Result = analyse(C, Common, nullptr);
    if (Result.Problems.empty())
      Common.Headers->refuse(C);
    return Result;
  }
  return analyse(C, Common, nullptr);
}

} // namespace weir::driver
