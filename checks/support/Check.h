// What every rule is made of.
//
// A rule is one .cpp file. It derives from Check (one body decides) or from
// ProgramCheck in checks/program/Rule.h (the program decides), says its options
// as members and puts itself on the list with WEIR_CHECK. The clang-tidy
// module, `weir check` and clangd all read that list, so nothing else has to be
// edited.

#pragma once

#include "checks/support/Unit.h"
#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/utils/OptionsUtils.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace weir {

namespace tidy = clang::tidy;
class Option;

/// How a rule speaks unless the configuration says otherwise.
enum class Level { Off, Note, Warning };

/// The base of every rule: looks at C++20 only, sees each body of the user's
/// code once, reports each place once however many instantiations lead to it,
/// and stores the options without the rule's help.
class Check : public tidy::ClangTidyCheck {
public:
  Check(llvm::StringRef Name, tidy::ClangTidyContext *Context);

  bool isLanguageVersionSupported(const clang::LangOptions &Opts) const override {
    return Opts.CPlusPlus20;
  }
  void storeOptions(tidy::ClangTidyOptions::OptionMap &Map) final;
  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) final;
  void check(const clang::ast_matchers::MatchFinder::MatchResult &Result) final;
  void onStartOfTranslationUnit() final;

  /// The options whose values cannot be meant.
  std::vector<const Option *> wrongOptions() const;

protected:
  /// Called once for each body of the user's code, in source order.
  virtual void check(const Body &B, Unit &U) {}
  /// Called once, before any body.
  virtual void begin(Unit &U) {}

  /// Reports at \p At, a place the author must change. Says nothing the second
  /// time for the same place, and nothing inside the macros of system headers.
  /// Notes (`note`) and fixes follow; a fix that may change what the program
  /// does belongs on a note, where only --unsafe-fixes applies it.
  std::optional<clang::DiagnosticBuilder> report(clang::SourceLocation At,
                                                 llvm::StringRef Message);
  clang::DiagnosticBuilder note(clang::SourceLocation At, llvm::StringRef Message) {
    return diag(At, Message, clang::DiagnosticIDs::Note);
  }

private:
  friend class Option;
  llvm::SmallVector<const Option *, 2> Declared;
  llvm::DenseSet<clang::SourceLocation> Reported;
  const models::Models *Models;
  bool Started = false;
};

/// A value the user can set. Declared as a member, its name and its default
/// are written once.
class Option {
public:
  Option(Check *Owner, llvm::StringRef Name, llvm::StringRef Default)
      : Name(Name), Value(Owner->Options.get(Name, Default).str()) {
    Owner->Declared.push_back(this);
  }
  virtual ~Option() = default;

  llvm::StringRef name() const { return Name; }
  llvm::StringRef text() const { return Value; }
  /// The elements of a list separated by `;`.
  std::vector<llvm::StringRef> names() const {
    return tidy::utils::options::parseStringList(Value);
  }
  /// What is wrong with the value, for who set it; empty if nothing is.
  virtual std::string problem() const { return {}; }

private:
  friend class Check;
  llvm::StringRef Name;
  std::string Value;
};

/// One that is on or off; off, if nobody knows what was meant.
class Flag : public Option {
public:
  Flag(Check *Owner, llvm::StringRef Name) : Option(Owner, Name, "false") {}
  bool isOn() const;
  std::string problem() const override;
};

/// One that is a number; the default, if it is none.
class Number : public Option {
public:
  Number(Check *Owner, llvm::StringRef Name, uint64_t Default)
      : Option(Owner, Name, std::to_string(Default)), Default(Default) {}
  uint64_t value() const;
  std::string problem() const override;

private:
  uint64_t Default;
};

/// A list of words that are given.
class Choice : public Option {
public:
  Choice(Check *Owner, llvm::StringRef Name, llvm::StringRef Default,
         llvm::ArrayRef<llvm::StringLiteral> Words)
      : Option(Owner, Name, Default), Words(Words) {}
  std::string problem() const override;

private:
  llvm::ArrayRef<llvm::StringLiteral> Words;
};

/// One entry of the list of rules.
struct CheckInfo {
  llvm::StringRef Name;    ///< Without the `weir-` prefix; also the file's name.
  llvm::StringRef Summary; ///< One sentence, repeated by the documentation page.
  Level Default;
  bool NeedsProgram = false;
  tidy::ClangTidyCheckFactories::CheckFactory Make;
};

/// Every rule that is linked in, by name.
std::vector<CheckInfo> allChecks();
/// The entry of a rule, with or without the `weir-` prefix; null if unknown.
const CheckInfo *findCheck(llvm::StringRef Name);

/// Puts a rule on the list; see WEIR_CHECK.
struct Registered {
  explicit Registered(CheckInfo Info);
};

} // namespace weir

/// Puts \p CLASS on the list of rules.
#define WEIR_CHECK(CLASS, NAME, DEFAULT, SUMMARY)                              \
  static const ::weir::Registered CLASS##IsOnTheList(                          \
      {NAME, SUMMARY, ::weir::Level::DEFAULT,                                  \
       std::is_base_of_v<::weir::ProgramCheck, CLASS>,                         \
       [](auto Id, auto *Context) {                                            \
         return std::make_unique<CLASS>(Id, Context);                          \
       }});

namespace weir {
class ProgramCheck;
}
