// Writes what a loop does as a Chrome trace (chrome://tracing, Perfetto).
//
// Each task is a row. A step of it is an event of category "run", what it
// waited for in between one of category "wait", with the place of the
// co_await. Times are microseconds since the loop began.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include <unistd.h>

namespace weir::detail {

class tracer final : public instrument {
public:
  explicit tracer(const std::string &path) : file_(std::fopen(path.c_str(), "w")) {
    if (!file_)
      throw std::system_error(errno, std::generic_category(), path);
    std::fputs("{\"traceEvents\":[\n", file_);
  }
  ~tracer() override {
    std::fprintf(file_,
                 "{\"ph\":\"M\",\"pid\":%d,\"tid\":0,\"name\":\"thread_name\","
                 "\"args\":{\"name\":\"callbacks\"}}\n]}\n",
                 static_cast<int>(::getpid()));
    std::fclose(file_);
  }

  void before_step(job &root) noexcept override {
    begun_ = scheduler::real_now();
    auto [at, is_new] = rows_.try_emplace(&root);
    row &r = at->second;
    if (is_new)
      name(r, root);
    else
      event(r.number, "wait", r.waits_for, r.since, begun_, r.where);
    where_ = root.point->where;
  }
  void after_step(job &root) noexcept override {
    const auto now = scheduler::real_now();
    row &r = rows_.at(&root);
    event(r.number, "run", r.name, begun_, now, where_);
    if (root.is_done()) {
      rows_.erase(&root);
      return;
    }
    r.since = now;
    r.where = root.point->where;
    r.waits_for = root.phase == phase::blocked ? root.waiting->what() : "ready";
  }
  void before_callback() noexcept override { begun_ = scheduler::real_now(); }
  void after_callback() noexcept override {
    event(0, "run", "callback", begun_, scheduler::real_now(), {});
  }

private:
  struct row {
    int number = 0;
    std::string name, waits_for;
    std::int64_t since = 0;
    std::source_location where;
  };

  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
      if (c == '"' || c == '\\')
        out += '\\';
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
    }
    return out + "\"";
  }
  void name(row &r, const job &root) {
    r.number = ++tasks_;
    r.name = root.extras && !root.extras->name.empty()
                 ? root.extras->name
                 : root.where.function_name();
    std::fprintf(file_,
                 "{\"ph\":\"M\",\"pid\":%d,\"tid\":%d,\"name\":\"thread_name\","
                 "\"args\":{\"name\":%s}},\n",
                 static_cast<int>(::getpid()), r.number,
                 quoted(r.name).c_str());
  }
  void event(int row, const char *category, const std::string &name,
             std::int64_t begin, std::int64_t end,
             const std::source_location &where) {
    std::fprintf(file_,
                 "{\"ph\":\"X\",\"pid\":%d,\"tid\":%d,\"cat\":\"%s\",\"name\":%s,"
                 "\"ts\":%.3f,\"dur\":%.3f",
                 static_cast<int>(::getpid()), row, category,
                 quoted(name).c_str(), (begin - origin_) / 1e3,
                 (end - begin) / 1e3);
    if (where.line() != 0)
      std::fprintf(file_, ",\"args\":{\"file\":%s,\"line\":%u}",
                   quoted(where.file_name()).c_str(),
                   static_cast<unsigned>(where.line()));
    std::fputs("},\n", file_);
  }

  std::FILE *file_;
  const std::int64_t origin_ = scheduler::real_now();
  std::int64_t begun_ = 0;
  std::source_location where_;
  int tasks_ = 0;
  std::unordered_map<const job *, row> rows_;
};

} // namespace weir::detail
