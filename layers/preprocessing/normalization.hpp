#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/axis_list.hpp>
#include <cornu/layers/preprocessing/numbers.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct NormalizationOptions {
  std::optional<AxisList> axis = AxisList(-1);  ///< each place along them has its own mean; nullopt: one for all
  std::optional<Numbers> mean = {};             ///< instead of adapt(); they broadcast along the axes
  std::optional<Numbers> variance = {};
  bool invert = false;  ///< the way back: mean + x · √variance
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// (x − mean) / √variance with what adapt() has seen, or was given: any shape → the same. √variance is at least 1e-7. A
/// mask passes through. Weights, which are not trained: mean and variance of the axes' extents, 0 and 1 before adapt(),
/// and a count that Keras keeps for old files, 0; none if they were given.
///
///     layers::Normalization normalize;
///     normalize.adapt(x_train);
///     layers::Normalization({.mean = 3, .variance = 2})
///
/// The constructor throws ValueError unless mean and variance are given together, of one shape, and of a rank of not
/// more than the axes; building IndexError for an axis that the input has not, ShapeError for an extent along it that
/// is not known, and for a mean that does not broadcast.
class Normalization final : public Layer<Normalization> {
 public:
  explicit Normalization(NormalizationOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  using LayerBase::build;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<Normalization> from_config(const ConfigView& config);

  /// Takes mean and variance from the data, samples with their batch, and forgets what it had. Builds the layer if need
  /// be. Logs a line where all of the data are one value: another one is divided by 1e-7 then. Throws StateError for a
  /// layer that was given them, ShapeError for other extents along the axes than the layer was built for, ValueError
  /// for data without elements.
  void adapt(const Tensor& data);
  /// The same from batches, one after the other.
  void adapt(const std::vector<Tensor>& batches);

 private:
  void require_fit(const Shape& input) const;

  NormalizationOptions options_;
  Shape broadcast_;                      // the axes' extents, 1 along others
  Tensor given_mean_, given_deviation_;  // as they broadcast
  Variable mean_, variance_, count_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
