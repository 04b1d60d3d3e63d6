#pragma once
// Internal: what one update of an optimizer does.
#include <cstddef>
#include <cstdint>
#include <vector>

#include <cornu/framework/gradient_runs.hpp>
#include <cornu/framework/optimizer.hpp>

namespace cornu::optim {

/// What an optimizer knows of one variable.
struct Optimizer::State {
  Variable variable;
  std::vector<Variable> slots;
  std::vector<int> groups;  // of the slots
  double weight_decay = 0;
  bool is_whole = false;  // the rule gets the variable at once
  Variable average, accumulator;
};

/// One variable's part of an update.
struct Optimizer::Task {
  const Gradient* gradient;
  const Variable* variable;
  bool skipped = false;  // no gradient: the variable gets its slots and stays as it is
  State* state = nullptr;
  std::size_t first_key = 0, keys = 0;  // its part of Optimizer::keys_, for rows
  double scale = 1;                     // of the gradient
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
  void average_weights();
  void constrain();

  template <class T>
  detail::GradientRuns<T> given(const Task& task) const;
  template <class T>
  detail::GradientRuns<T> accumulated(const Task& task) const;
  template <class T>
  detail::GradientRuns<T> effective(const Task& task) const;
  template <class T>
  void apply_rule(const Task& task) const;

  Optimizer& optimizer_;
  const CommonOptions& options_;
  double learning_rate_;
  std::int64_t batches_;      // before this one
  std::int64_t accumulates_;  // batches an update
};

}  // namespace cornu::optim
