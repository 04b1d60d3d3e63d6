#pragma once
#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/preprocessing/numbers.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct RescalingOptions {
  Numbers offset = 0.0;
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x · scale + offset: any shape → the same, in the layer's dtype; integers are cast. Scale and offset are numbers, or
/// broadcast to the input. A mask passes through.
///
///     layers::Rescaling(1.0 / 255)     layers::Rescaling(1 / 127.5, {.offset = -1})
///
/// A call throws ShapeError for a scale or offset that does not broadcast.
class Rescaling final : public Layer<Rescaling> {
 public:
  // Not of Numbers: gcc 12 would take `{.offset = 1}`, which is meant for the options, for them.
  template <std::convertible_to<Numbers> T>
  explicit Rescaling(const T& scale, RescalingOptions options = {}) : Rescaling(Told{scale, std::move(options)}) {}
  explicit Rescaling(std::initializer_list<double> scale, RescalingOptions options = {})
      : Rescaling(Told{scale, std::move(options)}) {}
  Tensor call(const Tensor& input) override;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<Rescaling> from_config(const ConfigView& config);

 private:
  struct Told {
    Numbers numbers;
    RescalingOptions others;
  };
  explicit Rescaling(Told told);

  Numbers scale_, offset_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
