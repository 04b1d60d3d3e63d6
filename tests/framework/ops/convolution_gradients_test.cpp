// The gradients of convolutions, also those of their gradients.
#include <cornu/framework/ops/convolution.hpp>

#include <doctest/doctest.h>

#include <functional>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/framework/ops/convolution_cases.hpp"

using namespace cornu;
using cornu::testing::conv_cases, cornu::testing::ConvCase, cornu::testing::normal;

TEST_CASE("convolutions: gradients") {
  for (const ConvCase& c : conv_cases()) {
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
