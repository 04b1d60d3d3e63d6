#include "tests/layers/keras_case.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cornu/framework/ops.hpp>
#include <cornu/framework/tape.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

namespace {

Mask mask_of(const Fixture& fixture, const std::string& record) {
  return fixture.has(record) ? Mask(fixture.tensor(record)) : std::nullopt;
}

void check_close(const Tensor& got, const Tensor& expected, const std::string& what) {
  INFO(what, ": got ", to_string(got), ", Keras says ", to_string(expected));
  CHECK(ops::all_close(got, expected, 1e-5, 1e-6));
}

}  // namespace

void check_keras_case(const std::string& name, LayerBase& layer) {
  static const Fixture fixture("layers");
  const Tensor input = fixture.tensor(name + "/input");
  layer.ensure_built(input.shape());
  std::vector<Tensor> weights;
  while (fixture.has(fmt::format("{}/weights/{}", name, weights.size())))
    weights.push_back(fixture.tensor(fmt::format("{}/weights/{}", name, weights.size())));
  layer.set_weights(weights);

  GradientTape tape({.persistent = true});
  if (is_floating(input.dtype())) tape.watch(input);
  const auto [output, mask] = layer.apply(input, {.mask = mask_of(fixture, name + "/mask")});
  const Tensor target = ops::sum(output * fixture.tensor(name + "/cotangent"));
  check_close(output, fixture.tensor(name + "/output"), name);

  const Mask expected_mask = mask_of(fixture, name + "/output_mask");
  CHECK_MESSAGE(mask.has_value() == expected_mask.has_value(), name);
  if (mask && expected_mask) CHECK_MESSAGE(ops::array_equal(*mask, *expected_mask), name);

  if (fixture.has(name + "/gradient/input"))
    check_close(tape.gradient(target, input).to_dense(), fixture.tensor(name + "/gradient/input"), name + ", input");
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::string record = fmt::format("{}/gradient/{}", name, i);
    check_close(tape.gradient(target, layer.weights()[i]).to_dense(), fixture.tensor(record), record);
  }
}

}  // namespace cornu::testing
