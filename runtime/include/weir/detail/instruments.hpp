// What a runner attaches to its loop: debug mode, a trace, a shuffled order.

#pragma once

#include <weir/debug.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/detail/tracer.hpp>
#include <weir/run_options.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

namespace weir::detail {

/// Runs what is ready in a random order, which a correct program cannot tell.
class shuffler final : public instrument {
public:
  explicit shuffler(unsigned seed) : random_(seed) {}
  void before_step(job &) noexcept override {}
  void after_step(job &) noexcept override {}
  void arrange(std::vector<ready_node *> &ready) noexcept override {
    std::shuffle(ready.begin(), ready.end(), random_);
  }

private:
  std::mt19937 random_;
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
