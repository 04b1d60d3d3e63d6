#include <cornu/layers/preprocessing/hashing.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;
using layers::Hashing;

TEST_CASE("Hashing: integers have Keras's bins, with a mask and a salt too") {
  const testing::Fixture expected("hashing");
  const Tensor integers = expected.tensor("integers");
  for (const std::int64_t bins : {1, 2, 8, 1000003}) {
    const std::string record = fmt::format("integers/{}", bins);
    CAPTURE(record);
    CHECK(ops::array_equal(Hashing(bins)(integers), expected.tensor(record)));
    CHECK(ops::array_equal(Hashing(bins, {.salt = 7})(integers), expected.tensor(record + "/salt")));
    CHECK(ops::array_equal(Hashing(bins, {.mask_value = 0})(integers), expected.tensor(record + "/mask0")));
  }
  CHECK(ops::array_equal(Hashing(8, {.mask_value = 1000, .salt = 7})(integers),
                         expected.tensor("integers/8/mask1000/salt")));
  CHECK(ops::array_equal(Hashing(8)(Tensor({0, 1, 2})), Tensor({7, 1, 7}, int64)));
}

TEST_CASE("Hashing: stands before an embedding that masks") {
  Sequential model{Hashing(50, {.mask_value = 0}), layers::Embedding(50, 4, {.mask_zero = true}),
                   layers::GlobalAveragePooling1D(), layers::Dense(1)};
  model.compile("adam", "mse");
  const Tensor x({{123456789, 0, 0}, {-5, 77, 0}});
  model.fit(x, Tensor({1.f, 0.f}), {.epochs = 2, .verbose = 0});
  const Tensor longer({{123456789, 0, 0, 0}, {-5, 77, 0, 0}});
  CHECK(ops::array_equal(model.predict(x), model.predict(longer)));
}

TEST_CASE("Hashing: shapes, no integers at all, and the config") {
  Hashing layer(10, {.mask_value = 3, .salt = text::Salt(1, 2), .name = "ids"});
  CHECK(layer(Tensor::zeros({0, 3}, int32)).shape() == Shape{0, 3});
  CHECK(layer(Tensor(3)).item<int>() == 0);
  CHECK(layer.compute_output_shape({None, 4}) == Shape{None, 4});
  CHECK(layer(Tensor::symbolic({None}, int32)).dtype() == int64);
  const Config config = layer.get_config();
  CHECK(config["num_bins"].as_int() == 10);
  CHECK(config["mask_value"].as_int() == 3);
  CHECK(config["salt"].to_json() == "[1, 2]");
  CHECK(Hashing(10).get_config()["salt"].is_null());
}

TEST_CASE("Hashing: refused") {
  CHECK_THROWS_WITH_AS(Hashing(0), "[Hashing] `num_bins` must be positive; got 0; expected 1 or more", ValueError);
  Hashing layer(10);
  CHECK_THROWS_AS(layer(Tensor({1.f})), ValueError);
  CHECK_THROWS_AS(layer(Tensor({true})), ValueError);
}
