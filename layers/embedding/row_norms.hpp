#pragma once
// Internal: the rows of a table held to a largest norm, as torch.nn.Embedding's max_norm.
#include <optional>
#include <string_view>

#include <cornu/framework/autodiff/variable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// The norm (Σ |x|^p)^(1/p) that rows may have: p = norm_type, which may be infinite.
struct RowNorms {
  std::optional<double> max_norm;
  double norm_type = 2;

  /// Throws ValueError unless both are above 0.
  void check(std::string_view layer) const;
  /// Scales, in place, those of the rows `ids` whose norm n is above max_norm by max_norm / (n + 1e-7). The ids are in
  /// range.
  void renormalize(const Variable& table, const Tensor& ids) const;
  /// Copies of rows (…, width) scaled so; a tape takes the scale for a constant.
  Tensor renormalized(const Tensor& rows) const;
};

/// Names the options of a layer that holds its rows so, when it does.
template <class Option, class Options>
void norm_options(Option& option, Options& options) {
  option.own("max_norm", options.max_norm);
  if (options.max_norm) option("norm_type", options.norm_type);
}

}  // namespace cornu::layers
CORNU_EXPORT_END
