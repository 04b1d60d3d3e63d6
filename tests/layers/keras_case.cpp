#include "tests/layers/keras_case.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

namespace {

const Fixture& fixture_named(const std::string& name) {
  static std::map<std::string, Fixture> all;
  return all.try_emplace(name, name).first->second;
}

Mask mask_of(const Fixture& fixture, const std::string& record) {
  return fixture.has(record) ? Mask(fixture.tensor(record)) : std::nullopt;
}

// What goes into a layer: "", or "/0", "/1", … where several inputs are joined.
std::vector<std::string> inputs_of(const Fixture& fixture, const std::string& name) {
  if (fixture.has(name + "/input")) return {""};
  std::vector<std::string> suffixes;
  for (int i = 0; fixture.has(fmt::format("{}/input/{}", name, i)); ++i) suffixes.push_back(fmt::format("/{}", i));
  return suffixes;
}

void check_close(const Tensor& got, const Tensor& expected, const std::string& what) {
  INFO(what, ": got ", to_string(got), ", Keras says ", to_string(expected));
  CHECK(ops::all_close(got, expected, 1e-5, 1e-6));
}

std::vector<Tensor> weights_of(const Fixture& fixture, const std::string& name) {
  std::vector<Tensor> weights;
  while (fixture.has(fmt::format("{}/weights/{}", name, weights.size())))
    weights.push_back(fixture.tensor(fmt::format("{}/weights/{}", name, weights.size())));
  return weights;
}

// Zeros where the target does not depend on it, as Keras has it.
Tensor gradient_of(GradientTape& tape, const Tensor& target, const Variable& weight) {
  const Gradient gradient = tape.gradient(target, weight);
  return gradient.empty() ? Tensor::zeros(weight.shape(), weight.dtype()) : gradient.to_dense();
}

void check_mask(const Mask& mask, const Mask& expected, const std::string& name) {
  CHECK_MESSAGE(mask.has_value() == expected.has_value(), name);
  if (mask && expected) CHECK_MESSAGE(ops::array_equal(*mask, *expected), name);
}

}  // namespace

void check_keras_case(const std::string& name, LayerBase& layer, const KerasCaseOptions& options) {
  const Fixture& fixture = fixture_named(options.fixture);
  const std::vector<std::string> suffixes = inputs_of(fixture, name);
  REQUIRE_MESSAGE(!suffixes.empty(), name);
  Tensors inputs;
  Masks masks;
  std::vector<Shape> shapes;
  for (const std::string& suffix : suffixes) {
    inputs.push_back(fixture.tensor(name + "/input" + suffix));
    masks.push_back(mask_of(fixture, name + "/mask" + suffix));
    shapes.push_back(inputs[inputs.size() - 1].shape());
  }
  layer.ensure_built(Shapes(shapes));
  layer.set_weights(weights_of(fixture, name));

  GradientTape tape({.persistent = true});
  for (const Tensor& input : inputs)
    if (is_floating(input.dtype())) tape.watch(input);
  const auto [outputs, output_masks] = layer.apply(inputs, {.training = options.training,
                                                            .masks = masks,
                                                            .reverse = options.reverse,
                                                            .return_attention_scores = options.return_attention_scores,
                                                            .use_causal_mask = options.use_causal_mask});
  const Tensor target = ops::sum(outputs[0] * fixture.tensor(name + "/cotangent"));
  check_close(outputs[0], fixture.tensor(name + "/output"), name);
  CHECK(outputs.size() == (options.return_attention_scores ? 2 : 1));
  if (options.return_attention_scores) check_close(outputs[1], fixture.tensor(name + "/scores"), name);
  check_mask(mask_at(output_masks, 0), mask_of(fixture, name + "/output_mask"), name);

  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string record = name + "/gradient/input" + suffixes[i];
    if (fixture.has(record)) check_close(tape.gradient(target, inputs[i]).to_dense(), fixture.tensor(record), record);
  }
  for (std::size_t i = 0; i < layer.weights().size(); ++i) {
    const Variable weight = layer.weights()[i];
    const std::string gradient = fmt::format("{}/gradient/{}", name, i), after = fmt::format("{}/after/{}", name, i);
    if (weight.trainable()) check_close(gradient_of(tape, target, weight), fixture.tensor(gradient), gradient);
    if (options.training && !weight.trainable()) check_close(weight, fixture.tensor(after), after);
  }
}

}  // namespace cornu::testing
