#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/regularization/noise.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct DropoutOptions {
  /// The shape of the random numbers; None stands for the input's extent. Unless given, the input's shape.
  std::optional<Shape> noise_shape = {};
  std::optional<std::uint64_t> seed = {};  ///< of random numbers that only this layer draws
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// In training, sets a random part `rate` of the elements to 0 and divides the others by 1 − rate; otherwise passes its
/// input on. Any shape → the same; a mask passes through. With noise_shape (batch, 1, features), a feature is dropped
/// in all steps of a sample or in none. Srivastava and others, "Dropout: a simple way to prevent neural networks from
/// overfitting", JMLR 15, 2014.
///
///     layers::Dropout(0.1)
///
/// Throws ValueError unless 0 ≤ rate ≤ 1 and for extents of noise_shape below 1, ShapeError when noise_shape does not
/// broadcast to the input's shape.
class Dropout final : public Layer<Dropout> {
 public:
  explicit Dropout(double rate, DropoutOptions options = {});
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  /// For a layer that drops while it computes: which elements of a tensor of that shape a call in training keeps, drawn
  /// as the call draws them.
  Tensor kept(const Shape& shape) { return noise_.kept(shape, rate_); }
  Config get_config() const override;
  std::vector<Tensor> state() const override { return noise_.state(); }
  void set_state(const std::vector<Tensor>& state) override { noise_.set_state(state, place()); }
  static std::shared_ptr<Dropout> from_config(const ConfigView& config);

 private:
  double rate_;
  DropoutOptions options_;
  Noise noise_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
