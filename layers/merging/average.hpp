#pragma once
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/merging/merge.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The mean of its inputs, element by element; shapes and masks as in Merge. Throws ValueError for integers.
///
///     layers::Average()({by_words, by_letters})
class Average final : public Layer<Average, Merge> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Average> from_config(const ConfigView& config);

 private:
  Tensor merge(const Tensors& inputs, const CallContext& context) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
