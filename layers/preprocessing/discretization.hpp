#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct DiscretizationOptions {
  std::vector<double> bin_boundaries = {};    ///< rising; instead of num_bins
  std::optional<std::int64_t> num_bins = {};  ///< how many bins adapt() shall find
  double epsilon = 0.01;                      ///< how far off the quantiles of adapt() may be
  std::string output_mode = "int";            ///< "int", "one_hot", "multi_hot", "count"
  DType dtype = float32;                      ///< of what is not "int"
  std::string name = {};
};

/// The bin of each number, 0 … the number of boundaries: b[i − 1] ≤ x < b[i]. Any shape → the same, int32; NaN has the
/// last bin. In the other output modes, in the layer's dtype: "one_hot" → a last axis of the bins, instead of one of 1
/// that there may be; "multi_hot" and "count", which bins a sample (batch, n) has or how often → (batch, bins).
///
///     layers::Discretization({.bin_boundaries = {0, 1, 2.5}})     // 4 bins
///     layers::Discretization ages({.num_bins = 5});
///     ages.adapt(x_train);
///
/// The constructor throws ValueError unless there is one of bin_boundaries and num_bins, for boundaries that do not
/// rise (Keras on JAX gives other numbers then), a num_bins below 1, an epsilon outside of 0 … 1 and another
/// output_mode; a call StateError without boundaries.
class Discretization final : public Layer<Discretization> {
 public:
  explicit Discretization(DiscretizationOptions options);
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<Discretization> from_config(const ConfigView& config);

  /// Finds boundaries that cut the data, of any shape, into num_bins parts of about equal size: quantiles of a summary,
  /// and so Keras's numbers. Forgets what it had. Throws StateError for a layer that was given boundaries, ValueError
  /// for data without elements.
  void adapt(const Tensor& data);
  /// The same from batches, one after the other.
  void adapt(const std::vector<Tensor>& batches);

  const std::vector<double>& bin_boundaries() const { return options_.bin_boundaries; }

 private:
  DiscretizationOptions options_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
