#include <cornu/layers/reshaping/up_sampling1d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::UpSampling1D;

namespace {

void check_case(const std::string& name, UpSampling1D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("UpSampling1D: output and gradient are Keras's") { check_case("up_sampling1d", UpSampling1D({.size = 3})); }

TEST_CASE("UpSampling1D: keeps a layer's promises") {
  check(check_layer([] { return UpSampling1D(); }, Shape{2, 3, 2}, {.output_shape = Shape{2, 6, 2}}));
}

TEST_CASE("UpSampling1D: integers stay integers, steps that are not known stay so, an empty batch") {
  CHECK(UpSampling1D()(Tensor({{{1}, {2}}})).to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 1, 2, 2});
  CHECK(UpSampling1D().compute_output_shape({None, None, 3}) == Shape{None, None, 3});
  CHECK(UpSampling1D()(Tensor::zeros({0, 5, 2})).shape() == Shape{0, 10, 2});
}

TEST_CASE("UpSampling1D: refused") {
  CHECK_THROWS_WITH_AS(UpSampling1D({.size = 0}), "[UpSampling1D] `size` must be positive; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_AS(UpSampling1D()(Tensor::zeros({2, 5})), ShapeError);
  CHECK_THROWS_AS(UpSampling1D()(Tensor::zeros({1, 2, 3}), {.mask = Tensor({{true, false}})}), StateError);
}
