#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/layer_examples.hpp"

using namespace cornu;
using testing::layer_examples, testing::LayerExample;

namespace {

// Outputs and the gradients of weights and inputs, whose shapes must fit. False if an error of ours refuses the inputs.
bool runs(LayerBase& layer, const Tensors& inputs) {
  try {
    GradientTape tape({.persistent = true});
    for (const Tensor& input : inputs)
      if (is_floating(input.dtype())) tape.watch(input);
    Tensor target = Tensor::zeros({}, float64);
    for (const Tensor& y : layer.apply(inputs, {.training = true}).first) {
      CHECK(y.size() == y.shape().size());
      if (is_floating(y.dtype())) target = target + ops::cast(ops::sum(y), float64);
    }
    for (const Variable& weight : layer.trainable_weights()) {
      const Gradient gradient = tape.gradient(target, weight);
      if (!gradient.empty()) CHECK(gradient.to_dense().shape() == weight.shape());
    }
    for (const Tensor& input : inputs) {
      const Gradient gradient = is_floating(input.dtype()) ? tape.gradient(target, input) : Gradient();
      if (!gradient.empty()) CHECK(gradient.to_dense().shape() == input.shape());
    }
    return true;
  } catch (const Error&) {
    return false;
  }
}

Tensor emptied(const Tensor& x, std::size_t axis) { return Tensor::zeros(x.shape().with(axis, 0), x.dtype()); }

// The inputs with no element along that axis, where they have it.
Tensors emptied(const Tensors& inputs, std::size_t axis) {
  std::vector<Tensor> all;
  for (const Tensor& input : inputs) all.push_back(axis < input.rank() ? emptied(input, axis) : input);
  return all;
}

}  // namespace

TEST_CASE("every layer: every extent of its inputs may be 0, in the outputs and the gradients") {
  for (const LayerExample& example : layer_examples()) {
    CAPTURE(example.class_name);
    CHECK(runs(*example.make(), emptied(example.inputs, 0)));
    for (std::size_t k = 0; k < example.inputs.size(); ++k)
      for (std::size_t axis = 0; axis < example.inputs[k].rank(); ++axis) {
        std::vector<Tensor> inputs(example.inputs.begin(), example.inputs.end());
        inputs[k] = emptied(inputs[k], axis);
        runs(*example.make(), inputs);
        runs(*example.make(), emptied(example.inputs, axis));
      }
  }
}

TEST_CASE("every layer: after its weights are made, extents of 0 are taken or refused") {
  for (const LayerExample& example : layer_examples())
    for (std::size_t axis = 0; axis < example.inputs[0].rank(); ++axis) {
      CAPTURE(example.class_name);
      const auto layer = example.make();
      CHECK(runs(*layer, example.inputs));
      const bool result = runs(*layer, emptied(example.inputs, axis));
      if (axis == 0) CHECK(result);
      CHECK(runs(*layer, example.inputs));  // whatever was refused, the layer goes on
    }
}
