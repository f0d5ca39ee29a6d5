// Whether the names of a model are declared by its library's headers.
//
// A misspelt name in a model is a rule that never speaks. So a model can be
// held against the headers it lists, compiled with the user's flags.

#pragma once

#include "checks/support/Models.h"

namespace weir::driver {

struct NameReport {
  struct Problem {
    const models::Entry *Entry;
    std::string What; ///< "is not declared (did you mean ...?)"
  };
  std::vector<Problem> Problems;
  std::vector<std::string> MissingHeaders;
  bool FoundHeaders = false; ///< any of them
  unsigned Declared = 0;
  /// Not declared, but said to come and go with versions, of a root in which
  /// the headers found declare none of the names, or also given by the name its
  /// namespace has now.
  unsigned Excused = 0;
};

/// Compiles the headers of \p Lib, for each root apart where they differ, and
/// looks all of its names up. An error says
/// why they do not compile.
llvm::Expected<NameReport> checkNames(const models::Models &Models,
                                      const models::Library &Lib,
                                      llvm::ArrayRef<std::string> Flags);

} // namespace weir::driver
