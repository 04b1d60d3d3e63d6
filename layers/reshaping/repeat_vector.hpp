#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct RepeatVectorOptions {
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A vector as a sequence of n equal steps: (batch, features) → (batch, n, features). A mask ends here in Keras, so the
/// layer takes none.
///
///     Sequential{LSTM(8), RepeatVector(5), LSTM(8, {.return_sequences = true})}
///
/// The constructor throws ValueError unless n is positive, a call ShapeError unless the rank is 2.
class RepeatVector final : public Layer<RepeatVector> {
 public:
  explicit RepeatVector(std::int64_t n, RepeatVectorOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<RepeatVector> from_config(const ConfigView& config);

 private:
  std::int64_t n_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
