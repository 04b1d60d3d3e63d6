#pragma once
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ReLUOptions {
  std::optional<double> max_value = {};  ///< of the output
  double negative_slope = 0;             ///< below the threshold
  double threshold = 0;
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x above the threshold, and no more than max_value; negative_slope · (x − threshold) up to it: any shape → the same.
/// At the threshold itself the output is 0, as in Keras, whatever its documentation says. Integers stay integers where
/// all options are as they are by themselves. A mask passes through.
///
///     layers::ReLU()     layers::ReLU({.max_value = 6})
///
/// Throws ValueError for an option below 0.
class ReLU final : public Layer<ReLU> {
 public:
  explicit ReLU(ReLUOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<ReLU> from_config(const ConfigView& config);

 private:
  ReLUOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
