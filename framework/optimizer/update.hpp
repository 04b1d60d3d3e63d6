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
#include <cornu/framework/optimizer/kept_values.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>
#include <cornu/framework/rule/deferred_rows.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::optim {

/// Which rows of an accumulator are not zero.
struct AccumulatedRows {
  bool everywhere = false;
  std::vector<detail::RowKey> keys;  // of these rows, in ascending order; the position in a key is its id
  std::vector<bool> listed;          // by id

  /// Takes the memory for so many more keys: add() cannot fail then.
  void reserve(std::size_t more, std::size_t rows);
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
  AccumulatedRows accumulated;
  std::uint64_t accumulator_assigned = 0;  // the accumulator's `assigned` when `accumulated` was last right
  std::optional<std::uint64_t> constrained_since_assigned;  // the variable's `assigned` when all rows were allowed

  // Of the present update:
  bool is_moved = false;         // the rule is applied
  bool is_averaged = false;      // this has been done already
  Tensor weights;                // to be averaged, if they are not the variable's elements
  bool is_deferred_now = false;  // it has made `deferred`
  std::shared_ptr<DeferredRows> deferred_before;
  // What was before, if the update may fail after it has begun:
  KeptValues kept;
  bool has_kept_sums = false, has_kept_values = false;
  AccumulatedRows accumulated_before;
  std::uint64_t accumulator_assigned_before = 0;
  std::optional<std::uint64_t> constrained_before;

  void take_back() noexcept;
  /// Comes before an update: settles the rows if another optimizer defers them. Defers them from the first gradient on
  /// that is rows, if that is their path.
  void take_rows(const Optimizer& optimizer, bool has_rows);
};

/// Calls f(T()) for the type of the variable's elements.
template <class F>
void for_type_of(const Variable& variable, F f) {
  detail::for_floating_type(variable.dtype(), f);
}

/// Which elements of its variable an update visits.
enum class Visit { listed, deferred, all };

/// One variable's part of an update.
struct Optimizer::Task {
  const Gradient* gradient;
  const Variable* variable;
  bool skipped = false;  // no gradient: the variable gets its slots and stays as it is
  State* state = nullptr;
  std::size_t first_key = 0, keys = 0;  // its keys in Optimizer::keys_, if the gradient is rows
  std::optional<std::span<const std::int32_t>> unsorted_ids = {};  // instead of keys: see GradientRuns
  double scale = 1;                                                // of the gradient
  Visit visit = Visit::all;
  Tensor dense = {};  // room for the gradient of a whole variable, if it has to be written out
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

/// Whether a rule that gets a variable at once is given the gradient in a tensor of its own.
template <class T>
bool needs_dense(const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) {
  const bool is_zero = !runs.values && prepare.keeps_zero();
  return (runs.by_rows || prepare.is_needed()) && !is_zero;
}

/// One update: does the optimizer's tasks, which have been checked, in the order that Optimizer describes.
///
/// It leaves everything as it was when it fails. First it takes all the memory that it needs (prepare.cpp). Rules of
/// whole variables and constraints may fail nevertheless: variables that have one come first, and what they were is
/// kept until these are done (KeptValues). The others cannot fail any more.
class Optimizer::Update {
 public:
  Update(Optimizer& optimizer, double learning_rate);
  void run();

 private:
  void prepare();
  void prepare_to_accumulate(bool keeps);
  void plan(Task& task);
  template <class T>
  Visit visit_of(Task& task, const detail::GradientRuns<T>& runs) const;
  void prepare_averages();
  bool may_fail(const Task& task) const;
  void keep_sums(const Task& task) const;
  template <class T>
  void keep(const Task& task, const detail::GradientRuns<T>& runs) const;
  void take_back() noexcept;
  void forget_kept() noexcept;
  void finish(Task& task);

  void accumulate();
  void scale_gradients();
  double norm_of(const Task& task) const;
  void clear_accumulator(const Task& task) const;
  void average_weights(State& state) const;
  void overwrite_by_average(const Task& task) const;
  void constrain(const Task& task) const;
  bool constrains_listed(const Task& task) const;
  template <class T>
  void average_listed(const Task& task, std::span<const std::int32_t> rows, std::size_t row_size) const;

  template <class T>
  detail::GradientRuns<T> given(const Task& task) const;
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
  bool apply_in_place(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_listed(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_copies(const Elements<T>& all, const detail::GradientRuns<T>& runs, std::size_t first, std::size_t end,
                       const Preparation<T>& prepare) const;
  template <class T>
  void apply_to_deferred(const Task& task, const detail::GradientRuns<T>& runs, const Preparation<T>& prepare) const;

  Optimizer& optimizer_;
  const CommonOptions& options_;
  std::int64_t batches_;      // before this one
  std::int64_t accumulates_;  // how many batches make one update
  Step step_;
  bool is_due_;      // the gradients are complete: the rule is applied
  bool overwrites_;  // averages become the weights
  KeptValues shared_;
};

}  // namespace cornu::optim
