#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct DotOptions {
  bool normalize = false;  ///< both vectors to length 1 first: the cosine between them
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Σ x · y over one axis of each, sample by sample: (batch, 5, k) and (batch, k, 7) with axes {2, 1} → (batch, 5, 7);
/// (batch, k) and (batch, k) → (batch, 1).
///
///     layers::Dot(1)({word, context})     layers::Dot({1, 2}, {.normalize = true})({word, contexts})
///
/// The axes are those of the two inputs, negative ones from the end; they have one extent. Masks end here. A call
/// throws ValueError unless it has two inputs of rank 2 or more and for axis 0, the batch; ShapeError for extents that
/// differ, IndexError for an axis that an input does not have.
class Dot final : public Layer<Dot, ListLayer> {
 public:
  explicit Dot(std::int64_t axis, DotOptions options = {});
  explicit Dot(std::array<std::int64_t, 2> axes, DotOptions options = {});
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
  Config get_config() const override;
  static std::shared_ptr<Dot> from_config(const ConfigView& config);

 private:
  std::array<std::int64_t, 2> axes_;
  bool is_pair_ = true;  // two axes were given, and not one for both
  bool normalize_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
