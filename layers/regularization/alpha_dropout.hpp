#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/regularization/noise.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct AlphaDropoutOptions {
  /// The shape of the random numbers; None stands for the input's extent. Unless given, the input's shape.
  std::optional<Shape> noise_shape = {};
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Dropout that keeps mean and variance of standardised inputs, for use with the activation "selu": in training, sets a
/// random part `rate` of the elements to −1.7581, what selu goes to far below 0, then scales and shifts all of them.
/// Otherwise passes its input on. Any shape → the same; a mask passes through. Klambauer and others, "Self-normalizing
/// neural networks", NeurIPS 2017.
///
///     layers::AlphaDropout(0.1)
///
/// Throws ValueError unless 0 ≤ rate < 1 (Keras takes 1, and gives NaN), and for extents of noise_shape below 1;
/// ShapeError when noise_shape does not broadcast to the input.
class AlphaDropout final : public Layer<AlphaDropout> {
 public:
  explicit AlphaDropout(double rate, AlphaDropoutOptions options = {});
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Config get_config() const override;
  std::vector<Tensor> state() const override { return noise_.state(); }
  void set_state(const std::vector<Tensor>& state) override { noise_.set_state(state, place()); }
  static std::shared_ptr<AlphaDropout> from_config(const ConfigView& config);

 private:
  double rate_;
  AlphaDropoutOptions options_;
  Noise noise_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
