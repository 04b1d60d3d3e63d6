#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ConcatenateOptions {
  std::int64_t axis = -1;
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// The inputs one behind the other along an axis: (batch, 3, 4) and (batch, 3, 5) → (batch, 3, 9).
///
///     layers::Concatenate()({q, a})     layers::Concatenate({.axis = 1})({q, a})
///
/// Masks are joined along axis 1; along the last axis a step counts if it does in one of the inputs. An input without a
/// mask counts as a whole. A call throws ShapeError for inputs that differ on another axis, IndexError for an axis that
/// they do not have.
class Concatenate final : public Layer<Concatenate, ListLayer> {
 public:
  explicit Concatenate(ConcatenateOptions options = {});
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
  Config get_config() const override;
  static std::shared_ptr<Concatenate> from_config(const ConfigView& config);

 private:
  std::int64_t axis_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
