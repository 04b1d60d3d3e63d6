// Convolutions and their gradients on several threads.
#include <doctest/doctest.h>

#include <vector>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/conv_relu.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/with_threads.hpp"

using namespace cornu;
using testing::WithThreads;

namespace {

Tensor normal(const Shape& shape, std::uint64_t seed) {
  return random::normal(shape, 0, 1, float32, random::Generator(seed));
}

// f(x, kernel, bias), and the gradients with respect to all three.
template <class F>
Tensors results_of(const F& f, const Tensors& inputs) {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : inputs) tape.watch(input);
  const Tensor y = f(inputs);
  const Tensor target = ops::sum(y * normal(y.shape(), 9));
  Tensors results{y};
  for (const Tensor& input : inputs) results.push_back(tape.gradient(target, input).to_dense());
  return results;
}

template <class F>
void check_threads(const F& f, const Tensors& inputs) {
  Tensors expected;
  for (const std::int64_t threads : testing::thread_counts) {
    const WithThreads with(threads);
    CAPTURE(threads);
    const Tensors results = results_of(f, inputs);
    if (expected.empty()) expected = results;
    for (std::size_t i = 0; i < results.size(); ++i) {
      CAPTURE(i);
      CHECK(ops::array_equal(results[i], expected[i]));
    }
  }
}

using Conv = Tensor (*)(const Tensor&, const Tensor&, const ops::ConvOptions&);
void check_conv(Conv conv, const Shape& images, const Shape& kernel, ops::ConvOptions options = {}) {
  CAPTURE(images.to_string() + kernel.to_string() + options.padding);
  check_threads(
      [&](const Tensors& inputs) {
        options.bias = inputs[2];
        return conv(inputs[0], inputs[1], options);
      },
      {normal(images, 1), normal(kernel, 2), normal({kernel.back()}, 3)});
}

void check_depthwise(const Shape& images, const Shape& kernel, const ops::ConvOptions& given = {}) {
  CAPTURE(images.to_string() + kernel.to_string());
  check_threads(
      [&](const Tensors& inputs) {
        ops::ConvOptions options = given;
        options.bias = inputs[2];
        return ops::depthwise_conv(inputs[0], inputs[1], options);
      },
      {normal(images, 1), normal(kernel, 2), normal({kernel.dim(-2) * kernel.dim(-1)}, 3)});
}

void check_transpose(const Shape& maps, const Shape& kernel, const ops::ConvTransposeOptions& given) {
  CAPTURE(maps.to_string() + kernel.to_string());
  check_threads(
      [&](const Tensors& inputs) {
        ops::ConvTransposeOptions options = given;
        options.bias = inputs[2];
        return ops::conv_transpose(inputs[0], inputs[1], options);
      },
      {normal(maps, 1), normal(kernel, 2), normal({kernel.dim(-2)}, 3)});
}

}  // namespace

TEST_CASE("threads, convolutions: images by images, some behind the last full wave") {
  check_conv(ops::conv, {37, 17, 19, 9}, {3, 3, 9, 33});
  check_conv(ops::conv_relu, {37, 17, 19, 9}, {3, 3, 9, 33}, {.padding = "same"});
  check_conv(ops::conv_relu, {70, 20, 20, 1}, {3, 3, 1, 32});
  check_conv(ops::conv_relu, {23, 200, 8}, {5, 8, 16}, {.padding = "causal"});
  check_conv(ops::conv_relu, {17, 6, 7, 8, 8}, {2, 3, 3, 8, 16}, {2, "same"});
}

TEST_CASE("threads, convolutions: a few large images, row by row") {
  check_conv(ops::conv, {2, 61, 70, 12}, {3, 3, 12, 40});
  check_conv(ops::conv_relu, {1, 61, 70, 12}, {3, 3, 12, 40}, {.padding = "same"});
  check_conv(ops::conv_relu, {1, 9, 20, 21, 8}, {3, 3, 3, 8, 16}, {1, "same"});
  check_conv(ops::conv_relu, {1, 5003, 16}, {5, 16, 24}, {.padding = "same"});
}

TEST_CASE("threads, convolutions: by patches of one group, of several, and of single cells") {
  check_conv(ops::conv, {9, 40, 41, 3}, {3, 3, 3, 5});
  check_conv(ops::conv_relu, {19, 21, 23, 3}, {3, 3, 3, 12}, {.padding = "same"});
  check_conv(ops::conv, {5, 31, 30, 12}, {3, 3, 4, 24}, {.padding = "same"});
  check_conv(ops::conv, {6, 33, 31, 40}, {1, 1, 40, 50});
  check_conv(ops::conv, {2, 9, 9, 300}, {3, 3, 300, 260});
}

TEST_CASE("threads, convolutions: transposed ones") {
  check_transpose({19, 14, 15, 24}, {3, 3, 16, 24}, {.strides = 2, .padding = "same"});
  check_transpose({1, 40, 41, 24}, {3, 3, 16, 24}, {.strides = 2});
  check_transpose({9, 30, 31, 16}, {5, 5, 3, 16}, {.strides = 2, .padding = "same"});
}

TEST_CASE("threads, convolutions: each channel by itself") {
  check_depthwise({37, 17, 19, 33}, {3, 3, 33, 1});
  check_depthwise({5, 31, 30, 12}, {3, 3, 12, 3}, {.padding = "same"});
  check_depthwise({1, 60, 61, 70}, {5, 4, 70, 1}, {2, "same"});
  check_depthwise({3, 1001, 16}, {7, 16, 2}, {.dilation_rate = 3});
}
