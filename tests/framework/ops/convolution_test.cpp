#include <cornu/framework/ops/convolution.hpp>

#include <doctest/doctest.h>

#include <array>
#include <functional>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/framework/ops/convolution_cases.hpp"

using namespace cornu;
using cornu::testing::conv_cases, cornu::testing::ConvAxis, cornu::testing::ConvCase, cornu::testing::normal;
using ops::ConvOptions, ops::ConvTransposeOptions;

namespace {

// The same elements of all windows: each axis cut by a step.
Tensor elements(const Tensor& padded, const std::vector<ConvAxis>& axes, const std::vector<std::int64_t>& element) {
  Tensor part = padded;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::int64_t start = element[i] * axes[i].dilation;
    part = ops::slice(
        part, static_cast<std::int64_t>(i) + 1,
        {.start = start, .stop = start + (axes[i].count() - 1) * axes[i].stride + 1, .step = axes[i].stride});
  }
  return part;
}

// f(the elements, kernel's matrix of that element), summed over the elements of a window.
Tensor sum_over_window(const Tensor& x, const Tensor& kernel, const std::vector<ConvAxis>& axes,
                       const std::function<Tensor(const Tensor&, const Tensor&)>& f) {
  std::vector<std::array<std::int64_t, 2>> margins{{0, 0}};
  for (const ConvAxis& axis : axes) margins.push_back({axis.before, axis.after});
  margins.push_back({0, 0});
  const Tensor padded = ops::pad(x, margins);
  std::vector<std::int64_t> element(axes.size(), 0);
  Tensor sum;
  for (;;) {
    Tensor matrix = kernel;
    for (const std::int64_t k : element) matrix = ops::select(matrix, 0, k);
    const Tensor term = f(elements(padded, axes, element), matrix);
    sum = sum.defined() ? sum + term : term;
    std::size_t i = axes.size();
    for (; i > 0; --i) {
      if (++element[i - 1] < axes[i - 1].size) break;
      element[i - 1] = 0;
    }
    if (i == 0) return sum;
  }
}

Tensor product(const Tensor& part, const Tensor& matrix) { return ops::matmul(part, matrix); }

// A group's channels through its filters, one group behind the other.
Tensor in_groups(const Tensor& part, const Tensor& matrix) {
  const std::int64_t groups = part.dim(-1) / matrix.dim(0);
  const std::vector<Tensor> channels = ops::split(part, groups, -1), filters = ops::split(matrix, groups, -1);
  std::vector<Tensor> results;
  for (std::size_t i = 0; i < channels.size(); ++i) results.push_back(ops::matmul(channels[i], filters[i]));
  return ops::concatenate(Tensors(results), -1);
}

Tensor channel_by_channel(const Tensor& part, const Tensor& matrix) {
  const Tensor products = ops::expand_dims(part, -1) * matrix;
  return ops::reshape(products, part.shape().with(part.rank() - 1, matrix.size()));
}

}  // namespace

TEST_CASE("conv: each window's sum of products, whatever lies around it") {
  for (const ConvCase& c : conv_cases()) {
    CAPTURE(c.image_shape(3).to_string() + c.kernel_shape(3, 2).to_string() + c.padding);
    const Tensor x = normal(c.image_shape(3), 1), kernel = normal(c.kernel_shape(3, 2), 2), bias = normal({2}, 3);
    const Tensor y = sum_over_window(x, kernel, c.axes, product);
    CHECK(ops::all_close(ops::conv(x, kernel, c.options()), y, 1e-12, 1e-12));
    CHECK(ops::all_close(ops::conv(x, kernel, c.options(bias)), y + bias, 1e-12, 1e-12));
  }
}

TEST_CASE("conv: groups see their own channels alone") {
  for (const ConvCase& c : conv_cases()) {
    CAPTURE(c.image_shape(6).to_string() + c.kernel_shape(2, 6).to_string() + c.padding);
    const Tensor x = normal(c.image_shape(6), 1), kernel = normal(c.kernel_shape(2, 6), 2), bias = normal({6}, 3);
    const Tensor y = sum_over_window(x, kernel, c.axes, in_groups) + bias;
    CHECK(ops::all_close(ops::conv(x, kernel, c.options(bias)), y, 1e-12, 1e-12));
  }
}

TEST_CASE("depthwise_conv: each channel by itself, several times over") {
  for (const ConvCase& c : conv_cases()) {
    if (c.padding == "causal") continue;
    for (const std::int64_t multiplier : {std::int64_t{1}, std::int64_t{2}}) {
      CAPTURE(c.image_shape(3).to_string() + c.kernel_shape(3, multiplier).to_string() + c.padding);
      const Tensor x = normal(c.image_shape(3), 1), kernel = normal(c.kernel_shape(3, multiplier), 2);
      const Tensor bias = normal({3 * multiplier}, 3);
      const Tensor y = sum_over_window(x, kernel, c.axes, channel_by_channel);
      CHECK(ops::all_close(ops::depthwise_conv(x, kernel, c.options()), y, 1e-12, 1e-12));
      CHECK(ops::all_close(ops::depthwise_conv(x, kernel, c.options(bias)), y + bias, 1e-12, 1e-12));
    }
  }
}

