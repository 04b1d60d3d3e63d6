#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/tensor/random.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct DropoutOptions {
  /// The shape of what is drawn, in which None stands for the input's extent. The input's shape unless given.
  std::optional<Shape> noise_shape = {};
  std::optional<std::uint64_t> seed = {};  ///< a stream of numbers of the layer's own
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// In training, sets a random part `rate` of the elements to 0 and divides the others by 1 − rate; otherwise passes its
/// input on. Any shape → the same; a mask passes through. With a noise_shape (batch, 1, features) steps are kept or
/// dropped alike. Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15,
/// 2014.
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
  Config get_config() const override;

 private:
  Shape noise_shape_for(const Shape& input) const;
  Tensor draw_kept(const Shape& shape);

  double rate_;
  std::optional<Shape> noise_shape_;
  std::optional<std::uint64_t> seed_;
  std::optional<random::Generator> generator_;  // of the seed
};

}  // namespace cornu::layers
CORNU_EXPORT_END
