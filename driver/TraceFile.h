// What a program did, from the file that WEIR_TRACE names.

#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace weir::driver {

/// Times are microseconds since the trace began. Tasks, places and spans are
/// numbered by their index; -1 is none.
struct Trace {
  /// A line of a coroutine, and the place that awaits it.
  struct Place {
    std::string Function, File;
    unsigned Line = 0;
    int AwaitedBy = -1;
  };
  /// The callbacks of a loop count as a task, too.
  struct Task {
    unsigned Loop = 0;
    std::string Name;
    int StartedBy = -1;
    std::string Ends; ///< value, error, cancelled; empty: it had not ended
    bool IsCallbacks = false;
  };
  enum class Kind { Run, Wait, Ready };
  struct Span {
    int Task = -1;
    Kind What = Kind::Run;
    std::string Name; ///< the function that runs, or what is waited for
    double Begin = 0, Length = 0;
    int At = -1;        ///< the place
    int By = -1;        ///< the task that woke it
    bool IsCut = false; ///< a step that was not over when the trace ended
    double end() const { return Begin + Length; }
  };
  /// A function of the thread's stack: from debug information, where there is.
  struct Call {
    std::string Function, File; ///< File: empty if it is not known
    unsigned Line = 0;
    std::string Module;
    friend bool operator==(const Call &L, const Call &R) = default;
  };
  /// What the thread did at one moment of a step that lasted.
  struct Sample {
    int Span = -1;
    double At = 0;
    double Length = 0;       ///< how much of the step it stands for
    std::vector<Call> Stack; ///< the innermost first
  };
  /// A step that kept the loop from everything else.
  struct Stop {
    int Span = -1;
    std::vector<int> Samples;
  };

  std::string Program;
  unsigned Loops = 0;
  double End = 0;
  bool IsCut = false; ///< the program did not come to its end
  bool IsRebuilt =
      false; ///< the program has changed since, and its lines are not known
  std::vector<Place> Places;
  std::vector<Task> Tasks;
  std::vector<Span> Spans; ///< by begin
  std::vector<Sample> Samples;
  std::vector<Stop> Stops; ///< the longest first

  /// The call of a stop's longest stack that its program can change: the
  /// innermost one that is written in a file of its own, not of the system's.
  const Call *culprit(const Stop &S) const;
};

/// Steps from this length on are stops: what somebody who waits can feel.
constexpr double ShortestStop = 10'000;

/// An error says what is wrong with the file, and what to do.
llvm::Expected<Trace> readTrace(llvm::StringRef Path);

/// \p Microseconds as people read them: `312 ms`.
std::string duration(double Microseconds);

/// The name of a function as `__PRETTY_FUNCTION__` has it, without types:
/// `weir::task<int> shop::price(int)` is `shop::price`.
std::string shortName(llvm::StringRef Function);

} // namespace weir::driver
