// What a runner attaches to its loop: debug mode, a trace, a shuffled order.

#pragma once

#include <weir/debug.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/detail/tracer.hpp>
#include <weir/run_options.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::detail {

/// Runs what is ready in a random order, which a correct program cannot tell.
class shuffler final : public instrument {
public:
  explicit shuffler(unsigned seed) noexcept : state_(seed) {}
  void before_step(job &) noexcept override {}
  void after_step(job &) noexcept override {}
  void arrange(std::vector<ready_node *> &ready) noexcept override {
    for (std::size_t n = ready.size(); n > 1; --n)
      std::swap(ready[n - 1], ready[below(n)]);
  }

private:
  /// A number less than \p n, the same in every standard library. (Knuth's
  /// MMIX; <random> would be a twelfth of what weir.hpp costs to compile.)
  std::size_t below(std::size_t n) noexcept {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state_ >> 33) % n;
  }

  std::uint64_t state_;
};

/// Several as one.
class instruments final : public instrument {
public:
  void add(std::unique_ptr<instrument> i) { all_.push_back(std::move(i)); }
  bool empty() const noexcept { return all_.empty(); }

  void before_step(job &root) noexcept override {
    for (auto &i : all_)
      i->before_step(root);
  }
  void after_step(job &root) noexcept override {
    for (auto &i : all_)
      i->after_step(root);
  }
  void made_ready(job &root, const job *by) noexcept override {
    for (auto &i : all_)
      i->made_ready(root, by);
  }
  void before_callback() noexcept override {
    for (auto &i : all_)
      i->before_callback();
  }
  void after_callback() noexcept override {
    for (auto &i : all_)
      i->after_callback();
  }
  void on_idle(scheduler &s) noexcept override {
    for (auto &i : all_)
      i->on_idle(s);
  }
  void arrange(std::vector<ready_node *> &ready) noexcept override {
    for (auto &i : all_)
      i->arrange(ready);
  }

private:
  std::vector<std::unique_ptr<instrument>> all_;
};

inline bool is_on_in_environment(const char *name) noexcept {
  const char *value = std::getenv(name);
  return value && *value && std::string_view(value) != "0";
}

/// What options and environment ask for; null if nothing.
inline std::unique_ptr<instruments> make_instruments(const run_options &o) {
  auto all = std::make_unique<instruments>();
  if (o.shuffle_seed)
    all->add(std::make_unique<shuffler>(*o.shuffle_seed));
  if (o.debug || is_on_in_environment("WEIR_DEBUG"))
    all->add(std::make_unique<monitor>(o.slow));
  if (is_on_in_environment("WEIR_TRACE"))
    all->add(std::make_unique<tracer>());
  return all->empty() ? nullptr : std::move(all);
}

} // namespace weir::detail
