#include <cornu/layers/preprocessing/discretization.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Discretization;

TEST_CASE("Discretization: bins are Keras's in every output mode, NaN in the last") {
  const testing::Fixture keras("preprocessing");
  const auto check_case = [&](const std::string& name, Discretization layer) {
    CAPTURE(name);
    const Tensor got = layer(keras.tensor(name + "/input")), expected = keras.tensor(name + "/output");
    CHECK(ops::array_equal(got, expected));
    CHECK(got.dtype() == expected.dtype());
  };
  check_case("boundaries", Discretization({.bin_boundaries = {0, 1}}));
  check_case("boundaries_integers", Discretization({.bin_boundaries = {0, 2.5}}));
  for (const char* mode : {"one_hot", "multi_hot", "count"})
    for (const char* shape : {"table", "column", "row"})
      check_case(fmt::format("boundaries_{}_{}", mode, shape),
                 Discretization({.bin_boundaries = {0, 1}, .output_mode = mode}));
}

TEST_CASE("Discretization: adapt finds Keras's boundaries, in one batch and in several") {
  const testing::Fixture keras("preprocessing");
  const auto check_case = [&](const std::string& name, Discretization layer) {
    CAPTURE(name);
    std::vector<Tensor> batches;
    while (keras.has(fmt::format("{}/adapt/{}", name, batches.size())))
      batches.push_back(keras.tensor(fmt::format("{}/adapt/{}", name, batches.size())));
    layer.adapt(batches);
    const Tensor expected = keras.tensor(name + "/boundaries");
    REQUIRE(static_cast<std::int64_t>(layer.bin_boundaries().size()) == expected.size());
    for (std::size_t i = 0; i < layer.bin_boundaries().size(); ++i)
      CHECK(layer.bin_boundaries()[i] == doctest::Approx(expected.data<double>()[i]).epsilon(1e-6));
  };
  check_case("bins", Discretization({.num_bins = 3}));
  check_case("bins_many", Discretization({.num_bins = 4}));
  check_case("bins_coarse", Discretization({.num_bins = 7, .epsilon = 0.05}));
  check_case("bins_batches", Discretization({.num_bins = 4, .epsilon = 0.02}));
  check_case("bins_one", Discretization({.num_bins = 1}));
}

TEST_CASE(
    "Discretization: what adapt found goes through a config beside num_bins, which Keras needs without trainable") {
  Discretization layer({.num_bins = 3, .name = "bins"});
  layer.adapt(Tensor({0.F, 1.F, 2.F, 3.F, 4.F, 5.F, 6.F, 7.F, 8.F}));
  const Config config = layer_to_config(layer);
  CHECK(config["config"].to_json() ==
        "{\"bin_boundaries\": [1.9999998807907104, 5.0], \"num_bins\": 3, \"epsilon\": 0.01, \"output_mode\": "
        "\"int\", \"sparse\": false, \"name\": \"bins\", \"dtype\": \"float32\"}");
  const auto again = layer_from_config(ConfigView(config, "test", "", "config"));
  CHECK(layer_to_config(*again).to_json() == config.to_json());
  CHECK(ops::array_equal((*again)(Tensor({1.F, 2.F, 9.F})), Tensor({0, 1, 2})));
}

TEST_CASE("Discretization: keeps a layer's promises") {
  check(check_layer(
      [] {
        return Discretization({.bin_boundaries = {-0.5, 0, 0.5}});
      },
      Tensor({{1, 2}, {3, -4}}), {.output_shape = Shape{2, 2}}));
  check(check_layer([] { return Discretization({.bin_boundaries = {0}, .output_mode = "count"}); },
                    Tensor({{1, 2}, {3, -4}}), {.output_shape = Shape{2, 2}}));
}

TEST_CASE("Discretization: an empty batch, and what is refused") {
  CHECK(Discretization({.bin_boundaries = {0}})(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
  CHECK_THROWS_WITH_AS(Discretization({}),
                       "[Discretization] one of `bin_boundaries` and `num_bins` must be given; got none", ValueError);
  CHECK_THROWS_AS(Discretization({.bin_boundaries = {0}, .num_bins = 2}), ValueError);
  CHECK_THROWS_AS(Discretization({.bin_boundaries = {1, 0}}), ValueError);
  CHECK_THROWS_AS(Discretization({.bin_boundaries = {NAN}}), ValueError);
  CHECK_THROWS_AS(Discretization({.num_bins = 0}), ValueError);
  CHECK_THROWS_AS(Discretization({.num_bins = 2, .epsilon = 0}), ValueError);
  CHECK_THROWS_AS(Discretization({.num_bins = 2, .output_mode = "tf_idf"}), ValueError);
  Discretization given({.bin_boundaries = {0}}), layer({.num_bins = 2});
  CHECK_THROWS_AS(given.adapt(Tensor::zeros({2})), StateError);
  CHECK_THROWS_AS(layer(Tensor::zeros({2})), StateError);
  CHECK_THROWS_AS(layer.adapt(Tensor::zeros({0})), ValueError);
  CHECK_THROWS_AS(layer.adapt(std::vector<Tensor>()), ValueError);
}
