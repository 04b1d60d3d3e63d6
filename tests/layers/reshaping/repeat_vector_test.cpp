#include <cornu/layers/reshaping/repeat_vector.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::RepeatVector;

namespace {

void check_case(const std::string& name, RepeatVector layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("RepeatVector: output and gradient are Keras's") { check_case("repeat_vector", RepeatVector(3)); }

TEST_CASE("RepeatVector: keeps a layer's promises") {
  check(check_layer([] { return RepeatVector(3); }, Shape{2, 4}, {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("RepeatVector: any dtype, and an empty batch") {
  CHECK(RepeatVector(2)(Tensor({{1, 2}})).to_vector<std::int32_t>() == std::vector<std::int32_t>{1, 2, 1, 2});
  CHECK(RepeatVector(2)(Tensor::zeros({0, 3})).shape() == Shape{0, 2, 3});
}

TEST_CASE("RepeatVector: refused") {
  CHECK_THROWS_WITH_AS(RepeatVector(0), "[RepeatVector] `n` must be a positive integer; got 0", ValueError);
  CHECK_THROWS_AS(RepeatVector(2)(Tensor::zeros({2, 3, 4})), ShapeError);
}
