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
  std::vector<detail::RowKey> keys;  // of these rows, in ascending order; the position in a key is its id
  std::vector<bool> listed;          // by id

  void add(std::span<const detail::RowKey> more, std::size_t rows);
  void clear();
  /// The rows' ids, int32, and from such ids; one that is -1 stands for "everywhere".
  Tensor ids() const;
  void set_ids(const Tensor& ids, std::size_t rows);
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
  std::shared_ptr<DeferredRows> deferred;  // null before the variable's first gradient that is rows
  std::vector<std::int32_t> rows;          // memory for the ids of a deferred update that has sorted keys
  bool is_averaged = false;                // the present update has averaged the rows that it visited
  AccumulatedRows accumulated;
  std::uint64_t accumulator_assigned = 0;  // the accumulator's `assigned` when `accumulated` was last right
  std::optional<std::uint64_t> constrained_since_assigned;  // the variable's `assigned` when all rows were allowed

  void become_average();
  /// Comes before an update: settles the rows if another optimizer defers them. Defers them from the first gradient on
  /// that is rows, if that is their path.
  void take_rows(const Optimizer& optimizer, bool has_rows);
};

/// One variable's part of an update.
struct Optimizer::Task {
  const Gradient* gradient;
  const Variable* variable;
  bool skipped = false;  // no gradient: the variable gets its slots and stays as it is
  State* state = nullptr;
  std::size_t first_key = 0, keys = 0;  // its keys in Optimizer::keys_, if the gradient is rows
  std::optional<std::span<const std::int32_t>> unsorted_ids = {};  // instead of keys: see GradientRuns
  double scale = 1;                                                // of the gradient
};

/// What happens to value and gradient of a run of elements before the rule sees them.
template <class T>
struct Preparation {
  T scale = 1;                  // of the gradient
  std::optional<T> limit = {};  // of its elements
  T decay = 0;                  // w ← w − w · decay

  bool is_needed() const { return scale != 1 || limit || decay != 0; }
  // A scale that is not finite makes NaN of a gradient of zero, so a null gradient is written out then.
  bool keeps_zero() const { return std::isfinite(scale); }
};

/// One update: does the optimizer's tasks, which have been checked, in the order that Optimizer describes.
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
  detail::GradientRuns<T> effective(const Task& task) const;
  template <class T>
  void apply_rule(Task& task) const;
  template <class T>
  Preparation<T> preparation_of(const Task& task) const;
  template <class T>
  void run_rule(Elements<T> elements, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_all(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  bool apply_in_place(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_listed(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_deferred(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;

  Optimizer& optimizer_;
  const CommonOptions& options_;
  std::int64_t batches_;      // before this one
  std::int64_t accumulates_;  // how many batches make one update
  Step step_;
};

}  // namespace cornu::optim
