#include <cornu/layers/regularization/spatial_dropout.hpp>

#include <doctest/doctest.h>

#include <type_traits>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::SpatialDropout1D, layers::SpatialDropout2D, layers::SpatialDropout3D;

namespace {

const CallContext training{.training = true};

template <class L>
constexpr std::size_t axes_of = std::is_same_v<L, SpatialDropout1D>   ? 1
                                : std::is_same_v<L, SpatialDropout2D> ? 2
                                                                      : 3;

// (batch, 2, …, channels), or the channels in front
template <class L>
Shape shape_of(std::int64_t batch, std::int64_t channels, bool channels_first = false) {
  Shape shape(batch);
  if (channels_first) shape.push_back(channels);
  for (std::size_t i = 0; i < axes_of<L>; ++i) shape.push_back(2);
  if (!channels_first) shape.push_back(channels);
  return shape;
}

// The largest and the least of each sample's channels.
template <class L>
std::pair<Tensor, Tensor> range(const Tensor& y, std::int64_t first_axis = 1) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < axes_of<L>; ++i) axes.push_back(first_axis + static_cast<std::int64_t>(i));
  return {ops::max(y, {.axis = ops::Axes(axes)}), ops::min(y, {.axis = ops::Axes(axes)})};
}

template <class L>
void channels_come_first() {
  random::set_seed(3);
  const Tensor y = L(0.5, {.data_format = "channels_first"})(Tensor::ones(shape_of<L>(8, 6, true)), training);
  const auto [most, least] = range<L>(y, 2);
  CHECK(ops::array_equal(most, least));
  CHECK_FALSE(ops::array_equal(ops::max(y, {.axis = 1}), ops::min(y, {.axis = 1})));
}

}  // namespace

#define ALL SpatialDropout1D, SpatialDropout2D, SpatialDropout3D

TEST_CASE_TEMPLATE("SpatialDropout: keeps a layer's promises", L, ALL) {
  const Shape shape = shape_of<L>(4, 8);
  check(check_layer([] { return L(0.4, {.seed = 3}); }, shape, {.output_shape = shape}));
}

TEST_CASE_TEMPLATE("SpatialDropout: a channel of a sample is dropped in all places or in none, the others are scaled",
                   L, ALL) {
  random::set_seed(1);
  const Tensor y = L(0.25)(Tensor::ones(shape_of<L>(200, 50)), training);
  const auto [most, least] = range<L>(y);
  CHECK(ops::array_equal(most, least));
  CHECK(ops::max(y).template item<float>() == doctest::Approx(1 / 0.75));
  CHECK(ops::mean(ops::cast(ops::equal(most, 0), float32)).template item<float>() ==
        doctest::Approx(0.25).epsilon(0.05));
}

TEST_CASE("SpatialDropout: channels first") {
  channels_come_first<SpatialDropout2D>();
  channels_come_first<SpatialDropout3D>();
}

TEST_CASE_TEMPLATE("SpatialDropout: outside training, and with rate 0, the input itself; with rate 1 nothing", L, ALL) {
  const Tensor x = Tensor::ones(shape_of<L>(4, 8));
  CHECK(L(0.5)(x).identity() == x.identity());
  CHECK(L(0)(x, training).identity() == x.identity());
  CHECK(ops::array_equal(L(1)(x, training), Tensor::zeros(x.shape())));
}

TEST_CASE_TEMPLATE("SpatialDropout: a seed begins the same stream, which its state continues", L, ALL) {
  const Tensor x = Tensor::ones(shape_of<L>(4, 8));
  L layer(0.5, {.seed = 4}), same(0.5, {.seed = 4});
  layer(x, training);
  same.set_state(layer.state());
  CHECK(ops::array_equal(layer(x, training), same(x, training)));
}

TEST_CASE_TEMPLATE("SpatialDropout: an empty batch, and a mask that passes through", L, ALL) {
  CHECK(L(0.5)(Tensor::zeros(shape_of<L>(0, 3)), training).shape() == shape_of<L>(0, 3));
  const Tensor x = Tensor::zeros(shape_of<L>(1, 3));
  CHECK(L(0.5).apply(x, {.training = true, .mask = Tensor({{true, false}})}).second.has_value());
}

TEST_CASE("SpatialDropout: the config is Keras's, which does not say whether the layer is frozen") {
  CHECK(SpatialDropout1D(0.5, {.name = "s"}).get_config().to_json() ==
        R"({"rate": 0.5, "seed": null, "name": "s", "dtype": "float32"})");
  const char* const config =
      R"({"rate": 0.5, "seed": null, "name": "s", "dtype": "float32", "data_format": "channels_last"})";
  CHECK(SpatialDropout2D(0.5, {.name = "s"}).get_config().to_json() == config);
  CHECK(SpatialDropout3D(0.5, {.name = "s"}).get_config().to_json() == config);
}

TEST_CASE("SpatialDropout: refused") {
  CHECK_THROWS_WITH_AS(SpatialDropout2D(1.5),
                       "[SpatialDropout2D] rate must lie in 0 … 1; got 1.5; expected the part to drop, such as 0.5",
                       ValueError);
  CHECK_THROWS_AS(SpatialDropout2D(0.5, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(SpatialDropout3D(0.5, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(SpatialDropout1D(0.5)(Tensor::zeros({4, 3})), ShapeError);
  CHECK_THROWS_WITH_AS(
      SpatialDropout2D(0.5)(Tensor::zeros({4, 3})),
      "[SpatialDropout2D] the input has another rank; got shape (4, 3); expected rank 4: batch, channels and 2 more",
      ShapeError);
  CHECK_THROWS_AS(SpatialDropout3D(0.5)(Tensor::zeros({4, 3, 2, 2})), ShapeError);
}
