#include <cornu/layers/regularization/activity_regularization.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ActivityRegularization;

TEST_CASE("ActivityRegularization: keeps a layer's promises") {
  check(check_layer([] { return ActivityRegularization({.l1 = 0.5, .l2 = 0.25}); }, Shape{2, 3, 4},
                    {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("ActivityRegularization: adds the sums over the batch size, and passes its input on") {
  const Tensor x({{1.F, -2.F}, {3.F, 0.F}});
  const AddedLosses added;
  CHECK(ActivityRegularization({.l1 = 0.5, .l2 = 0.25})(x).identity() == x.identity());
  CHECK(added.total().item<float>() == doctest::Approx((0.5 * 6 + 0.25 * 14) / 2));
}

TEST_CASE("ActivityRegularization: a mask passes through and does not change the sums, an empty batch adds nothing") {
  const AddedLosses added;
  ActivityRegularization layer({.l1 = 1});
  CHECK(layer(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
  CHECK(added.empty());
  CHECK(layer.apply(Tensor::ones({1, 2, 3}), {.mask = Tensor({{true, false}})}).second.has_value());
  CHECK(added.total().item<float>() == 6);
}

TEST_CASE("ActivityRegularization: the config has the factors in place of a regularizer, as Keras's") {
  const Config config = ActivityRegularization({.l1 = 0.5}).get_config();
  CHECK_FALSE(config.contains("activity_regularizer"));
  CHECK(config["l1"].as_double() == 0.5);
  CHECK(config["l2"].as_double() == 0);
}

TEST_CASE("ActivityRegularization: refused") {
  CHECK_THROWS_AS(ActivityRegularization({.l1 = -1}), ValueError);
  CHECK_THROWS_AS(ActivityRegularization({.l2 = -1}), ValueError);
}