TEST_CASE("depthwise_conv: the kernel's gradient over many windows") {
  const Tensor x = normal({3, 40, 40, 5}, 1), kernel = normal({3, 3, 5, 2}, 2), d_y = normal({3, 38, 38, 10}, 3);
  const auto gradient_of = [&](const std::function<Tensor()>& f) {
    GradientTape tape;
    tape.watch(kernel);
    return tape.gradient(ops::sum(f() * d_y), kernel).to_dense();
  };
  const Tensor got = gradient_of([&] { return ops::depthwise_conv(x, kernel); });
  const Tensor expected = gradient_of([&] {
    return sum_over_window(x, kernel, {{40, 3}, {40, 3}}, channel_by_channel);
  });
  CHECK(ops::all_close(got, expected, 1e-11, 1e-11));
}

TEST_CASE("conv_transpose: is the gradient of conv with respect to its images") {
  for (const ConvCase& c : conv_cases()) {
    if (c.padding != "valid") continue;
    const Tensor x = normal(c.image_shape(3), 1), kernel = normal(c.kernel_shape(3, 2), 2);
    GradientTape tape;
    tape.watch(x);
    const Tensor y = ops::conv(x, kernel, c.options()), d_y = normal(y.shape(), 4);
    const Tensor d_x = tape.gradient(ops::sum(y * d_y), x).to_dense();
    const Tensor images =
        ops::conv_transpose(d_y, kernel, {c.strides(), "valid", 0, "channels_last", c.dilations(), {}});
    Tensor reached = d_x;  // a stride may leave the images' ends out
    for (std::size_t i = 1; i + 1 < x.rank(); ++i)
      reached = ops::slice(reached, static_cast<std::int64_t>(i), {.stop = images.shape()[i]});
    CHECK(ops::all_close(images, reached, 1e-12, 1e-12));
  }
}

TEST_CASE("conv_transpose: output_padding none and 0 cut \"same\" at other places, as Keras does") {
  const Tensor kernel = Tensor({{{1.}}, {{10.}}, {{100.}}}), x = Tensor({{{1.}, {2.}}});
  const auto row = [&](const ConvTransposeOptions& options) {
    return ops::conv_transpose(x, kernel, options).to_vector<double>();
  };
  using Row = std::vector<double>;
  CHECK(row({.strides = 2, .padding = "same"}) == Row{1, 10, 102, 20});
  CHECK(row({.strides = 2, .padding = "same", .output_padding = 1}) == Row{1, 10, 102, 20});
  CHECK(row({.strides = 2, .padding = "same", .output_padding = 0}) == Row{10, 102, 20});
  CHECK(row({.strides = 2}) == Row{1, 10, 102, 20, 200});
  CHECK(row({.strides = 2, .output_padding = 1}) == Row{1, 10, 102, 20, 200, 0});
  CHECK(row({.strides = 4}) == Row{1, 10, 100, 0, 2, 20, 200, 0});
}

TEST_CASE("separable_conv: depthwise, then over the channels") {
  const Tensor x = normal({2, 5, 6, 3}, 1), depthwise = normal({2, 3, 3, 2}, 2), pointwise = normal({1, 1, 6, 4}, 3);
  const Tensor bias = normal({4}, 4);
  const Tensor y = ops::matmul(ops::depthwise_conv(x, depthwise, {.strides = 2, .padding = "same"}),
                               ops::reshape(pointwise, {6, 4}));
  CHECK(ops::all_close(ops::separable_conv(x, depthwise, pointwise, {.strides = 2, .padding = "same"}), y, 1e-12));
  CHECK(ops::all_close(ops::separable_conv(x, depthwise, pointwise, {.strides = 2, .padding = "same", .bias = bias}),
                       y + bias, 1e-12));
}

TEST_CASE("convolutions: channels that come first are the same numbers in another place") {
  const Tensor x = normal({2, 4, 5, 6}, 1), kernel = normal({2, 3, 2, 6}, 2), last = ops::transpose(x, {0, 2, 3, 1});
  const ConvOptions options{.strides = {1, 2}, .padding = "same"};
  ConvOptions first = options;
  first.data_format = "channels_first";
  CHECK(ops::array_equal(ops::conv(x, kernel, first), ops::transpose(ops::conv(last, kernel, options), {0, 3, 1, 2})));
  const Tensor back = normal({2, 3, 4, 4}, 3);
  CHECK(ops::array_equal(ops::conv_transpose(x, back, {.strides = 2, .data_format = "channels_first"}),
                         ops::transpose(ops::conv_transpose(last, back, {.strides = 2}), {0, 3, 1, 2})));
}

TEST_CASE("conv: many windows and channels, tile by tile, in both dtypes") {
  const Tensor x = random::normal({3, 40, 40, 5}), kernel = random::normal({3, 3, 5, 7});
  const Tensor y = ops::conv(x, kernel, {.padding = "same"});
  const Tensor exact = ops::conv(x.astype(float64), kernel.astype(float64), {.padding = "same"});
  const Tensor by_slices =
      sum_over_window(x.astype(float64), kernel.astype(float64), {{40, 3, 1, 1, 1, 1}, {40, 3, 1, 1, 1, 1}}, product);
  CHECK(ops::all_close(exact, by_slices, 1e-12, 1e-12));
  CHECK(ops::all_close(y.astype(float64), exact, 1e-5, 1e-4));
}
