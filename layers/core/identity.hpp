#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct IdentityOptions {
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Passes its input on, and a mask with it: for a place in a model that has a name and does nothing.
///
///     layers::Identity({.name = "features"})
class Identity final : public Layer<Identity> {
 public:
  explicit Identity(IdentityOptions options = {});
  Tensor call(const Tensor& input) override { return input; }
  static std::shared_ptr<Identity> from_config(const ConfigView& config);
};

}  // namespace cornu::layers
CORNU_EXPORT_END
