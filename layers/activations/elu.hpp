#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct ELUOptions {
  double alpha = 1;
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x above 0, alpha · (e^x − 1) below: any shape → the same. A mask passes through. Clevert, Unterthiner and
/// Hochreiter, "Fast and accurate deep network learning by exponential linear units", ICLR 2016.
///
///     layers::ELU({.alpha = 0.5})
class ELU final : public Layer<ELU> {
 public:
  explicit ELU(ELUOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<ELU> from_config(const ConfigView& config);

 private:
  double alpha_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
