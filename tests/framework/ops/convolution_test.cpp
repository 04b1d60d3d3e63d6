#include <cornu/framework/ops/convolution.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

using namespace cornu;
using ops::ConvOptions, ops::ConvTransposeOptions;

namespace {

Tensor normal(const Shape& shape, std::uint64_t seed) {
  return random::normal(shape, 0, 1, float64, random::Generator(seed));
}

// Along one axis of an image: how windows lie, and the zeros around it.
struct Axis {
  std::int64_t extent, size, stride = 1, dilation = 1, before = 0, after = 0;
  std::int64_t count() const { return (extent + before + after - dilation * (size - 1) - 1) / stride + 1; }
};

// The same elements of all windows: each axis cut by a step.
Tensor elements(const Tensor& padded, const std::vector<Axis>& axes, const std::vector<std::int64_t>& element) {
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
Tensor sum_over_window(const Tensor& x, const Tensor& kernel, const std::vector<Axis>& axes,
                       const std::function<Tensor(const Tensor&, const Tensor&)>& f) {
  std::vector<std::array<std::int64_t, 2>> margins{{0, 0}};
  for (const Axis& axis : axes) margins.push_back({axis.before, axis.after});
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

struct Case {
  std::vector<Axis> axes;
  std::string padding = "valid";
  Shape image_shape(std::int64_t channels) const {
    Shape shape{2};
    for (const Axis& axis : axes) shape.push_back(axis.extent);
    shape.push_back(channels);
    return shape;
  }
  Shape kernel_shape(std::int64_t channels, std::int64_t filters) const {
    Shape shape;
    for (const Axis& axis : axes) shape.push_back(axis.size);
    shape.push_back(channels);
    shape.push_back(filters);
    return shape;
  }
  ops::PerAxis strides() const { return each(&Axis::stride); }
  ops::PerAxis dilations() const { return each(&Axis::dilation); }
  ConvOptions options(std::optional<Tensor> bias = {}) const {
    return {strides(), padding, "channels_last", dilations(), std::move(bias)};
  }

 private:
  ops::PerAxis each(std::int64_t Axis::*member) const {
    std::vector<std::int64_t> numbers;
    for (const Axis& axis : axes) numbers.push_back(axis.*member);
    return ops::PerAxis(std::span<const std::int64_t>(numbers));
  }
};

// The zeros of "same" are those of TensorFlow's rule, counted by hand.
const std::vector<Case> cases{
    {{{7, 3}}},
    {{{7, 3, 2}}},
    {{{9, 3, 1, 3}}},
    {{{7, 3, 2, 1, 1, 1}}, "same"},
    {{{6, 3, 2, 1, 0, 1}}, "same"},
    {{{6, 4, 1, 1, 1, 2}}, "same"},
    {{{5, 3, 1, 2, 4, 0}}, "causal"},
    {{{6, 2, 2, 1, 1, 0}}, "causal"},
    {{{3, 7, 1, 1, 3, 3}}, "same"},
    {{{2, 3, 1, 4, 4, 4}}, "same"},
    {{{7, 1, 3}}},
    {{{4, 1}, {5, 1}}},
    {{{5, 2}, {6, 3}}},
    {{{5, 3, 2, 1, 1, 1}, {4, 2, 3, 1, 0, 1}}, "same"},
    {{{4, 2, 1, 2, 1, 1}, {3, 3, 1, 1, 1, 1}}, "same"},
    {{{3, 2}, {4, 1}, {3, 3}}},
    {{{3, 2, 1, 1, 0, 1}, {4, 3, 2, 1, 0, 1}, {2, 2, 1, 1, 0, 1}}, "same"},
};

}  // namespace

TEST_CASE("conv: each window's sum of products, whatever lies around it") {
  for (const Case& c : cases) {
    CAPTURE(c.image_shape(3).to_string() + c.kernel_shape(3, 2).to_string() + c.padding);
    const Tensor x = normal(c.image_shape(3), 1), kernel = normal(c.kernel_shape(3, 2), 2), bias = normal({2}, 3);
    const Tensor y = sum_over_window(x, kernel, c.axes, product);
    CHECK(ops::all_close(ops::conv(x, kernel, c.options()), y, 1e-12, 1e-12));
    CHECK(ops::all_close(ops::conv(x, kernel, c.options(bias)), y + bias, 1e-12, 1e-12));
  }
}

TEST_CASE("conv: groups see their own channels alone") {
  for (const Case& c : cases) {
    CAPTURE(c.image_shape(6).to_string() + c.kernel_shape(2, 6).to_string() + c.padding);
    const Tensor x = normal(c.image_shape(6), 1), kernel = normal(c.kernel_shape(2, 6), 2), bias = normal({6}, 3);
    const Tensor y = sum_over_window(x, kernel, c.axes, in_groups) + bias;
    CHECK(ops::all_close(ops::conv(x, kernel, c.options(bias)), y, 1e-12, 1e-12));
  }
}

TEST_CASE("depthwise_conv: each channel by itself, several times over") {
  for (const Case& c : cases) {
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

TEST_CASE("conv_transpose: is the gradient of conv with respect to its images") {
  for (const Case& c : cases) {
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

TEST_CASE("convolutions: gradients") {
  for (const Case& c : cases) {
    CAPTURE(c.image_shape(2).to_string() + c.kernel_shape(2, 3).to_string() + c.padding);
    const auto check = [&](std::function<Tensor(const std::vector<Tensor>&)> f, const std::vector<Tensor>& inputs) {
      CHECK(check_gradients(f, inputs).ok());
    };
    check([&](const std::vector<Tensor>& in) { return ops::conv(in[0], in[1], c.options(in[2])); },
          {normal(c.image_shape(2), 1), normal(c.kernel_shape(2, 3), 2), normal({3}, 3)});
    check([&](const std::vector<Tensor>& in) { return ops::conv(in[0], in[1], c.options()); },
          {normal(c.image_shape(4), 1), normal(c.kernel_shape(2, 2), 2)});
    if (c.padding == "causal") continue;
    check([&](const std::vector<Tensor>& in) { return ops::depthwise_conv(in[0], in[1], c.options(in[2])); },
          {normal(c.image_shape(2), 1), normal(c.kernel_shape(2, 2), 2), normal({4}, 3)});
    check(
        [&](const std::vector<Tensor>& in) {
          return ops::conv_transpose(in[0], in[1], {c.strides(), c.padding, {}, "channels_last", c.dilations(), in[2]});
        },
        {normal(c.image_shape(2), 1), normal(c.kernel_shape(3, 2), 2), normal({3}, 3)});
  }
}

TEST_CASE("convolutions: a gradient can be differentiated again") {
  const Tensor x = normal({1, 4, 2}, 1), kernel = normal({2, 2, 2}, 2);
  const auto gradient_of = [](const Tensor& in, const std::function<Tensor(const Tensor&)>& f) {
    GradientTape tape;
    tape.watch(in);
    const Tensor y = f(in);
    return tape.gradient(ops::sum(y * y * y), in).to_dense();
  };
  const std::vector<std::function<Tensor(const std::vector<Tensor>&)>> all{
      [](const std::vector<Tensor>& in) { return ops::conv(in[0], in[1]); },
      [](const std::vector<Tensor>& in) { return ops::conv_transpose(in[0], in[1]); },
      [](const std::vector<Tensor>& in) { return ops::depthwise_conv(in[0], in[1]); },
      [](const std::vector<Tensor>& in) { return ops::conv(in[0], in[1], {.data_format = "channels_first"}); }};
  const Tensor first = normal({1, 2, 4}, 3);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Tensor& image = i == 3 ? first : x;
    CHECK(check_gradients(
              [&](const std::vector<Tensor>& in) {
                return gradient_of(in[0], [&](const Tensor& t) { return all[i]({t, in[1]}); });
              },
              {image, kernel})
              .ok());
    CHECK(check_gradients(
              [&](const std::vector<Tensor>& in) {
                return gradient_of(in[1], [&](const Tensor& t) { return all[i]({in[0], t}); });
              },
              {image, kernel})
              .ok());
  }
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

TEST_CASE("convolutions: shapes of symbolic operands") {
  const Tensor kernel = Tensor::zeros({3, 2, 4, 8});
  const auto shape = [](const Tensor& y) {
    CHECK(y.is_symbolic());
    return y.shape();
  };
  CHECK(shape(ops::conv(Tensor::symbolic({None, 9, None, 4}), kernel, {.strides = 2})) == Shape{None, 4, None, 8});
  CHECK(shape(ops::conv(Tensor::symbolic({None, 4, 9, 8}), kernel,
                        {.strides = 2, .padding = "same", .data_format = "channels_first"})) == Shape{None, 8, 5, 4});
  CHECK(shape(ops::conv_transpose(Tensor::symbolic({None, 9, None, 8}), kernel, {.strides = 2})) ==
        Shape{None, 19, None, 4});
  CHECK(shape(ops::depthwise_conv(Tensor::symbolic({None, 9, None, 4}), kernel)) == Shape{None, 7, None, 32});
}

TEST_CASE("convolutions: an empty batch, no channels, no filters") {
  CHECK(ops::conv(Tensor::zeros({0, 5, 4, 3}), Tensor::zeros({2, 2, 3, 6})).shape() == Shape{0, 4, 3, 6});
  CHECK(ops::conv_transpose(Tensor::zeros({0, 5, 3}), Tensor::zeros({2, 6, 3})).shape() == Shape{0, 6, 6});
  CHECK(ops::depthwise_conv(Tensor::zeros({0, 5, 3}), Tensor::zeros({2, 3, 2})).shape() == Shape{0, 4, 6});
  CHECK(ops::conv(Tensor::zeros({1, 0, 3}), Tensor::zeros({2, 3, 6}), {.padding = "same"}).shape() == Shape{1, 0, 6});
  CHECK(ops::conv_transpose(Tensor::zeros({1, 0, 3}), Tensor::zeros({2, 6, 3})).shape() == Shape{1, 0, 6});
  CHECK(ops::array_equal(ops::conv(Tensor::zeros({1, 3, 0}), Tensor::zeros({2, 0, 2}), {.bias = Tensor({1.F, 2.F})}),
                         Tensor({{{1.F, 2.F}, {1.F, 2.F}}})));
  CHECK(ops::conv(Tensor::zeros({1, 3, 2}), Tensor::zeros({2, 2, 0})).shape() == Shape{1, 2, 0});
  CHECK(ops::array_equal(ops::conv_transpose(Tensor::zeros({1, 2, 0}), Tensor::zeros({1, 2, 0})),
                         Tensor::zeros({1, 2, 2})));
}

TEST_CASE("convolutions: refused") {
  const Tensor x = Tensor::zeros({2, 5, 4}), kernel = Tensor::zeros({2, 4, 6});
  CHECK_THROWS_WITH_AS(ops::conv(x, Tensor::zeros({6, 4, 6})),
                       "[conv] a window is larger than the input; got 6 elements along an axis of 5; expected no more; "
                       "pad the input, or take padding \"same\"",
                       ShapeError);
  CHECK_THROWS_WITH_AS(ops::conv(x, Tensor::zeros({2, 3, 6})),
                       "[conv] channels do not fit the kernel; got 4 of the input and a kernel (2, 3, 6); expected 3, "
                       "or a multiple of that many that divides the 6 filters into groups",
                       ShapeError);
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({2, 2, 3})), ShapeError);  // two groups, three filters
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({2, 0, 4})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({0, 4, 6})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({2, 2, 4, 6})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.bias = Tensor::zeros({5})}), ShapeError);
  CHECK_THROWS_AS(ops::conv(Tensor::zeros({2, 5}), Tensor::zeros({2, 4})), ShapeError);
  CHECK_THROWS_AS(ops::conv(Tensor::zeros({1, 1, 1, 1, 1, 1}), Tensor::zeros({1, 1, 1, 1, 1, 1})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x.astype(int32), kernel.astype(int32)), ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel.astype(float64)), ValueError);
  CHECK_THROWS_AS(ops::conv_transpose(x, kernel), ShapeError);
  CHECK_THROWS_AS(ops::depthwise_conv(x, Tensor::zeros({2, 3, 1})), ShapeError);
  CHECK_THROWS_AS(
      ops::conv_transpose(Tensor::zeros({1, 1, 3}), Tensor::zeros({2, 1, 3}), {.padding = "same", .output_padding = 0}),
      ShapeError);
}

