#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct HashedCrossingOptions {
  std::string output_mode = "int";  ///< "int", or "one_hot" for vectors of num_bins
  DType dtype = float32;            ///< of those
  std::string name = {};
};

/// Maps the integers that several inputs have at one place to one id 0 … num_bins-1: a feature for each combination of
/// theirs. Inputs (batch,) or (batch, 1) → the same, int64, or (batch, num_bins) with output_mode "one_hot". Different
/// combinations may share an id. The ids are those of Keras's HashedCrossing of integers; cornu::text has words.
///
///     layers::HashedCrossing(100)({city, hour})
///
/// The constructor throws ValueError for a num_bins below 1 and another output_mode; a call ValueError for fewer than
/// two inputs and for dtypes that are not integers, ShapeError for inputs of different or other shapes.
class HashedCrossing final : public Layer<HashedCrossing, ListLayer> {
 public:
  explicit HashedCrossing(std::int64_t num_bins, HashedCrossingOptions options = {});
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Config get_config() const override;
  static std::shared_ptr<HashedCrossing> from_config(const ConfigView& config);
  DType expected_input_dtype() const override { return int64; }

 private:
  std::int64_t num_bins_;
  HashedCrossingOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
