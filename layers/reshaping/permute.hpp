#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct PermuteOptions {
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// The axes of a sample in another order, counted from 1; the batch stays in front. A mask ends here in Keras, so the
/// layer takes none.
///
///     layers::Permute({2, 1})   // (batch, 10, 64) → (batch, 64, 10)
///
/// The constructor throws ValueError unless dims has each of 1 … n once, a call ShapeError unless the input has n axes
/// behind the batch.
class Permute final : public Layer<Permute> {
 public:
  explicit Permute(std::vector<std::int64_t> dims, PermuteOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Permute> from_config(const ConfigView& config);

 private:
  std::vector<std::int64_t> dims_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
