#pragma once
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/merging/merge.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The product of its inputs, element by element; shapes and masks as in Merge. What an input's mask leaves out counts
/// as 1; what all of them leave out gives 0.
///
///     layers::Multiply()({x, gate})
class Multiply final : public Layer<Multiply, Merge> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Multiply> from_config(const ConfigView& config);

 private:
  Tensor merge(const Tensors& inputs, const CallContext& context) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
