#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct FlattenOptions {
  std::string data_format = "channels_last";  ///< "channels_first": (batch, channels, …) counts as (batch, …, channels)
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Each sample as one vector: (batch, …) → (batch, product of the rest); (batch,) → (batch, 1). Takes no mask.
/// Throws ValueError for another data_format, ShapeError for rank 0.
class Flatten final : public Layer<Flatten> {
 public:
  explicit Flatten(FlattenOptions options = {});
  /// `Flatten({})`: the defaults.
  explicit Flatten(cornu::detail::NoOptions);
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Flatten> from_config(const ConfigView& config);

 private:
  FlattenOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