TEST_CASE("convolutions: options that are refused") {
  const Tensor x = Tensor::zeros({2, 5, 4}), kernel = Tensor::zeros({2, 4, 6});
  CHECK_THROWS_WITH_AS(ops::conv(x, kernel, {.strides = 0}), "[conv] `strides` is too small; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_WITH_AS(ops::conv(x, kernel, {.strides = {1, 2}}),
                       "[conv] `strides` has another number of axes; got 2 numbers for 1 axes; expected one number, or "
                       "one for each axis",
                       ValueError);
  CHECK_THROWS_WITH_AS(ops::conv(x, kernel, {.padding = "full"}),
                       "[conv] unknown `padding`; got \"full\"; expected \"valid\", \"same\" or \"causal\"",
                       ValueError);
  CHECK_THROWS_AS(ops::depthwise_conv(x, Tensor::zeros({2, 4, 1}), {.padding = "causal"}), ValueError);
  CHECK_THROWS_AS(ops::conv(Tensor::zeros({1, 4, 4, 1}), Tensor::zeros({2, 2, 1, 1}), {.padding = "causal"}),
                  ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.dilation_rate = 0}), ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.padding = "same", .dilation_rate = std::int64_t{1} << 31}), ValueError);
  CHECK_THROWS_AS(
      ops::conv_transpose(Tensor::zeros({2, 5, 6}), kernel, {.strides = std::numeric_limits<std::int64_t>::max()}),
      ShapeError);
  CHECK_THROWS_AS(ops::PerAxis({1, 2, 3, 4}), ValueError);
}
