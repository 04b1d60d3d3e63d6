#include <cornu/framework/losses/sampled_losses.hpp>

#include <fmt/core.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

namespace {

struct Logits {
  Tensor of_true;     // (batch, num_true)
  Tensor of_sampled;  // (batch, num_sampled)
};

void require_shapes(const char* loss, const Shape& weights, const Shape& biases, const Shape& labels,
                    const Shape& inputs, std::int64_t num_classes) {
  if (weights.rank() == 2 && weights[0] == num_classes && biases == Shape{num_classes} && labels.rank() == 2 &&
      inputs.rank() == 2 && inputs[1] == weights[1] && labels[0] == inputs[0] && labels[1] > 0)
    return;
  throw ShapeError(
      loss, fmt::format("shapes do not fit together; got weights {}, biases {}, labels {}, inputs {} for {} classes; "
                        "expected (num_classes, d), (num_classes,), (batch, num_true), (batch, d)",
                        weights, biases, labels, inputs, num_classes));
}

// (batch, num_sampled): the lowest float where a drawn class is a true one, 0 elsewhere
Tensor accidental_hits(const Tensor& labels, const Tensor& sampled, DType dtype) {
  const Tensor is_true = ops::equal(ops::expand_dims(labels, 2), sampled);
  return ops::cast(ops::any(is_true, {.axis = 1}), dtype) * static_cast<double>(std::numeric_limits<float>::lowest());
}

template <class Table>
Logits sampled_logits(const Table& weights, const Table& biases, const Tensor& labels, const Tensor& inputs,
                      const random::Candidates& drawn, bool remove_accidental_hits) {
  const DType dtype = inputs.dtype();
  const auto log_count = [&](const Tensor& expected) { return ops::log(ops::cast(expected, dtype)); };
  const Tensor sampled_weights = ops::gather(weights, drawn.sampled);
  Tensor of_true = ops::gather_dot(weights, labels, inputs) + ops::gather(biases, labels);
  Tensor of_sampled = ops::matmul(inputs, sampled_weights, false, true) + ops::gather(biases, drawn.sampled);
  if (remove_accidental_hits) of_sampled = of_sampled + accidental_hits(labels, drawn.sampled, dtype);
  return {of_true - log_count(drawn.true_expected_count), of_sampled - log_count(drawn.sampled_expected_count)};
}

void require_candidates(const char* loss, const random::Candidates& drawn, const Shape& labels,
                        std::int64_t num_classes) {
  ops::require_ids(loss, drawn.sampled, num_classes, {"sampled class", "the classes"});
  if (drawn.sampled.rank() == 1 && drawn.sampled_expected_count.shape() == drawn.sampled.shape() &&
      drawn.true_expected_count.shape() == labels)
    return;
  throw ShapeError(loss, fmt::format("sampled_values do not fit; got sampled {}, sampled_expected_count {} and "
                                     "true_expected_count {} for labels {}; expected (n,), (n,) and the labels' shape",
                                     drawn.sampled.shape(), drawn.sampled_expected_count.shape(),
                                     drawn.true_expected_count.shape(), labels));
}

template <class Table>
Logits logits_of(const char* loss, const Table& weights, const Table& biases, const Tensor& labels,
                 const Tensor& inputs, std::int64_t num_sampled, std::int64_t num_classes,
                 const SampledLossOptions& options, bool remove_accidental_hits) {
  ops::require_integer(loss, labels);
  Tensor classes = labels.astype(int64);
  if (classes.rank() == 1) classes = ops::expand_dims(classes, 1);
  require_shapes(loss, weights.shape(), biases.shape(), classes.shape(), inputs.shape(), num_classes);
  ops::require_ids(loss, labels, num_classes, {"label", "the classes", "is num_classes right?"});
  random::Candidates drawn = options.sampled_values.value_or(random::Candidates());
  if (!options.sampled_values) drawn = random::log_uniform_candidate_sampler(classes, num_sampled, true, num_classes);
  drawn.sampled = drawn.sampled.astype(int64);
  if (drawn.true_expected_count.shape() == labels.shape())
    drawn.true_expected_count = drawn.true_expected_count.with_shape(classes.shape());
  require_candidates(loss, drawn, classes.shape(), num_classes);
  return sampled_logits(weights, biases, classes, inputs, drawn,
                        options.remove_accidental_hits.value_or(remove_accidental_hits));
}

// ln Σ e^logits − the mean of the true ones
Tensor softmax_loss(const Logits& logits) {
  const Tensor all = ops::concatenate({logits.of_true, logits.of_sampled}, 1);
  return ops::logsumexp(all, {.axis = 1}) - ops::mean(logits.of_true, {.axis = 1});
}

// Σ softplus(logits) − the mean of the true ones
Tensor binary_loss(const Logits& logits) {
  const Tensor of_true = ops::sum(ops::softplus(logits.of_true), {.axis = 1}) - ops::mean(logits.of_true, {.axis = 1});
  return of_true + ops::sum(ops::softplus(logits.of_sampled), {.axis = 1});
}

}  // namespace

Tensor sampled_softmax_loss(const Variable& weights, const Variable& biases, const Tensor& labels, const Tensor& inputs,
                            std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options) {
  return softmax_loss(
      logits_of("sampled_softmax_loss", weights, biases, labels, inputs, num_sampled, num_classes, options, true));
}
Tensor sampled_softmax_loss(const Tensor& weights, const Tensor& biases, const Tensor& labels, const Tensor& inputs,
                            std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options) {
  return softmax_loss(
      logits_of("sampled_softmax_loss", weights, biases, labels, inputs, num_sampled, num_classes, options, true));
}

Tensor nce_loss(const Variable& weights, const Variable& biases, const Tensor& labels, const Tensor& inputs,
                std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options) {
  return binary_loss(logits_of("nce_loss", weights, biases, labels, inputs, num_sampled, num_classes, options, false));
}
Tensor nce_loss(const Tensor& weights, const Tensor& biases, const Tensor& labels, const Tensor& inputs,
                std::int64_t num_sampled, std::int64_t num_classes, const SampledLossOptions& options) {
  return binary_loss(logits_of("nce_loss", weights, biases, labels, inputs, num_sampled, num_classes, options, false));
}

}  // namespace cornu::losses
