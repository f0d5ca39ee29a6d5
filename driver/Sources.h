// The texts of the files findings are in, and how their paths are shown.

#pragma once

#include "checks/support/Finding.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <mutex>
#include <vector>

namespace weir::driver {

/// Thread-safe; a file is read once. A file that cannot be read is empty.
class Sources {
public:
  /// In the sandbox of a build, files are links to what must not be known.
  enum class Links { Resolved, Kept };
  explicit Sources(Links Wanted = Links::Resolved) : Wanted(Wanted) {}

  Links links() const { return Wanted; }

  /// The one name of a file: absolute, without dots and, resolved, links. A
  /// relative \p File is looked for in \p Directory.
  llvm::StringRef realPath(llvm::StringRef File, llvm::StringRef Directory = {});

  llvm::StringRef text(llvm::StringRef File);
  unsigned lineCount(llvm::StringRef File);
  /// The line \p Line, counted from 1, without its end.
  llvm::StringRef line(llvm::StringRef File, unsigned Line);
  unsigned offset(const Place &P);
  /// The place of the bytes from \p Begin up to \p End.
  Place place(llvm::StringRef File, unsigned Begin, unsigned End);
  /// The place of the one token that begins at \p Offset.
  Place token(llvm::StringRef File, unsigned Offset);
  /// The column of \p Line and byte \p Column in UTF-16 code units, as SARIF
  /// and the language server protocol count.
  unsigned utf16Column(llvm::StringRef File, unsigned Line, unsigned Column);

  /// Forgets what is known of \p File: it has changed.
  void forget(llvm::StringRef File);

private:
  struct Text {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<unsigned> Lines; ///< where each begins
  };
  const Text &load(llvm::StringRef File);

  Links Wanted;
  std::mutex Guard;
  llvm::StringMap<Text> Texts;
  llvm::StringMap<llvm::StringRef> RealPaths;
};

/// \p File relative to \p Root with forward slashes, or unchanged if it is not
/// below it.
std::string relativeTo(llvm::StringRef Root, llvm::StringRef File);

/// The nearest folder from \p Dir upwards that is a repository, or \p Dir.
std::string repositoryOf(llvm::StringRef Dir);

} // namespace weir::driver
