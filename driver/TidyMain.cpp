// clang-tidy with our rules linked in, for tools that take the path of a
// clang-tidy but cannot load a plugin. The rules come by their own list.

#include "clang-tidy/tool/ClangTidyMain.h"

int main(int Argc, const char **Argv) {
  return clang::tidy::clangTidyMain(Argc, Argv);
}
