#pragma once
// Internal: what check_layer differentiates.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/checks/check_layer.hpp>

namespace cornu::detail {

/// A layer as a function of its weights and its inputs: made anew for each call, in float64 and in training, and all
/// that is random in it the same each time.
class LayerInFloat64 {
 public:
  LayerInFloat64(const LayerMaker& make, const Tensors& inputs, std::uint64_t seed);

  /// Whether there is a floating output to differentiate.
  bool is_differentiable() const;

  struct Comparison {
    std::string of;
    double analytic = 0, numeric = 0;  ///< the element where they differ most
    double relative_error = 0;         ///< |analytic − numeric| / max(1, |analytic|, |numeric|)
  };
  /// Gradients of Σ outputs · fixed random numbers + what the layer adds to the loss, by the tape and by central
  /// differences, for each trainable weight and each floating input.
  std::vector<Comparison> compare_gradients();

  struct Step {
    std::size_t weights = 0;  ///< trainable ones
    double squared_gradient = 0, loss_before = 0, loss_after = 0;
  };
  /// A small step of the weights against the gradient of the mean squared distance from fixed random numbers.
  Step train();

 private:
  Tensors call(const std::vector<Tensor>& weights, const Tensors& inputs);
  std::vector<Gradient> gradients();
  Tensor weighted_sum(const std::vector<Tensor>& weights, const Tensors& inputs);
  Tensor squared_error(const std::vector<Tensor>& weights);
  Tensor fixed_numbers(const Tensor& like) const;

  const LayerMaker& make_;
  std::uint64_t seed_;
  Tensors inputs_;
  std::vector<Tensor> weights_;
  Tensors outputs_;
  std::unique_ptr<LayerBase> layer_;  // of the last call
};

}  // namespace cornu::detail
