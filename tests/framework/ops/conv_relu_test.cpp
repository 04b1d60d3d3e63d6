#include <cornu/framework/ops/conv_relu.hpp>

#include <doctest/doctest.h>

#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/framework/ops/convolution_cases.hpp"

using namespace cornu;
using cornu::testing::conv_cases, cornu::testing::ConvCase, cornu::testing::normal;
using In = const std::vector<Tensor>&;

namespace {

using Conv = Tensor (*)(const Tensor&, const Tensor&, const ops::ConvOptions&);
Tensor in_two_steps(const Tensor& x, const Tensor& kernel, const ops::ConvOptions& options) {
  return ops::relu(ops::conv(x, kernel, options));
}

// The gradients of the sum of weight · behind(conv(…)), with respect to x, kernel and bias.
template <class F>
std::vector<Tensor> gradients_of(Conv conv, const F& behind, const Tensor& x, const Tensor& kernel, const Tensor& bias,
                                 const ops::ConvOptions& given) {
  GradientTape tape({.persistent = true});
  for (const Tensor* input : {&x, &kernel, &bias}) tape.watch(*input);
  ops::ConvOptions options = given;
  options.bias = bias;
  const Tensor y = behind(conv(x, kernel, options));
  const Tensor target = ops::sum(y * normal(y.shape(), 9));
  std::vector<Tensor> gradients;
  for (const Tensor* input : {&x, &kernel, &bias}) gradients.push_back(tape.gradient(target, *input).to_dense());
  return gradients;
}

template <class F>
void check_behind(const F& behind, const Shape& images, const Shape& kernel_shape, const ops::ConvOptions& options) {
  CAPTURE(images.to_string() + kernel_shape.to_string() + options.padding);
  const Tensor x = normal(images, 1), kernel = normal(kernel_shape, 2), bias = normal({kernel_shape.back()}, 3);
  const auto fused = gradients_of(ops::conv_relu, behind, x, kernel, bias, options);
  const auto plain = gradients_of(in_two_steps, behind, x, kernel, bias, options);
  for (std::size_t i = 0; i < 3; ++i) CHECK(ops::all_close(fused[i], plain[i], 1e-11, 1e-11));
}

}  // namespace

TEST_CASE("conv_relu: as relu of conv, and so are the gradients, whatever the windows") {
  for (const ConvCase& c : conv_cases()) {
    for (const std::int64_t channels : {3, 9}) {
      CAPTURE(c.image_shape(channels).to_string() + c.kernel_shape(channels, 10).to_string() + c.padding);
      const Tensor x = normal(c.image_shape(channels), 1), kernel = normal(c.kernel_shape(channels, 10), 2);
      const Tensor bias = normal({10}, 3);
      CHECK(ops::all_close(ops::conv_relu(x, kernel, c.options(bias)), in_two_steps(x, kernel, c.options(bias)), 1e-12,
                           1e-12));
      check_behind([](const Tensor& y) { return y; }, c.image_shape(channels), c.kernel_shape(channels, 10),
                   c.options());
    }
  }
}

TEST_CASE("conv_relu: more images than are worked on before their gradients are added up") {
  check_behind([](const Tensor& y) { return y; }, {70, 5, 7, 3}, {3, 3, 3, 9}, {});
}

TEST_CASE("conv_relu: the gradients are the same behind max_pool") {
  const auto pool = [](const ops::PerAxis& size, const ops::PoolOptions& options) {
    return [=](const Tensor& y) { return ops::max_pool(y, size, options); };
  };
  for (const char* padding : {"valid", "same"}) {
    const ops::ConvOptions options{.padding = padding};
    check_behind(pool(2, {.padding = padding}), {3, 9, 8, 2}, {3, 3, 2, 17}, options);
    check_behind(pool({3, 2}, {.strides = {1, 2}, .padding = padding}), {2, 8, 9, 9}, {2, 3, 9, 8}, options);
    check_behind(pool({1, 2}, {.strides = {2, 3}, .padding = padding}), {2, 8, 9, 1}, {2, 3, 1, 16}, options);
    check_behind(pool(3, {.padding = padding}), {2, 15, 3}, {3, 3, 9}, options);
    check_behind(pool(2, {.padding = padding}), {2, 4, 5, 7, 3}, {2, 2, 2, 3, 9}, options);
  }
}

