#pragma once
// Internal: what one update of an optimizer does.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <cornu/framework/optimizer/gradient_runs.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/framework/rule/deferred_rows.hpp>

namespace cornu::optim {

/// Which rows of an accumulator are not zero.
struct AccumulatedRows {
  bool everywhere = false;
  std::vector<detail::RowKey> keys;  // of these, in ascending order once they are needed; positions are the ids
  std::vector<bool> listed;          // by id

  void add(std::span<const detail::RowKey> more, std::size_t rows);
  void clear();
};

/// What an optimizer knows of one variable.
struct Optimizer::State {
  Variable variable;
  std::vector<Variable> slots;
  std::vector<int> groups;  // of the slots
  double weight_decay = 0;
  bool is_whole = false;  // the rule gets the variable at once
  Variable average, accumulator;
  RowPath path = {};
  std::shared_ptr<DeferredRows> deferred;  // once the variable had a gradient that was rows
  std::vector<std::int32_t> rows;          // of the present update, for that, unless the gradient has them
  bool is_averaged = false;                // by the present update, row by row
  AccumulatedRows accumulated;
  std::uint64_t accumulator_assigned = 0;                   // how often, when `accumulated` was known
  std::optional<std::uint64_t> constrained_since_assigned;  // all rows satisfied the constraint then

  /// Another optimizer's updates of the variable, which it has not received yet, come before this one's.
  void settle_updates_of_others();
  void become_average();
  /// Whether the variable's rows were deferred before, be it that they are no longer.
  bool forget_if_detached();
  /// From here on the variable's rows are updated when they are next read.
  void defer(const Optimizer& optimizer);
};

/// One variable's part of an update.
struct Optimizer::Task {
  const Gradient* gradient;
  const Variable* variable;
  bool skipped = false;  // no gradient: the variable gets its slots and stays as it is
  State* state = nullptr;
  std::size_t first_key = 0, keys = 0;                             // its part of Optimizer::keys_, for rows
  std::optional<std::span<const std::int32_t>> unsorted_ids = {};  // instead of keys: GradientRuns
  double scale = 1;                                                // of the gradient
};

/// What happens to value and gradient of a run of elements before the rule sees them.
template <class T>
struct Preparation {
  T scale = 1;                  // of the gradient
  std::optional<T> limit = {};  // of its elements
  T decay = 0;                  // w ← w − w · decay

  bool is_needed() const { return scale != 1 || limit || decay != 0; }
  // With a scale that is not finite a gradient of zero is NaN, whether it is written out or not.
  bool keeps_zero() const { return std::isfinite(scale); }
};

/// The optimizer's tasks, checked, in the order of Optimizer's description.
class Optimizer::Update {
 public:
  Update(Optimizer& optimizer, double learning_rate);
  void run();

 private:
  void accumulate();
  void scale_gradients();
  double norm_of(const Task& task) const;
  void apply_rule();
  void clear_accumulator(const Task& task) const;
  void average_weights();
  void constrain();
  bool constrain_listed(const Task& task) const;
  template <class T>
  void average_listed(const Task& task, std::span<const std::int32_t> rows, std::size_t row_size) const;

  template <class T>
  detail::GradientRuns<T> given(const Task& task) const;
  template <class T>
  detail::GradientRuns<T> accumulated(const Task& task) const;
  template <class T>
  detail::GradientRuns<T> effective(const Task& task) const;
  template <class T>
  void apply_rule(const Task& task) const;
  template <class T>
  Preparation<T> preparation_of(const Task& task) const;
  template <class T>
  void run_rule(Elements<T> elements, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_all(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  detail::GradientRuns<T> in_order(const Task& task, detail::GradientRuns<T> runs) const;
  template <class T>
  bool apply_in_place(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_listed(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_deferred(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;

  Optimizer& optimizer_;
  const CommonOptions& options_;
  std::int64_t batches_;      // before this one
  std::int64_t accumulates_;  // batches an update
  Step step_;
};

}  // namespace cornu::optim
