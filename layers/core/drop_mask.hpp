#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct DropMaskOptions {
  DType dtype = float32;
  std::string name = {};
};

/// Passes its input on and ends the mask: for a layer behind it that cannot take one, when padding may count.
///
///     Sequential{Embedding(10, 4, {.mask_zero = true, .input_length = 5}), DropMask(), Flatten(), Dense(1)}
class DropMask final : public Layer<DropMask> {
 public:
  explicit DropMask(DropMaskOptions options = {});
  Tensor call(const Tensor& input) override { return input; }
  static std::shared_ptr<DropMask> from_config(const ConfigView& config);
  Mask compute_mask(const Tensor&, const Mask&) const override { return std::nullopt; }
};

}  // namespace cornu::layers
CORNU_EXPORT_END
