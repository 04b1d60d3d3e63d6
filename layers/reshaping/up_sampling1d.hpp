#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct UpSampling1DOptions {
  std::int64_t size = 2;  ///< how often each element stands in a row
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Each of the steps several times: (batch, steps, channels) → (batch, steps · size, channels). A mask ends here in
/// Keras, so the layer takes none.
///
///     layers::UpSampling1D({.size = 3})
///
/// The constructor throws ValueError for a size below 1; a call throws ShapeError unless the rank is 3.
class UpSampling1D final : public Layer<UpSampling1D> {
 public:
  explicit UpSampling1D(UpSampling1DOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<UpSampling1D> from_config(const ConfigView& config);

 private:
  UpSampling1DOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
