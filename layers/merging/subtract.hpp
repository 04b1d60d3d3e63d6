#pragma once
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/merging/merge.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The first input minus the second, element by element; shapes and masks as in Merge.
///
///     layers::Subtract()({a, b})
///
/// A call throws ValueError unless it has two inputs.
class Subtract final : public Layer<Subtract, Merge> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Subtract> from_config(const ConfigView& config);

 private:
  Tensor merge(const Tensors& inputs, const CallContext& context) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
