#pragma once
// Internal: the layer behind Input().
#include <memory>
#include <optional>

#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/layer/symbolic.hpp>

namespace cornu::detail {

/// The layer behind Input().
class InputLayer final : public Layer<InputLayer> {
 public:
  explicit InputLayer(InputOptions options);
  Tensor call(const Tensor& input) override { return input; }
  Config get_config() const override;
  static std::shared_ptr<InputLayer> from_config(const ConfigView& config);
  std::optional<Shape> expected_input_shape() const override { return shape_; }
  DType expected_input_dtype() const override { return input_dtype_; }

 private:
  Shape shape_;
  DType input_dtype_;
};

}  // namespace cornu::detail
