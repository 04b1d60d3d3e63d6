#include <cornu/framework/ops/attention.hpp>
#include <cornu/framework/ops/einsum.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

Tensor weights_of(const Tensor& scores, const std::optional<Tensor>& allowed) {
  if (!allowed) return softmax(scores);
  constexpr double far_below = -1e9;
  const Tensor weights = softmax(where(*allowed, scores, scalar(far_below, scores.dtype())));
  return where(*allowed, weights, scalar(0, scores.dtype()));
}

}  // namespace

Tensor attention_of_ops(const Tensor& query, const Tensor& key, const Tensor& value, const AttentionOptions& options) {
  const std::int64_t group = query.dim(2) / key.dim(2);
  const Tensor keys = group == 1 ? key : repeat(key, group, -2), values = group == 1 ? value : repeat(value, group, -2);
  const Tensor scores = einsum("abcd,aocd->acbo", query * options.scale, keys);
  Tensor weights = weights_of(scores, options.allowed);
  if (options.kept) weights = where(*options.kept, weights / (1 - options.rate), scalar(0, weights.dtype()));
  return einsum("acbo,aocd->abcd", weights, values);
}

}  // namespace cornu::ops
