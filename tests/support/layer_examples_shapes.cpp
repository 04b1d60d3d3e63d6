// Shapes, and what draws random numbers or adds to the loss.
#include <cornu/layers/regularization/activity_regularization.hpp>
#include <cornu/layers/regularization/alpha_dropout.hpp>
#include <cornu/layers/regularization/gaussian_dropout.hpp>
#include <cornu/layers/regularization/gaussian_noise.hpp>
#include <cornu/layers/regularization/spatial_dropout.hpp>
#include <cornu/layers/reshaping/cropping1d.hpp>
#include <cornu/layers/reshaping/cropping2d.hpp>
#include <cornu/layers/reshaping/cropping3d.hpp>
#include <cornu/layers/reshaping/permute.hpp>
#include <cornu/layers/reshaping/repeat_vector.hpp>
#include <cornu/layers/reshaping/up_sampling1d.hpp>
#include <cornu/layers/reshaping/up_sampling2d.hpp>
#include <cornu/layers/reshaping/up_sampling3d.hpp>
#include <cornu/layers/reshaping/zero_padding1d.hpp>
#include <cornu/layers/reshaping/zero_padding2d.hpp>
#include <cornu/layers/reshaping/zero_padding3d.hpp>

#include "tests/support/layer_example.hpp"

namespace cornu::testing {

using namespace layers;

void add_reshaping(std::vector<LayerExample>& examples) {
  const Tensor steps = random::normal({2, 5, 3}), image = random::normal({2, 4, 3, 2}),
               volume = random::normal({1, 3, 3, 2, 4});
  const auto add = [&](std::string_view name, auto make, const Tensor& x) {
    examples.push_back(example(name, make, x));
  };
  add(
      "Permute",
      [] {
        return Permute({3, 1, 2}, {.name = "turn"});
      },
      image);
  add(
      "RepeatVector", [] { return RepeatVector(3, {.name = "again"}); }, random::normal({2, 3}));
  add(
      "Cropping1D",
      [] {
        return Cropping1D({.cropping = {1, 2}});
      },
      steps);
  add(
      "Cropping2D",
      [] {
        return Cropping2D({.cropping = {{1, 0}, {0, 2}}});
      },
      image);
  add(
      "Cropping2D",
      [] {
        return Cropping2D({.cropping = {1, 0}, .data_format = "channels_first"});
      },
      image);
  add(
      "Cropping3D",
      [] {
        return Cropping3D({.cropping = {{1, 0}, {0, 2}, {0, 1}}});
      },
      volume);
  add(
      "ZeroPadding1D",
      [] {
        return ZeroPadding1D({.padding = {1, 2}, .data_format = "channels_first"});
      },
      steps);
  add(
      "ZeroPadding2D",
      [] {
        return ZeroPadding2D({.padding = {{1, 0}, {0, 2}}, .name = "frame"});
      },
      image);
  add(
      "ZeroPadding3D", [] { return ZeroPadding3D({.padding = 1, .data_format = "channels_first"}); }, volume);
  add(
      "UpSampling1D", [] { return UpSampling1D({.size = 3}); }, steps);
  add(
      "UpSampling2D",
      [] {
        return UpSampling2D({.size = {2, 3}, .interpolation = "bilinear"});
      },
      image);
  add(
      "UpSampling2D", [] { return UpSampling2D({.size = 3, .data_format = "channels_first"}); }, image);
  add(
      "UpSampling3D",
      [] {
        return UpSampling3D({.size = {1, 2, 3}, .data_format = "channels_first"});
      },
      volume);
}

void add_regularization(std::vector<LayerExample>& examples) {
  const Tensor steps = random::normal({2, 5, 3}), image = random::normal({2, 4, 3, 2}),
               volume = random::normal({1, 3, 3, 2, 4});
  const auto add = [&](std::string_view name, auto make, const Tensor& x) {
    examples.push_back(example(name, make, x));
  };
  add(
      "SpatialDropout1D", [] { return SpatialDropout1D(0.5, {.seed = 3, .name = "drop"}); }, steps);
  add(
      "SpatialDropout2D", [] { return SpatialDropout2D(0.5, {.data_format = "channels_first"}); }, image);
  add(
      "SpatialDropout3D", [] { return SpatialDropout3D(0.25, {.data_format = "channels_first", .seed = 3}); }, volume);
  add(
      "GaussianDropout", [] { return GaussianDropout(0.25, {.seed = 3, .name = "drop"}); }, steps);
  add(
      "GaussianNoise", [] { return GaussianNoise(0.25, {.seed = 3}); }, steps);
  add(
      "GaussianNoise", [] { return GaussianNoise(0.5); }, image);
  add(
      "AlphaDropout",
      [] {
        return AlphaDropout(0.25, {.noise_shape = Shape{None, 1, 3}, .seed = 3});
      },
      steps);
  add(
      "ActivityRegularization", [] { return ActivityRegularization({.l1 = 0.25, .l2 = 0.5}); }, steps);
}

}  // namespace cornu::testing
