#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/axis_list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct GroupNormalizationOptions {
  std::int64_t groups = 32;  ///< of channels, equally many each; -1: each channel by itself
  std::int64_t axis = -1;    ///< of the channels
  double epsilon = 1e-3;     ///< added to the variance
  bool center = true;        ///< add beta
  bool scale = true;         ///< multiply by gamma
  Handle<initializers::Initializer> beta_initializer = "zeros";
  Handle<initializers::Initializer> gamma_initializer = "ones";
  Handle<regularizers::Regularizer> beta_regularizer = {};
  Handle<regularizers::Regularizer> gamma_regularizer = {};
  Handle<constraints::Constraint> beta_constraint = {};
  Handle<constraints::Constraint> gamma_constraint = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// gamma · (x − mean) / √(variance + epsilon) + beta, with the mean and variance of a group of channels of a sample:
/// any shape up to rank 5 → the same. gamma and beta are (channels,). A mask passes through. Wu and He, "Group
/// normalization", ECCV 2018.
///
///     layers::GroupNormalization({.groups = 4})     layers::GroupNormalization({.groups = -1, .axis = 1})
///
/// The constructor throws ValueError for groups that are neither positive nor -1 and for an epsilon below 0; building
/// throws ValueError when the channels do not divide into the groups, and for axis 0, the batch; IndexError for an axis
/// that the input has not. A call throws ShapeError for another number of channels than the layer was built for.
class GroupNormalization final : public Layer<GroupNormalization> {
 public:
  explicit GroupNormalization(GroupNormalizationOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  using LayerBase::build;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<GroupNormalization> from_config(const ConfigView& config);

 private:
  GroupNormalizationOptions options_;
  AxisList axis_;
  std::int64_t channels_ = 0;
  std::size_t reduced_rank_ = 0;  // with the axis of groups
  ops::Axes reduced_;             // of that rank, all but the batch and the groups
  Variable gamma_, beta_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
