#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// What the layers share that are random in training. Internal, but that they hold it.
///
/// Random numbers of a layer: from a stream of its own if it has a seed, from the program's otherwise. A draw that
/// throws leaves the stream where it was.
class Noise {
 public:
  explicit Noise(std::optional<std::uint64_t> seed);
  /// bool: true with probability 1 − rate.
  Tensor kept(const Shape& shape, double rate);
  Tensor normal(const Shape& shape, double mean, double stddev, DType dtype);

  std::vector<Tensor> state() const { return random::state_of(generator_); }
  void set_state(const std::vector<Tensor>& state, std::string_view where) {
    random::restore(generator_, state, where);
  }

 private:
  template <class Draw>
  Tensor drawn(Draw draw);

  std::optional<random::Generator> generator_;  // of the seed
};

/// Throws ValueError, naming the option, unless 0 ≤ rate ≤ 1, or 0 ≤ rate < 1 where all of them cannot be dropped.
void require_rate(std::string_view layer, double rate, bool may_be_one = true, std::string_view option = "rate");
/// Throws ValueError for extents below 1 that are not None.
void require_noise_shape(std::string_view layer, const std::optional<Shape>& noise_shape);
/// The shape of the random numbers for an input; None stands for the input's extent. Throws ShapeError when it does not
/// broadcast to the input's.
Shape noise_shape_for(std::string_view layer, const std::optional<Shape>& noise_shape, const Shape& input);

/// x / (1 − rate) where an element is kept, 0 elsewhere.
Tensor dropped(const Tensor& x, double rate, const Shape& noise_shape, Noise& noise);

}  // namespace cornu::layers
CORNU_EXPORT_END
