#pragma once
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/merging/merge.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The sum of its inputs, element by element; shapes and masks as in Merge.
///
///     layers::Add()({x, shortcut})
class Add final : public Layer<Add, Merge> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Add> from_config(const ConfigView& config);

 private:
  Tensor merge(const Tensors& inputs, const CallContext& context) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
