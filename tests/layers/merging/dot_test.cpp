#include <cornu/layers/merging/dot.hpp>

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
using layers::Dot;

TEST_CASE("Dot: outputs and gradients are Keras's") {
  check_keras_case("dot_vectors", Dot(1));
  check_keras_case("dot_vector_matrix", Dot({1, 2}, {.normalize = true}));
  check_keras_case("dot_matrices", Dot({1, 2}));
}

TEST_CASE("Dot: keeps a layer's promises") {
  check(check_layer([] { return Dot(-1); }, {random::normal({2, 3}), random::normal({2, 3})},
                    {.output_shape = Shape{2, 1}}));
  check(check_layer(
      [] {
        return Dot({1, 2});
      },
      {random::normal({2, 3, 4}), random::normal({2, 5, 3})}, {.output_shape = Shape{2, 4, 5}}));
  check(check_layer(
      [] {
        return Dot({3, 1}, {.normalize = true});
      },
      {random::normal({2, 2, 3, 4}), random::normal({2, 4, 3})}, {.output_shape = Shape{2, 2, 3, 3}}));
}

// Σ_k x[b, i, k] · y[b, k, j], written out
TEST_CASE("Dot: a product of matrices, sample by sample") {
  const Tensor x({{{1.f, 2.f}, {3.f, 4.f}}, {{1.f, 0.f}, {0.f, 1.f}}});
  const Tensor y({{{5.f}, {6.f}}, {{7.f}, {8.f}}});
  CHECK(ops::array_equal(Dot({2, 1})({x, y}), Tensor({{{17.f}, {39.f}}, {{7.f}, {8.f}}})));
  CHECK(ops::array_equal(Dot(1)({x, y}), Tensor({{{23.f}, {34.f}}, {{7.f}, {8.f}}})));
}

TEST_CASE("Dot: with normalize, vectors shorter than 1e-7 have not quite length 1, as Keras's") {
  const auto likeness = [](float length) {
    return Dot(1, {.normalize = true})({Tensor({{length, 0.F}}), Tensor({{2.F, 0.F}})}).item<float>();
  };
  CHECK(likeness(1e-7F) == doctest::Approx(1));
  CHECK(likeness(1e-8F) == doctest::Approx(0.1));
}

TEST_CASE("Dot: vectors of length 0 have the cosine 0") {
  const Tensor zero = Tensor::zeros({1, 2});
  CHECK(ops::array_equal(Dot(1, {.normalize = true})({zero, zero}), Tensor({{0.f}})));
}

TEST_CASE("Dot: writes one axis for both or a pair, as it was given") {
  CHECK(Dot(1).get_config()["axes"].to_json() == "1");
  CHECK(Dot({1, 1}).get_config()["axes"].to_json() == "[1, 1]");
  CHECK(Dot({2, -1}).get_config()["axes"].to_json() == "[2, -1]");
}

TEST_CASE("Dot: refused") {
  const Tensor x = Tensor::zeros({2, 3}), y = Tensor::zeros({2, 4, 3});
  CHECK_THROWS_WITH_AS(
      Dot(1)({x, y}),
      "[Dot] extents differ; got axis 1 of (2, 3) and axis 1 of (2, 4, 3); expected equal ones, and one "
      "batch",
      ShapeError);
  CHECK_THROWS_WITH_AS(Dot(0)({x, x}), "[Dot] axis 0 is the batch; got axis 0 of (2, 3); expected another", ValueError);
  CHECK_THROWS_AS(Dot(-2)({x, x}), ValueError);
  CHECK_THROWS_AS(Dot(2)({x, x}), IndexError);
  CHECK_THROWS_AS(Dot(1)({x, Tensor::zeros({3, 3})}), ShapeError);
  CHECK_THROWS_AS(Dot(1)({Tensor::zeros({2}), x}), ValueError);
  CHECK_THROWS_AS(Dot(1)(x), ValueError);
  CHECK_THROWS_AS(Dot(1)({x, x, x}), ValueError);
}
