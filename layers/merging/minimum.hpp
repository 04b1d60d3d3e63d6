#pragma once
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/merging/merge.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The smallest of its inputs, element by element; shapes and masks as in Merge. Where an input's mask leaves a step
/// out, the others decide.
///
///     layers::Minimum()({a, b})
class Minimum final : public Layer<Minimum, Merge> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Minimum> from_config(const ConfigView& config);

 private:
  Tensor merge(const Tensors& inputs, const CallContext& context) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
