#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/convolution.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;
using Floats = std::vector<float>;

namespace {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();

Tensor normal(const Shape& shape) { return random::normal(shape, 0, 1, float64, random::Generator(1)); }
Tensor line(const Floats& values) { return ops::reshape(Tensor(values), {1, -1, 1}); }

Floats gradient_of(const Tensor& x, const std::function<Tensor(const Tensor&)>& f) {
  GradientTape tape;
  tape.watch(x);
  return tape.gradient(ops::sum(f(x)), x).to_dense().to_vector<float>();
}

}  // namespace

TEST_CASE("max_pool: the largest of each window, NaN before all") {
  CHECK(ops::max_pool(line({1, 5, 2, 4, 3}), 2).to_vector<float>() == Floats{5, 4});
  CHECK(ops::max_pool(line({1, 5, 2, 4, 3}), 2, {.padding = "same"}).to_vector<float>() == Floats{5, 4, 3});
  CHECK(ops::max_pool(line({1, 5, 2, 4, 3}), 3, {.strides = 1}).to_vector<float>() == Floats{5, 5, 4});
  CHECK(ops::max_pool(line({-3, -1, -2}), 3, {.strides = 1, .padding = "same"}).to_vector<float>() ==
        Floats{-1, -1, -1});
  CHECK(ops::max_pool(line({-inf, -inf}), 2).to_vector<float>() == Floats{-inf});
  const Floats y = ops::max_pool(line({not_a_number, 1, 3, 2, 5, not_a_number}), 2).to_vector<float>();
  CHECK(std::isnan(y[0]));
  CHECK(y[1] == 3);
  CHECK(std::isnan(y[2]));
}

TEST_CASE("max_pool: integers stay integers") {
  const Tensor x = ops::reshape(Tensor({3, 1, 2, 4}), {1, 4, 1});
  CHECK(ops::array_equal(ops::max_pool(x, 2), ops::reshape(Tensor({3, 4}), {1, 2, 1})));
  CHECK(ops::max_pool(x.astype(int64), 2).dtype() == int64);
}

TEST_CASE("max_pool: the first of equals takes the gradient") {
  const auto pool = [](const Tensor& x) { return ops::max_pool(x, 2, {.strides = 1}); };
  CHECK(gradient_of(line({1, 1, 0, 2, 2}), pool) == Floats{1, 1, 0, 2, 0});
  CHECK(gradient_of(line({not_a_number, not_a_number, 0}), pool) == Floats{1, 1, 0});
}

TEST_CASE("average_pool: what lies outside does not count") {
  CHECK(ops::average_pool(line({1, 2, 3, 4}), 3, {.strides = 2, .padding = "same"}).to_vector<float>() ==
        Floats{2, 3.5F});
  CHECK(ops::average_pool(line({1, 2, 3, 4, 9}), 2).to_vector<float>() == Floats{1.5F, 3.5F});
  const Tensor image = ops::reshape(Tensor({1.F, 2.F, 3.F, 4.F}), {1, 2, 2, 1});
  CHECK(ops::average_pool(image, 3, {.strides = 1, .padding = "same"}).to_vector<float>() ==
        Floats{2.5F, 2.5F, 2.5F, 2.5F});
  CHECK(gradient_of(line({1, 2, 3, 4}), [](const Tensor& x) { return ops::average_pool(x, 2, {.padding = "same"}); }) ==
        Floats{.5F, .5F, .5F, .5F});
}

