// The file a trace is written to: one for the process, whatever loops it runs.
//
// An array of Chrome's trace events, one a line. The format allows it to end
// anywhere, so the trace of a program that was killed can be read up to there.

#pragma once

#include <chrono>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <source_location>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include <unistd.h>

namespace weir::detail {

class trace_file {
public:
  /// What WEIR_TRACE names; `%p` in it is the process, for those who start
  /// others. Opened by the first loop, closed when the process ends.
  static trace_file &get() {
    static trace_file file(name(std::getenv("WEIR_TRACE")));
    return file;
  }
  trace_file(const trace_file &) = delete;

  int new_loop() {
    std::lock_guard hold(mutex_);
    return ++loops_;
  }
  int new_task() {
    std::lock_guard hold(mutex_);
    return ++tasks_;
  }
  /// The number of a place in the source; \p awaited_by is another's, or 0.
  int place(const std::source_location &at, int awaited_by) {
    std::lock_guard hold(mutex_);
    auto [known, is_new] = places_.try_emplace(
        {at.function_name(), at.line(), awaited_by},
        static_cast<int>(places_.size()) + 1);
    if (is_new) {
      std::string line = "{\"ph\":\"M\",\"name\":\"weir_place\",\"pid\":0,\"args\":"
                         "{\"id\":" +
                         std::to_string(known->second) +
                         ",\"function\":" + quoted(at.function_name()) +
                         ",\"file\":" + quoted(at.file_name()) +
                         ",\"line\":" + std::to_string(at.line());
      if (awaited_by)
        line += ",\"awaited_by\":" + std::to_string(awaited_by);
      put(line + "}}");
    }
    return known->second;
  }
  void write(std::string_view event) {
    std::lock_guard hold(mutex_);
    put(event);
  }
  void flush() {
    std::lock_guard hold(mutex_);
    std::fflush(file_);
  }
  /// Microseconds since the trace began, as the format counts.
  std::string time(std::chrono::steady_clock::time_point at) const {
    return duration(at - origin_);
  }
  static std::string duration(std::chrono::steady_clock::duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f",
                  std::chrono::duration<double, std::micro>(d).count());
    return text;
  }
  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      const std::size_t more = following(text, i);
      if (c >= 0x80 && more == 0) {
        out += "\\ufffd"; // no UTF-8
        continue;
      }
      if (c == '"' || c == '\\')
        out += '\\';
      out += c < ' ' ? ' ' : text[i];
      out.append(text, i + 1, more);
      i += more;
    }
    return out + "\"";
  }

private:
  /// How many bytes of one character follow the first, if it is one of several.
  static std::size_t following(std::string_view text, std::size_t first) {
    const auto c = static_cast<unsigned char>(text[first]);
    const std::size_t more = c >= 0xf5   ? 0
                             : c >= 0xf0 ? 3
                             : c >= 0xe0 ? 2
                             : c >= 0xc2 ? 1
                                         : 0;
    if (first + more >= text.size())
      return 0;
    for (std::size_t i = first + 1; i <= first + more; ++i)
      if ((text[i] & 0xc0) != 0x80)
        return 0;
    return more;
  }

  explicit trace_file(const std::string &path)
      : file_(std::fopen(path.c_str(), "we")) {
    if (!file_)
      throw std::system_error(errno, std::generic_category(),
                              "WEIR_TRACE: " + path);
    char program[4096];
    const auto size = ::readlink("/proc/self/exe", program, sizeof program);
    std::fprintf(file_,
                 "[{\"ph\":\"M\",\"name\":\"weir_trace\",\"pid\":0,\"args\":"
                 "{\"version\":1,\"process\":%d,\"program\":%s}}",
                 static_cast<int>(::getpid()),
                 quoted({program, size > 0 ? static_cast<std::size_t>(size) : 0})
                     .c_str());
  }
  ~trace_file() {
    std::fputs("\n]\n", file_);
    std::fclose(file_);
  }
  static std::string name(std::string path) {
    if (auto at = path.find("%p"); at != path.npos)
      path.replace(at, 2, std::to_string(::getpid()));
    return path;
  }
  void put(std::string_view event) {
    std::fputs(",\n", file_);
    std::fwrite(event.data(), 1, event.size(), file_);
  }

  struct place_key {
    const char *function; // by address: source_location's texts are static
    unsigned line;
    int awaited_by;
    bool operator==(const place_key &) const = default;
  };
  struct hash_place {
    std::size_t operator()(const place_key &k) const noexcept {
      return std::hash<const void *>()(k.function) ^
             (std::size_t{k.line} << 32) ^
             (static_cast<std::size_t>(k.awaited_by) * 0x9e3779b97f4a7c15u);
    }
  };

  std::FILE *file_;
  const std::chrono::steady_clock::time_point origin_ =
      std::chrono::steady_clock::now();
  std::mutex mutex_;
  int loops_ = 0, tasks_ = 0;
  std::unordered_map<place_key, int, hash_place> places_;
};

} // namespace weir::detail
