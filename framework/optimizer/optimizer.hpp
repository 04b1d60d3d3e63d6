#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/optimizer/row_path.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/rule/deferred_rule.hpp>
#include <cornu/framework/rule/elements.hpp>
#include <cornu/framework/rule/learning_rate.hpp>
#include <cornu/framework/rule/require_option.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// What every optimizer can do besides its rule. Each optimizer's own options have these fields too, in the order of
/// Keras's signature; common_options() picks them out.
struct CommonOptions {
  LearningRate learning_rate = 0.001;
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};
  std::optional<double> clipvalue = {};
  std::optional<double> global_clipnorm = {};
  bool use_ema = false;
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};
  std::optional<double> loss_scale_factor = {};
  std::optional<std::int64_t> gradient_accumulation_steps = {};
  std::string name = {};
  RowUpdates row_updates = RowUpdates::dense_result;
};

template <class Options>
CommonOptions common_options(const Options& options) {
  return {options.learning_rate,
          options.weight_decay,
          options.clipnorm,
          options.clipvalue,
          options.global_clipnorm,
          options.use_ema,
          options.ema_momentum,
          options.ema_overwrite_frequency,
          options.loss_scale_factor,
          options.gradient_accumulation_steps,
          options.name,
          options.row_updates};
}

struct ApplyOptions {
  bool missing_is_zero = false;  ///< an empty gradient counts as zero; otherwise its variable is left as it is
};

/// Changes variables by their gradients. An optimizer is its slots and a rule, for a run of elements
/// (ElementwiseOptimizer) or a whole variable (WholeVariableOptimizer); which elements are visited, clipping, weight
/// decay, averages and accumulation are the base's business, so that every optimizer has them.
///
///     optim::SGD optimizer({.learning_rate = 0.1, .momentum = 0.9});
///     const auto [dw, db] = tape.gradient(loss, w, b);
///     optimizer.apply({{dw, w}, {db, b}});
///
/// The order of an update is Keras's: the gradient is divided by loss_scale_factor, averaged over
/// gradient_accumulation_steps, clipped (by the norm of each variable's gradient, by that of all of them, or by value);
/// then w ← w − w · weight_decay · learning_rate; the rule; the average of the weights (EMA), which begins as a copy of
/// them and replaces them every ema_overwrite_frequency updates; the variable's constraint. While gradients accumulate,
/// a batch brings average and constraint alone.
///
/// A gradient that is rows has the result of the table that it stands for, at the cost of the rows: see row_updates().
/// Updates of other rows that would move them without a gradient (momentum, weight decay, …) are deferred: whoever
/// looks at the variable or at a slot sees them made, and looking changes nothing. Where that is not possible, the
/// whole table is visited.
///
/// The constructors throw ValueError for options out of range, and for more than one way of clipping.
class Optimizer {
 public:
  virtual ~Optimizer();
  Optimizer(Optimizer&& other) noexcept;
  Optimizer& operator=(Optimizer&& other) noexcept;

  /// One update of these variables. Variables that are new get their slots. Throws ValueError for lists without
  /// a variable, gradients that are all empty, a variable listed twice and dtypes that differ, ShapeError for shapes
  /// that differ, IndexError for rows outside the table. Nothing has changed then, nor when memory runs out, nor when a
  /// constraint or the rule of a whole variable throws; a rule for runs of elements must not throw.
  void apply(std::initializer_list<std::pair<Gradient, Variable>> gradients_and_variables);
  void apply_gradients(const std::vector<std::pair<Gradient, Variable>>& gradients_and_variables);
  /// The same for lists in one order, as a tape gives them. Throws ShapeError when they have different lengths.
  ///
  ///     const std::vector<Variable> weights = model.trainable_weights();
  ///     optimizer.apply(tape.gradient(loss, weights), weights);
  void apply(const std::vector<Gradient>& gradients, const std::vector<Variable>& variables);
  /// The same for training loops: allocates nothing once every variable has its slots. Throws ShapeError when the
  /// numbers of gradients and variables differ.
  void apply(std::span<const Gradient> gradients, std::span<const Variable* const> variables,
             ApplyOptions options = {});

