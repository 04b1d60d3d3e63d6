#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct LeakyReLUOptions {
  double negative_slope = 0.3;
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x from 0 on, negative_slope · x below: any shape → the same. A mask passes through. The slope is 0.3 unless given,
/// where the activation "leaky_relu" has 0.2.
///
///     layers::LeakyReLU({.negative_slope = 0.1})
///
/// Throws ValueError for a slope below 0. Older files call it `alpha`.
class LeakyReLU final : public Layer<LeakyReLU> {
 public:
  explicit LeakyReLU(LeakyReLUOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<LeakyReLU> from_config(const ConfigView& config);

 private:
  double negative_slope_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
