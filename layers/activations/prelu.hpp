#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct PReLUOptions {
  Handle<initializers::Initializer> alpha_initializer = "zeros";
  Handle<regularizers::Regularizer> alpha_regularizer = {};
  Handle<constraints::Constraint> alpha_constraint = {};
  std::vector<std::int64_t> shared_axes = {};  ///< along which one slope serves all, counted from 1, the batch being 0
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x above 0, alpha · x below, with slopes that are learnt: any shape → the same. The weight `alpha` has the shape of a
/// sample, with extent 1 along shared axes. A mask passes through. He and others, "Delving deep into rectifiers", ICCV
/// 2015.
///
///     layers::PReLU({.shared_axes = {1, 2}})   // a slope a channel of an image
///
/// Building throws ValueError for a shared axis that a sample has not, ShapeError for an extent that is not known and
/// not shared; a call ShapeError for a sample of another shape than the layer was built for, but for shared axes.
class PReLU final : public Layer<PReLU> {
 public:
  explicit PReLU(PReLUOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  using LayerBase::build;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<PReLU> from_config(const ConfigView& config);

 private:
  PReLUOptions options_;
  Variable alpha_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
