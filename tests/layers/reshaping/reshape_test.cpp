#include <cornu/layers/reshaping/reshape.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;
using layers::Reshape;

TEST_CASE("Reshape: outputs and gradients are Keras's") {
  check_keras_case("reshape", Reshape({3, 4}));
  check_keras_case("reshape_inferred", Reshape({-1, 2}));
  check_keras_case("reshape_to_vector", Reshape({-1}));
}

TEST_CASE("Reshape: keeps a layer's promises") {
  check(check_layer([] { return Reshape({3, 4}); }, Shape{2, 12}, {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return Reshape({2, -1}); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 2, 6}}));
  check(check_layer([] { return Reshape({-1}); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 12}}));
}

TEST_CASE("Reshape: an unknown extent of the input is inferred once there is data") {
  Reshape layer({-1, 2});
  CHECK(layer.compute_output_shape({None, None}) == Shape{None, None, 2});
  CHECK(layer.compute_output_shape({None, 6}) == Shape{None, 3, 2});
  CHECK(layer(Tensor::zeros({5, 6})).shape() == Shape{5, 3, 2});
}

TEST_CASE("Reshape: no elements") {
  CHECK(Reshape({2, -1})(Tensor::zeros({0, 6})).shape() == Shape{0, 2, 3});
  CHECK(Reshape({0, 5})(Tensor::zeros({3, 0})).shape() == Shape{3, 0, 5});
}

TEST_CASE("Reshape: one element a sample becomes a scalar a sample") {
  CHECK(Reshape(Shape{})(Tensor::zeros({3, 1})).shape() == Shape{3});
}

TEST_CASE("Reshape: the config is Keras's") {
  CHECK(Reshape({-1, 2}).get_config()["target_shape"].to_json() == "[-1, 2]");
}

TEST_CASE("Reshape: refused") {
  CHECK_THROWS_AS(Reshape({std::int64_t{1} << 62, 4})(Tensor::ones({2, 4})), ShapeError);
  CHECK_THROWS_WITH_AS(Reshape({-1, 2, -1}),
                       "[Reshape] at most one extent can be inferred; got (None, 2, None); expected one -1 at most",
                       ValueError);
  Reshape layer({4, 3}, {.name = "squares"}), inferred({4, -1}), nothing({0, -1});
  CHECK_THROWS_WITH_AS(layer(Tensor::zeros({2, 13})),
                       "[Reshape 'squares'] samples do not fit the target; got (13,), 13 elements; expected (4, 3)",
                       ShapeError);
  CHECK_THROWS_AS(inferred(Tensor::zeros({2, 13})), ShapeError);
  CHECK_THROWS_AS(inferred(Tensor::symbolic({None, 13})), ShapeError);
  CHECK_THROWS_AS(nothing(Tensor::zeros({2, 13})), ShapeError);
  CHECK_THROWS_AS(layer(Tensor(1.f)), ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 2, 6}), {.mask = Tensor::ones({1, 2}, boolean)}), StateError);
}
