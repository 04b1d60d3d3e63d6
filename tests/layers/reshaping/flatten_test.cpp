#include <cornu/layers/reshaping/flatten.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;
using layers::Flatten;

TEST_CASE("Flatten: outputs and gradients are Keras's") {
  for (const char* name : {"flatten", "flatten_rank1", "flatten_rank4"}) check_keras_case(name, Flatten());
  check_keras_case("flatten_channels_first", Flatten({.data_format = "channels_first"}));
}

TEST_CASE("Flatten: keeps a layer's promises") {
  check(check_layer([] { return Flatten(); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 12}}));
  check(check_layer([] { return Flatten(); }, Shape{2}, {.output_shape = Shape{2, 1}}));
  check(check_layer([] { return Flatten({.data_format = "channels_first"}); }, Shape{2, 3, 4, 5},
                    {.output_shape = Shape{2, 60}}));
}

TEST_CASE("Flatten: any dtype, also where a sample has no elements") {
  Flatten layer;
  CHECK(ops::array_equal(layer(Tensor({{{1, 2}, {3, 4}}})), Tensor({{1, 2, 3, 4}})));
  for (const DType dtype : {int32, int64, boolean}) CHECK(layer(Tensor::zeros({1, 2, 2}, dtype)).dtype() == dtype);
  CHECK(layer(Tensor::zeros({2, 0, 3})).shape() == Shape{2, 0});
  CHECK(layer(Tensor::zeros({0, 2, 3})).shape() == Shape{0, 6});
}

TEST_CASE("Flatten: an unknown extent makes an unknown one") {
  CHECK(Flatten().compute_output_shape({None, None, 16}) == Shape{None, None});
  CHECK(Flatten().compute_output_shape({None, 4, 16}) == Shape{None, 64});
}

TEST_CASE("Flatten: between an Embedding and a Dense it needs input_length") {
  layers::Embedding fixed(10, 4, {.input_length = 5}), open(10, 4);
  CHECK(layers::Dense(1).compute_output_shape(
            Flatten().compute_output_shape(fixed.compute_output_shape({None, None}))) == Shape{None, 1});
  const Shape unknown = Flatten().compute_output_shape(open.compute_output_shape({None, None}));
  layers::Dense dense(1);
  CHECK_THROWS_AS(dense.compute_output_shape(unknown), ShapeError);
}

TEST_CASE("Flatten: refused") {
  CHECK_THROWS_AS(Flatten({.data_format = "last"}), ValueError);
  CHECK_THROWS_AS(Flatten()(Tensor(1.f)), ShapeError);
  Flatten layer({.name = "flat"});
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 2, 3}), {.mask = Tensor::ones({1, 2}, boolean)}), StateError);
}
