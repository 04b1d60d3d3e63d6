#include <cornu/layers/normalization/spectral_normalization.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/activations/activation.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Dense;
using layers::SpectralNormalization;

namespace {

const CallContext training{.training = true};

std::vector<Tensor> weights_of(const std::string& records) {
  static const cornu::testing::Fixture fixture("normalization");
  std::vector<Tensor> weights;
  while (fixture.has(fmt::format("{}/{}", records, weights.size())))
    weights.push_back(fixture.tensor(fmt::format("{}/{}", records, weights.size())));
  return weights;
}

void check_case(const std::string& name, SpectralNormalization layer) {
  const cornu::testing::Fixture fixture("normalization");
  const Tensor x = fixture.tensor(name + "/input");
  layer.ensure_built(x.shape());
  layer.set_weights(weights_of(name + "/weights"));
  CHECK(ops::all_close(layer(x), fixture.tensor(name + "/before"), 1e-5, 1e-6));
  for (const Tensor& expected : weights_of(name + "/output"))
    CHECK(ops::all_close(layer(x, training), expected, 1e-5, 1e-6));
  const std::vector<Tensor> after = weights_of(name + "/after"), got = layer.get_weights();
  REQUIRE(got.size() == after.size());
  for (std::size_t i = 0; i < after.size(); ++i) CHECK(ops::all_close(got[i], after[i], 1e-5, 1e-6));
}

}  // namespace

TEST_CASE("SpectralNormalization: outputs and weights of eager calls are Keras's") {
  check_case("spectral", SpectralNormalization(Dense(3)));
  check_case("spectral_iterations", SpectralNormalization(Dense(3), {.power_iterations = 4}));
}

TEST_CASE("SpectralNormalization: keeps a layer's promises") {
  // The gradient is that of the divided kernel, so it is not compared with differences of the kernel that was.
  check(check_layer([] { return SpectralNormalization(Dense(3), {.trainable = false}); }, Shape{4, 5},
                    {.output_shape = Shape{4, 3}, .weight_names = {{"kernel", "vector_u", "bias"}}}));
}

TEST_CASE("SpectralNormalization: the gradient is that of the divided kernel") {
  const auto inner = std::make_shared<Dense>(3);
  SpectralNormalization layer(inner);
  const Tensor x = random::normal({4, 5});
  layer.ensure_built(x.shape());
  const auto gradients = [&](LayerBase& called, const CallContext& context) {
    GradientTape tape;
    const Tensor loss = ops::sum(ops::square(called(x, context)));
    return tape.gradient(loss, inner->weights());
  };
  const auto through = gradients(layer, training), alone = gradients(*inner, {});
  for (std::size_t i = 0; i < alone.size(); ++i) CHECK(ops::array_equal(through[i].to_dense(), alone[i].to_dense()));
}

TEST_CASE("SpectralNormalization: a training call overwrites the kernel, one outside of training uses it as it is") {
  SpectralNormalization layer(Dense(2, {.use_bias = false}), {.power_iterations = 20});
  layer.ensure_built(Shape{None, 2});
  const Tensor twice({{2.F, 0.F}, {0.F, 2.F}}), one({{1.F, 0.F}, {0.F, 1.F}});
  layer.set_weights({twice, Tensor({{0.6F, 0.8F}})});
  CHECK(ops::array_equal(layer(one), twice));
  CHECK(ops::all_close(layer(one, training), one));
  CHECK(ops::all_close(layer(one), one));
  CHECK(ops::all_close(layer.get_weights()[0], one));
}

TEST_CASE("SpectralNormalization: a kernel of zeros is left alone") {
  SpectralNormalization layer(Dense(2, {.kernel_initializer = "zeros"}));
  const Tensor x = Tensor::ones({1, 3});
  layer.ensure_built(x.shape());
  const std::vector<Tensor> before = layer.get_weights();
  layer(x, training);
  CHECK(ops::array_equal(layer.get_weights()[1], before[1]));
  CHECK(ops::array_equal(layer.get_weights()[0], Tensor::zeros({3, 2})));
}

TEST_CASE("SpectralNormalization: of an embedding, whose output stays floating") {
  SpectralNormalization layer(layers::Embedding(4, 3));
  const Tensor y = layer(Tensor({{1, 2}}), training);
  CHECK(y.dtype() == float32);
  CHECK(y.shape() == Shape{1, 2, 3});
  CHECK(layer.weights().front().name() == "embeddings");
}

TEST_CASE("SpectralNormalization: an empty batch") {
  CHECK(SpectralNormalization(Dense(2))(Tensor::zeros({0, 3}), training).shape() == Shape{0, 2});
}

TEST_CASE("SpectralNormalization: refused") {
  CHECK_THROWS_AS(SpectralNormalization(std::shared_ptr<LayerBase>()), ValueError);
  CHECK_THROWS_WITH_AS(SpectralNormalization(Dense(2), {.power_iterations = 0}),
                       "[SpectralNormalization] `power_iterations` must be 1 or more; got 0", ValueError);
  CHECK_THROWS_AS(SpectralNormalization(layers::Activation("relu"))(Tensor::zeros({2, 3})), ValueError);
  CHECK_THROWS_AS(SpectralNormalization(Dense(2))(Tensor::zeros({1, 2, 3}), {.mask = Tensor({{true, false}})}),
                  StateError);
}
