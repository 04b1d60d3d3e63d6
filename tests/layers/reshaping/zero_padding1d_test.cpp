#include <cornu/layers/reshaping/zero_padding1d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ZeroPadding1D;

namespace {

void check_case(const std::string& name, ZeroPadding1D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("ZeroPadding1D: outputs and gradients are Keras's") {
  check_case("zero_padding1d", ZeroPadding1D());
  check_case("zero_padding1d_pair", ZeroPadding1D({.padding = {0, 2}}));
  check_case("zero_padding1d_first", ZeroPadding1D({.padding = {2, 1}, .data_format = "channels_first"}));
}

TEST_CASE("ZeroPadding1D: keeps a layer's promises") {
  check(check_layer(
      [] {
        return ZeroPadding1D({.padding = {1, 2}});
      },
      Shape{2, 3, 2}, {.output_shape = Shape{2, 6, 2}}));
}

TEST_CASE("ZeroPadding1D: integers stay integers, steps that are not known stay so, an empty batch") {
  CHECK(ZeroPadding1D()(Tensor({{{1}}})).to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 1, 0});
  CHECK(ZeroPadding1D().compute_output_shape({None, None, 3}) == Shape{None, None, 3});
  CHECK(ZeroPadding1D()(Tensor::zeros({0, 5, 2})).shape() == Shape{0, 7, 2});
}

TEST_CASE("ZeroPadding1D: refused") {
  CHECK_THROWS_AS(ZeroPadding1D({.padding = {1, 2, 3}}), ValueError);
  CHECK_THROWS_WITH_AS(ZeroPadding1D({.padding = {0, -1}}),
                       "[ZeroPadding1D] `padding` must not be negative; got (0, -1); expected 0 or more", ValueError);
  CHECK_THROWS_AS(ZeroPadding1D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(ZeroPadding1D()(Tensor::zeros({2, 5})), ShapeError);
  CHECK_THROWS_AS(ZeroPadding1D()(Tensor::zeros({1, 2, 3}), {.mask = Tensor({{true, false}})}), StateError);
}