TEST_CASE("conv_relu: a gradient that max_pool does not write out gives the bits of one that it does") {
  for (const Shape& images : {Shape{1, 9, 8, 2}, Shape{20, 9, 8, 2}, Shape{2, 70, 90, 8}})
    for (const ops::PerAxis& strides : {ops::PerAxis(2), ops::PerAxis(1), ops::PerAxis({3, 2})}) {
      const auto pool = [&](const Tensor& y) { return ops::max_pool(y, 2, {.strides = strides}); };
      const auto pool_written = [&](const Tensor& y) { return pool(y * 1.0); };
      const Tensor x = normal(images, 1), kernel = normal({3, 3, images.back(), 17}, 2), bias = normal({17}, 3);
      for (const Conv conv : {Conv(ops::conv_relu), in_two_steps}) {
        const auto by_sample = gradients_of(conv, pool, x, kernel, bias, {});
        const auto written = gradients_of(conv, pool_written, x, kernel, bias, {});
        for (std::size_t i = 0; i < 3; ++i) CHECK(ops::array_equal(by_sample[i], written[i]));
      }
    }
}

TEST_CASE("conv_relu: a gradient from max_pool adds to others, and is a tensor for who asks for it") {
  const auto both = [](const Tensor& y) { return ops::sum(ops::max_pool(y, 2)) + ops::sum(y * y); };
  check_behind(both, {2, 8, 7, 3}, {3, 3, 3, 9}, {});
  const Tensor x = normal({2, 6, 6, 9}, 1);
  GradientTape tape;
  tape.watch(x);
  const Gradient d_x = tape.gradient(ops::sum(ops::max_pool(x, 2)), x);
  CHECK(d_x.kind() == Gradient::Kind::dense);
  CHECK(ops::sum(d_x.to_dense()).item<double>() == 2 * 3 * 3 * 9);
}

TEST_CASE("conv_relu: gradients, and theirs") {
  const Tensor x = normal({2, 5, 6, 2}, 1), kernel = normal({2, 2, 2, 8}, 2), bias = normal({8}, 3);
  const auto f = [](In in) { return ops::conv_relu(in[0], in[1], {.padding = "same", .bias = in[2]}); };
  const auto pooled = [&](In in) { return ops::max_pool(f(in), 2); };
  CHECK(check_gradients(f, {x, kernel, bias}).ok());
  CHECK(check_gradients(pooled, {x, kernel, bias}).ok());
  CHECK(check_gradients([](In in) { return ops::conv_relu(in[0], in[1]); }, {x, kernel}).ok());
  for (std::size_t i = 0; i < 3; ++i) {
    const auto twice = [&](In in) {
      GradientTape tape;
      tape.watch(in[i]);
      const Tensor y = pooled(in);
      return tape.gradient(ops::mean(y * y), in[i]).to_dense();
    };
    CHECK(check_gradients(twice, {x, kernel, bias}).ok());
  }
}

TEST_CASE("conv_relu: symbolic shapes, channels that come first, and an empty batch") {
  const Tensor kernel = normal({3, 3, 2, 9}, 2), x = normal({2, 7, 8, 2}, 1);
  CHECK(ops::conv_relu(Tensor::symbolic({None, 7, None, 2}, float64), kernel).shape() == Shape{None, 5, None, 9});
  CHECK(ops::conv_relu(Tensor::zeros({0, 7, 7, 2}, float64), kernel).shape() == Shape{0, 5, 5, 9});
  CHECK(ops::array_equal(ops::conv_relu(ops::transpose(x, {0, 3, 1, 2}), kernel, {.data_format = "channels_first"}),
                         ops::transpose(ops::conv_relu(x, kernel), {0, 3, 1, 2})));
  GradientTape tape;
  const Tensor none = Tensor::zeros({0, 7, 7, 2}, float64);
  tape.watch(kernel);
  const Tensor d_kernel = tape.gradient(ops::sum(ops::max_pool(ops::conv_relu(none, kernel), 2)), kernel).to_dense();
  CHECK(ops::array_equal(d_kernel, Tensor::zeros({3, 3, 2, 9}, float64)));
}

TEST_CASE("conv_relu: refused as conv is") {
  CHECK_THROWS_AS(ops::conv_relu(normal({2, 5, 3}, 1), normal({3, 2, 9}, 2)), ShapeError);
  CHECK_THROWS_AS(ops::conv_relu(normal({2, 5, 3}, 1), normal({6, 3, 9}, 2)), ShapeError);
  CHECK_THROWS_AS(ops::conv_relu(normal({2, 5, 3}, 1), normal({3, 3, 9}, 2), {.padding = "none"}), ValueError);
}
