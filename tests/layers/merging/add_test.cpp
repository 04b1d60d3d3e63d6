#include <cornu/layers/merging/add.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using cornu::testing::check_keras_case;
using layers::Add;

TEST_CASE("Add: outputs, masks and gradients are Keras's") {
  for (const char* name : {"add", "add_ranks"}) check_keras_case(name, Add());
}

TEST_CASE("Add: keeps a layer's promises") {
  check(check_layer([] { return Add(); }, {random::normal({2, 3, 4}), random::normal({2, 3, 4})},
                    {.output_shape = Shape{2, 3, 4}, .weight_names = {{}}}));
  check(check_layer([] { return Add(); }, {random::normal({2, 4}), random::normal({2, 3, 1}), random::normal({2, 1})},
                    {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return Add(); }, Shape{2, 3}, {.output_shape = Shape{2, 3}}));
}

TEST_CASE("Add: one tensor twice, integers, and an empty batch") {
  const Tensor x({{1, 2}, {3, 4}});
  CHECK(ops::array_equal(Add()({x, x, x}), 3 * x));
  CHECK(Add()({Tensor::zeros({0, 2}), Tensor::zeros({0, 2})}).shape() == Shape{0, 2});
}

TEST_CASE("Add: the output has a mask only if every input has one") {
  const Tensor x = Tensor::zeros({1, 3, 2}), a({{true, false, false}}), b({{false, false, true}});
  const auto both = Add().apply({x, x}, {.masks = {a, b}}).second;
  REQUIRE(mask_at(both, 0));
  CHECK(ops::array_equal(*mask_at(both, 0), Tensor({{true, false, true}})));
  CHECK_FALSE(mask_at(Add().apply({x, x}, {.masks = {a, std::nullopt}}).second, 0));
  CHECK_FALSE(mask_at(Add().apply({x, x}, {}).second, 0));
}

TEST_CASE("Add: refused") {
  CHECK_THROWS_WITH_AS(Add()({Tensor::zeros({2, 3}), Tensor::zeros({3, 3})}),
                       "[Add] the inputs have different batch sizes; got (2, 3) and (3, 3); expected one", ShapeError);
  CHECK_THROWS_WITH_AS(Add({.name = "sum"})({Tensor::zeros({2, 3}), Tensor::zeros({2, 4})}),
                       doctest::Contains("[Add 'sum']"), ShapeError);
  CHECK_THROWS_WITH_AS(Add()({Tensor(1.f), Tensor(1.f)}), doctest::Contains("an input has no batch"), ShapeError);
  CHECK_THROWS_AS(Add()({Tensor::zeros({2, 3}), Tensor::zeros({2, 3}, int32)}), ValueError);
  CHECK_THROWS_WITH_AS(Add()(Tensors()), doctest::Contains("[Add]"), ValueError);
}
