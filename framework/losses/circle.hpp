#pragma once
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::losses {

struct CircleOptions {
  double gamma = 80;            ///< how steep it is
  double margin = 0.4;          ///< up to which distance two of one class are near enough
  bool remove_diagonal = true;  ///< whether a sample is no partner of itself
  Reduction reduction = "sum_over_batch_size";
  std::string name = "circle";
};

/// For embeddings p (n, d) of length 1 and class ids t, (n,) or (n, 1): pulls samples of one class together and pushes
/// others apart, each pair the more the further it is from where it should be (Sun and others, 2020, "Circle Loss").
/// With the distances d = max(1 − p·pᵀ, 0) it is ln(1 + e^(P + N)), where P = ln Σ e^(γ·(d + m)·(d − m)) over the
/// samples of the same class and N = ln Σ e^(γ·max(1 + m − d, 0)·(1 − m − d)) over the others. A sample without a
/// partner on both sides has the loss 0 and does not count, neither in the sum nor in the number it is divided by. Put
/// layers::UnitNormalization last in the model. Throws ShapeError for predictions that are no vectors and for labels of
/// another shape, IndexError for labels that are not whole. "circle".
class Circle final : public Loss {
 public:
  explicit Circle(CircleOptions options = {});
  /// `Circle({})`: the defaults.
  explicit Circle(cornu::detail::NoOptions);
  /// As they are.
  std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const override;
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  Tensor compute_mask(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<Circle> from_config(const ConfigView& config);

 private:
  CircleOptions options_;
};

/// The same as a function: one loss for each sample.
Tensor circle(const Tensor& y_true, const Tensor& y_pred, bool remove_diagonal = true, double gamma = 80,
              double margin = 0.4);

}  // namespace cornu::losses
CORNU_EXPORT_END