TEST_CASE("pooling: windows over three axes, and channels that come first") {
  const Tensor x = normal({2, 4, 6, 2, 3});
  const Tensor blocks = ops::transpose(ops::reshape(x, {2, 2, 2, 3, 2 * 2, 3}), {0, 1, 3, 2, 4, 5});
  const Tensor pairs = ops::reshape(blocks, {2, 2, 3, 8, 3});
  CHECK(ops::array_equal(ops::max_pool(x, {2, 2, 2}), ops::reshape(ops::max(pairs, {.axis = 3}), {2, 2, 3, 1, 3})));
  CHECK(ops::all_close(ops::average_pool(x, 2), ops::reshape(ops::mean(pairs, {.axis = 3}), {2, 2, 3, 1, 3}), 1e-12));
  const Tensor first = ops::transpose(x, {0, 4, 1, 2, 3});
  CHECK(ops::array_equal(ops::max_pool(first, 2, {.data_format = "channels_first"}),
                         ops::transpose(ops::max_pool(x, 2), {0, 4, 1, 2, 3})));
}

TEST_CASE("pooling: gradients, and theirs") {
  using In = const std::vector<Tensor>&;
  const Tensor x = normal({2, 5, 4, 2});
  for (const char* padding : {"valid", "same"}) {
    const ops::PoolOptions options{.strides = {2, 1}, .padding = padding};
    CHECK(check_gradients([&](In in) { return ops::max_pool(in[0], {3, 2}, options); }, {x}).ok());
    CHECK(check_gradients([&](In in) { return ops::average_pool(in[0], {3, 2}, options); }, {x}).ok());
    const auto twice = [&](Tensor (*pool)(const Tensor&, const ops::PerAxis&, const ops::PoolOptions&)) {
      return [&options, pool](In in) {
        GradientTape tape;
        tape.watch(in[0]);
        const Tensor y = pool(in[0], {3, 2}, options);
        return tape.gradient(ops::sum(y * y * y), in[0]).to_dense();
      };
    };
    CHECK(check_gradients(twice(ops::max_pool), {x}).ok());
    CHECK(check_gradients(twice(ops::average_pool), {x}).ok());
  }
}

TEST_CASE("pooling: symbolic shapes, an empty batch, no channels, an axis without elements") {
  CHECK(ops::max_pool(Tensor::symbolic({None, 7, None, 3}), 2).shape() == Shape{None, 3, None, 3});
  CHECK(ops::average_pool(Tensor::symbolic({None, 3, 7}), 2, {.padding = "same", .data_format = "channels_first"})
            .shape() == Shape{None, 3, 4});
  CHECK(ops::max_pool(Tensor::zeros({0, 4, 3}), 2).shape() == Shape{0, 2, 3});
  CHECK(ops::average_pool(Tensor::zeros({2, 4, 0}), 2).shape() == Shape{2, 2, 0});
  CHECK(ops::max_pool(Tensor::zeros({2, 0, 3}), 2, {.padding = "same"}).shape() == Shape{2, 0, 3});
}

TEST_CASE("pooling: refused") {
  const Tensor x = Tensor::zeros({1, 3, 2});
  CHECK_THROWS_WITH_AS(ops::max_pool(x, 4),
                       "[max_pool] a window is larger than the input; got 4 elements along an axis of 3; expected no "
                       "more; pad the input, or take padding \"same\"",
                       ShapeError);
  CHECK_THROWS_AS(ops::max_pool(x, 0), ValueError);
  CHECK_THROWS_AS(ops::max_pool(x, 2, {.strides = 0}), ValueError);
  CHECK_THROWS_AS(ops::max_pool(x, {2, 2}), ValueError);
  CHECK_THROWS_AS(ops::max_pool(x, 2, {.padding = "causal"}), ValueError);
  CHECK_THROWS_AS(ops::max_pool(x, 2, {.data_format = "last"}), ValueError);
  CHECK_THROWS_AS(ops::max_pool(x.astype(boolean), 2), ValueError);
  CHECK_THROWS_AS(ops::max_pool(Tensor::zeros({2, 3}), 2), ShapeError);
  CHECK_THROWS_AS(ops::max_pool(x, std::int64_t{1} << 31, {.padding = "same"}), ValueError);
  CHECK_THROWS_AS(ops::average_pool(x.astype(int32), 2), ValueError);
}
