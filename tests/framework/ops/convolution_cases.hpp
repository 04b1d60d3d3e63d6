#pragma once
// Convolutions that tests go through: how windows lie, and the zeros around images.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/ops/convolution.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::testing {

inline Tensor normal(const Shape& shape, std::uint64_t seed) {
  return random::normal(shape, 0, 1, float64, random::Generator(seed));
}

// Along one axis of an image: how windows lie, and the zeros around it.
struct ConvAxis {
  std::int64_t extent, size, stride = 1, dilation = 1, before = 0, after = 0;
  std::int64_t count() const { return (extent + before + after - dilation * (size - 1) - 1) / stride + 1; }
};

struct ConvCase {
  std::vector<ConvAxis> axes;
  std::string padding = "valid";
  Shape image_shape(std::int64_t channels) const {
    Shape shape{2};
    for (const ConvAxis& axis : axes) shape.push_back(axis.extent);
    shape.push_back(channels);
    return shape;
  }
  Shape kernel_shape(std::int64_t channels, std::int64_t filters) const {
    Shape shape;
    for (const ConvAxis& axis : axes) shape.push_back(axis.size);
    shape.push_back(channels);
    shape.push_back(filters);
    return shape;
  }
  ops::PerAxis strides() const { return each(&ConvAxis::stride); }
  ops::PerAxis dilations() const { return each(&ConvAxis::dilation); }
  ops::ConvOptions options(std::optional<Tensor> bias = {}) const {
    return {strides(), padding, "channels_last", dilations(), std::move(bias)};
  }

 private:
  ops::PerAxis each(std::int64_t ConvAxis::*member) const {
    std::vector<std::int64_t> numbers;
    for (const ConvAxis& axis : axes) numbers.push_back(axis.*member);
    return ops::PerAxis(std::span<const std::int64_t>(numbers));
  }
};

// The zeros of "same" are those of TensorFlow's rule, counted by hand.
inline const std::vector<ConvCase>& conv_cases() {
  static const std::vector<ConvCase> cases{
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
  return cases;
}

}  // namespace cornu::testing
