#pragma once
// Internal: what the first step of a training tells of weights that the training will not change.
#include <span>
#include <string>
#include <vector>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/autodiff/variables_read.hpp>
#include <cornu/framework/model/model.hpp>

namespace cornu::detail {

/// Made before the step and asked after its gradients, once in a fit(). Later steps pay nothing for it.
class FirstStep {
 public:
  FirstStep(const char* where, const Model& model) : where_(where), model_(model) {}

  /// Throws ValueError when none of the trainable weights has a gradient. Says in the log which have none, that there
  /// are no trainable weights, and which variables were read that are no weights of the model.
  void check(std::span<const Variable> trainable, std::span<const Gradient> gradients) const;

 private:
  void say_what_is_not_owned() const;
  void say_that_nothing_trains() const;

  const char* where_;
  const Model& model_;
  VariablesRead reads_;
};

}  // namespace cornu::detail