  /// Gives these variables their slots now, so that variables() can be restored before the first update.
  void build(std::span<const Variable* const> variables);

  /// With use_ema, sets all weights, or these, to their averages, as at the end of training; frozen ones stay as they
  /// are; all or, when it throws, none. Without use_ema, does nothing.
  void finalize_variable_values();
  void finalize_variable_values(const std::vector<Variable>& variables);

  /// The loss to differentiate: times loss_scale_factor where there is one.
  Tensor scale_loss(const Tensor& loss) const;

  /// Variables that weight_decay spares: those given, and those in whose name one of the regular expressions occurs
  /// ("bias", "bias|gamma$"). They are those of Python's `re` but for looking ahead or behind, references to groups and
  /// options: what is left takes linear time. Replaces what an earlier call said. Throws StateError once the optimizer
  /// has slots, ValueError for what is no such expression or too large a one (2,000 characters and more).
  void exclude_from_weight_decay(std::vector<Variable> variables, std::vector<std::string> names = {});

  /// The learning rate of the next batch.
  double learning_rate() const;
  /// Throws StateError for a number where there is a schedule.
  void set_learning_rate(LearningRate learning_rate);
  /// Updates so far; an accumulated gradient counts once.
  std::int64_t iterations() const;

  /// Whether there are slots: true from the first update, or build(), on.
  bool built() const;
  /// All that an update reads and changes besides the weights, in the order of Keras files: iteration (int64),
  /// learning_rate (float32; none where it is scheduled), averages, accumulators, slots, what the variables share.
  /// Assigning to them restores a state.
  std::vector<Variable> variables() const;

  /// What variables() does not tell of a variable: which rows of a table lack updates, and which rows of an accumulator
  /// hold gradients. With both saved and restored, training goes on with the same bits; without this it goes on to
  /// rounding. Empty where there is nothing to tell.
  std::vector<Tensor> row_state(const Variable& variable) const;
  /// Takes over such a state; variables() are to be restored before. Throws ValueError, and changes nothing, for what
  /// is no state of that variable under this optimizer.
  void restore_row_state(const Variable& variable, const std::vector<Tensor>& state);

  /// How this optimizer updates a table whose gradients are rows, and why.
  RowPathReport row_updates(const Variable& variable) const;

  const std::string& name() const { return options_.name; }
  const CommonOptions& options() const { return options_; }
  /// Keras's name of the class, "Adam".
  virtual std::string_view class_name() const = 0;
  /// The options by Keras's names, with the present learning rate; overrides add theirs. `row_updates` is left out:
  /// Keras does not know it, and it changes no number.
  virtual Config get_config() const;
  /// As Keras's files write it: {"module": "keras.optimizers", "class_name": "Adam", "config": get_config(),
  /// "registered_name": null}, or as registered_object() has it (optim/table.cpp).
  Config to_config() const;

 protected:
  /// `class_name` is for the errors, `default_name` for an optimizer whose options have no name.
  Optimizer(std::string_view class_name, std::string_view default_name, CommonOptions options, std::vector<Slot> slots);

  /// Called before the elements of an update are visited, once more if that update failed: for what they share.
  virtual void begin(const Step& step) = 0;
  /// The rule. An element's result must not depend on the run that it is in. A null gradient must do what zeros do.
  virtual void update(const Elements<float>& elements) const = 0;
  virtual void update(const Elements<double>& elements) const = 0;
  /// Whether the rule runs over Elements::rows; for others, rows that lie apart are copied together.
  virtual bool takes_listed_rows() const { return false; }
  /// Whether update() may be called from several threads at a time, each with other elements. Otherwise only the thread
  /// that applies the gradients calls it. Of whole variables it is called one after the other in any case.
  virtual bool runs_on_threads() const { return false; }
  /// False when the rule changes neither value nor slots where the gradient is zero.
  virtual bool moves_without_gradient() const { return true; }
  /// The rule for many updates without a gradient at once; null when there is none, and every element is visited.
  virtual std::shared_ptr<const DeferredRule> deferred_rule(DType dtype) const;
  /// Whether the rule gets all of this variable at once, with its shape, instead of runs. Must not change.
  virtual bool needs_whole(const Variable&) const { return false; }
  /// Whether the rule, given a whole variable, never throws and takes no memory. What a variable was is kept otherwise
  /// until the update is done, which costs a copy.
  virtual bool never_throws() const { return false; }
  /// The slots of this variable, where they are not the same for all.
  virtual std::vector<Slot> slots_for(const Variable& variable) const;
  /// The weight decay of this variable, unless it is excluded.
  virtual std::optional<double> weight_decay_for(const Variable&) const { return options_.weight_decay; }
  /// What all variables share beside iteration and learning rate; last in variables().
  virtual std::vector<Variable> shared_slots() const;

