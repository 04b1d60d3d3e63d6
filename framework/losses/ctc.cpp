#include <cornu/framework/losses/ctc.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

namespace {

void require_shapes(const Shape& y_true, const Shape& y_pred) {
  if (y_true.rank() == 2 && y_pred.rank() == 3 && y_true[0] == y_pred[0] && y_pred[1] != 0 && y_pred[2] != 0) return;
  throw ShapeError("ctc", fmt::format("labels and logits do not fit; got y_true {} and y_pred {}; expected (n, "
                                      "max_length) and (n, steps, classes)",
                                      y_true, y_pred));
}

// The labels of a batch. State 2i + 1 of an alignment is the i-th label, the others, of which there is one more, are
// the class 0 in between.
class Labels {
 public:
  // ids: (n, max_length) int32 in 0 … classes-1
  explicit Labels(const Tensor& ids) : ids_(ids), states_(2 * ids.dim(1) + 1) { require_zeros_behind(); }

  std::int64_t samples() const { return ids_.dim(0); }
  std::int64_t states() const { return states_; }
  std::int64_t length(std::int64_t sample) const {
    const std::span<const std::int32_t> all = row(sample);
    return std::find(all.begin(), all.end(), 0) - all.begin();
  }
  std::int32_t class_of(std::int64_t sample, std::int64_t state) const {
    return state % 2 == 0 ? 0 : row(sample)[static_cast<std::size_t>(state / 2)];
  }
  /// Whether an alignment may come to this label from the one before, without a 0 in between.
  bool may_skip(std::int64_t sample, std::int64_t state) const {
    return state % 2 == 1 && state > 1 && class_of(sample, state) != class_of(sample, state - 2);
  }
  bool fit(std::int64_t sample, std::int64_t steps) const {
    std::int64_t needed = length(sample);
    for (std::int64_t state = 3; state < 2 * length(sample); state += 2) needed += may_skip(sample, state) ? 0 : 1;
    return needed <= steps;
  }

 private:
  std::span<const std::int32_t> row(std::int64_t sample) const {
    const std::int64_t length = ids_.dim(1);
    return ids_.values<std::int32_t>().subspan(static_cast<std::size_t>(sample * length),
                                               static_cast<std::size_t>(length));
  }
  void require_zeros_behind() const {
    for (std::int64_t sample = 0; sample < samples(); ++sample) {
      const auto all = row(sample).subspan(static_cast<std::size_t>(length(sample)));
      if (std::any_of(all.begin(), all.end(), [](std::int32_t id) { return id != 0; }))
        throw ValueError("ctc", fmt::format("a 0 stands in front of a label in sample {}; expected zeros behind the "
                                            "labels alone, because class 0 is that of nothing",
                                            sample));
    }
  }

  Tensor ids_;
  std::int64_t states_;
};

// ln of the probability of each state's class: (n, steps, states).
Tensor emissions(const Labels& labels, const Tensor& logits) {
  const std::int64_t steps = logits.dim(1), classes = logits.dim(2);
  Tensor places = Tensor::uninitialized({labels.samples(), steps, labels.states()}, int64);
  std::int64_t* place = places.mutable_data<std::int64_t>();
  for (std::int64_t i = 0; i < labels.samples(); ++i)
    for (std::int64_t step = 0; step < steps; ++step)
      for (std::int64_t state = 0; state < labels.states(); ++state)
        *place++ = (i * steps + step) * classes + labels.class_of(i, state);
  return ops::gather(ops::reshape(ops::log_softmax(logits), {-1}), places);
}

// 0 for the states that f takes, ln 0 for the others: (n, states).
template <class F>
Tensor allowed(const Labels& labels, DType dtype, F f) {
  Tensor all = Tensor::full({labels.samples(), labels.states()}, log_of_zero, float64);
  double* value = all.mutable_data<double>();
  for (std::int64_t i = 0; i < labels.samples(); ++i)
    for (std::int64_t state = 0; state < labels.states(); ++state, ++value)
      if (f(i, state)) *value = 0;
  return all.astype(dtype);
}

// Each state has what the one `count` before it had.
Tensor shifted(const Tensor& alpha, std::int64_t count) {
  const std::int64_t states = alpha.dim(1), filled = std::min(count, states);
  return ops::concatenate({Tensor::full({alpha.dim(0), filled}, log_of_zero, alpha.dtype()),
                           ops::slice(alpha, 1, {.stop = states - filled})},
                          1);
}

Tensor finite_losses(const Labels& labels, const Tensor& logits) {
  const DType dtype = logits.dtype();
  const Tensor emission = emissions(labels, logits);
  const Tensor skips = allowed(labels, dtype, [&](auto i, auto state) { return labels.may_skip(i, state); });
  const Tensor starts = allowed(labels, dtype, [&](auto, auto state) { return state < 2; });
  const Tensor ends = allowed(labels, dtype, [&](auto i, auto state) {
    return state == 2 * labels.length(i) || state == 2 * labels.length(i) - 1;
  });
  // α of a state: ln of the probability of all that was spelt up to this step and ends there
  Tensor alpha = starts + ops::select(emission, 1, 0);
  for (std::int64_t step = 1; step < logits.dim(1); ++step)
    alpha = ops::logsumexp(ops::stack({alpha, shifted(alpha, 1), shifted(alpha, 2) + skips}), {.axis = 0}) +
            ops::select(emission, 1, step);
  return -ops::logsumexp(alpha + ends, {.axis = -1});
}

}  // namespace

Tensor ctc(const Tensor& y_true, const Tensor& y_pred) {
  ops::require_floating("ctc", y_pred);
  require_shapes(y_true.shape(), y_pred.shape());
  const Labels labels(usable_ids({"ctc", ""}, y_true, y_pred.dim(2)));
  Tensor fit = Tensor::uninitialized({labels.samples()}, boolean);
  for (std::int64_t i = 0; i < labels.samples(); ++i) fit.mutable_data<bool>()[i] = labels.fit(i, y_pred.dim(1));
  return ops::where(fit, finite_losses(labels, y_pred),
                    ops::scalar(std::numeric_limits<double>::infinity(), y_pred.dtype()));
}

CTC::CTC(CTCOptions options) : Loss(options.name, options.reduction) {}
CTC::CTC(cornu::detail::NoOptions) : CTC() {}
std::pair<Tensor, Tensor> CTC::aligned(const Tensor& y_true, const Tensor& y_pred) const { return {y_true, y_pred}; }
Tensor CTC::call(const Tensor& y_true, const Tensor& y_pred) const { return ctc(y_true, y_pred); }
void CTC::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  require_shapes(y_true.shape(), with_samples_of(y_true, prediction_shape));
  Labels(usable_ids({"ctc", ""}, y_true, prediction_shape[2]));
}

Config CTC::to_config() const { return loss_object(*this, "CTC", no_option); }
std::shared_ptr<CTC> CTC::from_config(const ConfigView& config) {
  return loss_from<CTC, CTCOptions>(config, no_option);
}

}  // namespace cornu::losses
