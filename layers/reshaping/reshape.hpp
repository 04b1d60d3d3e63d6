#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ReshapeOptions {
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Each sample in another shape: (batch, …) → (batch, target_shape…); one extent may be -1, inferred from the rest.
/// Takes no mask.
///
///     layers::Reshape({4, -1})     // (32, 12) → (32, 4, 3)
///
/// Throws ValueError for a target with two -1, ShapeError for samples that do not have as many elements.
class Reshape final : public Layer<Reshape> {
 public:
  explicit Reshape(Shape target_shape, ReshapeOptions options = {});
  Reshape(std::initializer_list<std::int64_t> target_shape, ReshapeOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Reshape> from_config(const ConfigView& config);

 private:
  Shape target_for(const Shape& sample) const;

  Shape target_shape_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