 private:
  struct State;
  struct Task;
  class Update;

  void start();
  void add(const Gradient& gradient, const Variable& variable, ApplyOptions options);
  void run();
  void sort_rows(Task& task);
  void check_dtype(const Variable& variable) const;
  void check(DType dtype, const Shape& shape, const Variable& variable) const;
  State& state_of(const Variable& variable, std::size_t hint);
  std::unique_ptr<State> make_state(const Variable& variable) const;
  double decay_of(const Variable& variable) const;
  double learning_rate_after(std::int64_t batches) const;

  CommonOptions options_;
  std::vector<Slot> slots_;
  Variable iteration_, learning_rate_;
  std::vector<Variable> undecayed_;
  std::vector<std::string> undecayed_names_;
  std::vector<std::unique_ptr<State>> states_;
  std::vector<Task> tasks_;          // of the present update
  std::vector<std::uint64_t> keys_;  // the order in which their rows are visited
};

/// The base of an optimizer whose rule sees one element at a time, written once for float and double:
///
///     // w ← w − lr·sign(g)
///     class SignDescent final : public optim::ElementwiseOptimizer<SignDescent> {
///      public:
///       SignDescent() : ElementwiseOptimizer("SignDescent", "sign_descent", {.learning_rate = 0.01}, {}) {}
///       std::string_view class_name() const override { return "SignDescent"; }
///       template <class T>
///       void update_elements(const optim::Elements<T>& e) const {
///         for (std::size_t i = 0; e.gradient && i < e.size; ++i)
///           e.value[i] -= static_cast<T>(rate_ * ((e.gradient[i] > 0) - (e.gradient[i] < 0)));
///       }
///
///      private:
///       void begin(const optim::Step& step) override { rate_ = step.learning_rate; }
///       double rate_ = 0;
///     };
template <class Self>
class ElementwiseOptimizer : public Optimizer {
 protected:
  using Optimizer::Optimizer;

 private:
  void update(const Elements<float>& elements) const override { self().update_elements(elements); }
  void update(const Elements<double>& elements) const override { self().update_elements(elements); }
  const Self& self() const { return static_cast<const Self&>(*this); }
};

/// The base of an optimizer whose rule needs a whole variable: its shape, a norm. `update_variable` gets all elements,
/// and a dense gradient, null where it is zero everywhere:
///
///     // w ← w − lr·g / ‖g‖
///     template <class T>
///     void update_variable(const optim::Elements<T>& whole) const;
template <class Self>
class WholeVariableOptimizer : public Optimizer {
 protected:
  using Optimizer::Optimizer;

 private:
  bool needs_whole(const Variable&) const final { return true; }
  void update(const Elements<float>& whole) const override { self().update_variable(whole); }
  void update(const Elements<double>& whole) const override { self().update_variable(whole); }
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace cornu::optim

namespace cornu {

/// "adam", "sgd", "schedulefreeadamw": the class's name in upper or lower case, with Keras's defaults
/// (optim/table.cpp).
template <>
std::shared_ptr<optim::Optimizer> from_name<optim::Optimizer>(std::string_view name);
/// See from_config in registry/handle.hpp. A LossScaleOptimizer of Keras gives the one inside, with a note.
template <>
std::shared_ptr<optim::Optimizer> from_config<optim::Optimizer>(const ConfigView& object);
extern template class Handle<optim::Optimizer>;

}  // namespace cornu
CORNU_EXPORT_END
