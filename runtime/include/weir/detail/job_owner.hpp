// Who a task belongs to: the loop, a gather, a group.

#pragma once

#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/job.hpp>

#include <cstddef>
#include <vector>

namespace weir::detail {

class scheduler;

/// Who started a job and must be told of its end. Every root has one, so that
/// no task is ever out of reach of the loop that runs it.
class job_owner : public list_hook {
public:
  explicit job_owner(scheduler &s);
  job_owner(const job_owner &) = delete;
  job_owner &operator=(const job_owner &) = delete;

  /// The job is at its final suspension point; the loop's share of it passes
  /// to the owner, who releases it now or later.
  virtual void on_child_done(job &) noexcept = 0;

  /// The children not done, by index; null where one is.
  virtual std::size_t child_count() const noexcept = 0;
  virtual job *child(std::size_t index) const noexcept = 0;

  scheduler &home;

protected:
  ~job_owner() { unlink(); }
};

/// Owner of tasks that come and go in any order.
class job_set : public job_owner {
public:
  using job_owner::job_owner;

  /// Takes a new task in; it is not ready yet.
  void adopt(job &);
  void on_child_done(job &) noexcept override;
  std::size_t child_count() const noexcept override { return jobs_.size(); }
  job *child(std::size_t index) const noexcept override { return jobs_[index]; }

protected:
  ~job_set() = default;
  /// The job left the set; its share is the callee's.
  virtual void on_left(job &) noexcept = 0;

private:
  std::vector<job *> jobs_;
};

/// Owner of the tasks of `create_task`: nobody but the loop.
class background final : public job_set {
public:
  using job_set::job_set;

private:
  void on_left(job &) noexcept override;
};

} // namespace weir::detail
