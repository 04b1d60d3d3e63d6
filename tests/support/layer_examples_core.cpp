// Normalisation, core layers and activations.
#include <cornu/framework/activations/activations.hpp>
#include <cornu/layers/activations/elu.hpp>
#include <cornu/layers/activations/leaky_relu.hpp>
#include <cornu/layers/activations/prelu.hpp>
#include <cornu/layers/activations/relu.hpp>
#include <cornu/layers/activations/softmax.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/einsum_dense.hpp>
#include <cornu/layers/core/identity.hpp>
#include <cornu/layers/core/lambda.hpp>
#include <cornu/layers/core/masking.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/normalization/group_normalization.hpp>
#include <cornu/layers/normalization/layer_normalization.hpp>
#include <cornu/layers/normalization/rms_normalization.hpp>
#include <cornu/layers/normalization/spectral_normalization.hpp>
#include <cornu/layers/normalization/unit_normalization.hpp>

#include "tests/support/layer_example.hpp"

namespace cornu::testing {

using namespace layers;

namespace {

// A function that files can name.
Tensor twice(const Tensor& x) { return 2 * x; }

}  // namespace

void add_normalization(std::vector<LayerExample>& examples) {
  const Tensor table = random::normal({4, 6}), sequences = random::normal({2, 4, 3});
  examples.push_back(example(
      "BatchNormalization",
      [] {
        return BatchNormalization({.axis = 1,
                                   .momentum = 0.75,
                                   .epsilon = 0.01,
                                   .beta_initializer = "ones",
                                   .gamma_regularizer = "l2",
                                   .beta_constraint = "non_neg",
                                   .name = "norm"});
      },
      sequences));
  examples.push_back(example(
      "BatchNormalization", [] { return BatchNormalization({.center = false, .scale = false}); }, table));
  examples.push_back(example(
      "LayerNormalization",
      [] {
        return LayerNormalization({.axis = {2, 1}, .epsilon = 0.5, .gamma_constraint = "unit_norm", .name = "norm"});
      },
      sequences));
  examples.push_back(example(
      "LayerNormalization", [] { return LayerNormalization({.center = false, .rms_scaling = true}); }, table));
  examples.push_back(example(
      "GroupNormalization", [] { return GroupNormalization({.groups = 2, .axis = 1, .epsilon = 0.5}); }, table));
  examples.push_back(example(
      "GroupNormalization", [] { return GroupNormalization({.groups = -1, .scale = false}); }, sequences));
  examples.push_back(example(
      "UnitNormalization",
      [] {
        return UnitNormalization({.axis = {1, 2}, .name = "unit"});
      },
      sequences));
  examples.push_back(example(
      "RMSNormalization",
      [] {
        return RMSNormalization({.axis = {1, 2}, .epsilon = 0.5});
      },
      sequences));
  // Frozen: the gradient is that of the divided kernel, and not of the one that a call begins with.
  examples.push_back(example(
      "SpectralNormalization",
      [] { return SpectralNormalization(Dense(3, {.name = "inner"}), {.power_iterations = 2, .trainable = false}); },
      table));
}

void add_core(std::vector<LayerExample>& examples) {
  register_activation("tests>twice", twice);
  const Tensor table = random::normal({4, 5}), sequences = random::normal({2, 4, 3});
  examples.push_back(example(
      "Identity", [] { return Identity({.activity_regularizer = "l2", .name = "same"}); }, sequences));
  examples.push_back(example(
      "Masking", [] { return Masking({.mask_value = 0.5, .name = "steps"}); }, sequences));
  examples.push_back(example(
      "Lambda",
      [] {
        return Lambda(twice, {.output_shape = Shape{4, 3}, .name = "twice"});
      },
      sequences));
  examples.push_back(example(
      "EinsumDense",
      [] {
        return EinsumDense("abc,cd->abd", {None, 2},
                           {.activation = "tanh",
                            .bias_axes = "d",
                            .kernel_initializer = "he_normal",
                            .bias_regularizer = "l2",
                            .kernel_constraint = "unit_norm"});
      },
      sequences));
  examples.push_back(example(
      "EinsumDense", [] { return EinsumDense("...x,xy->...y", {2}); }, table));
}

void add_activations(std::vector<LayerExample>& examples) {
  const Tensor table = random::normal({4, 5}), sequences = random::normal({2, 4, 3});
  examples.push_back(example(
      "ReLU", [] { return ReLU({.max_value = 0.75, .negative_slope = 0.25, .threshold = 0.5}); }, table));
  examples.push_back(example(
      "LeakyReLU", [] { return LeakyReLU({.negative_slope = 0.5, .name = "leaky"}); }, table));
  examples.push_back(example(
      "ELU", [] { return ELU({.alpha = 0.5, .name = "elu"}); }, table));
  examples.push_back(example(
      "PReLU", [] { return PReLU({.alpha_initializer = "ones", .alpha_regularizer = "l2", .shared_axes = {1}}); },
      sequences));
  examples.push_back(example(
      "PReLU", [] { return PReLU({.alpha_constraint = "non_neg"}); }, table));
  examples.push_back(example(
      "Softmax",
      [] {
        return Softmax({.axis = {1, 2}, .name = "parts"});
      },
      sequences));
}

}  // namespace cornu::testing
