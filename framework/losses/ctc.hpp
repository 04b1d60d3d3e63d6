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

struct CTCOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "ctc";
};

/// Connectionist temporal classification (Graves and others, 2006): −ln of the probability that logits p (n, steps,
/// classes) spell the labels t (n, max_length), in any alignment: a class may last several steps, and class 0 stands
/// for nothing between two of them. Labels are 1 … classes-1, with zeros behind them where a sample has fewer. Labels
/// that do not fit the steps, with one more step for each that equals its predecessor, have the loss infinity and no
/// gradient. Throws ShapeError for other ranks and for predictions without steps, IndexError for labels that are not
/// whole or outside the classes, ValueError for a 0 in front of a label. "ctc".
class CTC final : public Loss {
 public:
  explicit CTC(CTCOptions options = {});
  /// `CTC({})`: the defaults.
  explicit CTC(cornu::detail::NoOptions);
  /// As they are.
  std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const override;
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<CTC> from_config(const ConfigView& config);
};

/// The same as a function: one loss for each sample.
Tensor ctc(const Tensor& y_true, const Tensor& y_pred);

}  // namespace cornu::losses
CORNU_EXPORT_END
