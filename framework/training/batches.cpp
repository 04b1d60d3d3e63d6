#include <cornu/framework/training/batches.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::detail {

namespace {

std::size_t row_bytes(const Tensor& x) { return x.dim(0) == 0 ? 0 : x.nbytes() / static_cast<std::size_t>(x.dim(0)); }
const std::byte* bytes(const Tensor& x) { return x.identity()->storage->bytes; }
std::byte* bytes(Tensor& x) { return x.identity()->storage->bytes; }

}  // namespace

Tensor rows(const Tensor& x, std::int64_t first, std::int64_t last) {
  Tensor result = Tensor::uninitialized(x.shape().with(0, last - first), x.dtype());
  std::memcpy(bytes(result), bytes(x) + static_cast<std::size_t>(first) * row_bytes(x), result.nbytes());
  return result;
}

Tensor rows(const Tensor& x, const std::vector<std::int64_t>& order, std::int64_t first, std::int64_t last) {
  Tensor result = Tensor::uninitialized(x.shape().with(0, last - first), x.dtype());
  const std::size_t size = row_bytes(x);
  std::byte* out = bytes(result);
  for (std::int64_t i = first; i < last; ++i, out += size)
    std::memcpy(out, bytes(x) + static_cast<std::size_t>(order[static_cast<std::size_t>(i)]) * size, size);
  return result;
}

namespace {
template <class F>
Samples each(const Samples& samples, F f) {
  const auto all = [&](const Tensors& tensors) {
    Tensors results;
    results.reserve(tensors.size());
    for (const Tensor& tensor : tensors) results.push_back(tensor.defined() ? f(tensor) : tensor);
    return results;
  };
  return {all(samples.x), all(samples.y), all(samples.weight)};
}
}  // namespace

Samples cut(const Samples& samples, std::int64_t first, std::int64_t last) {
  return each(samples, [&](const Tensor& x) { return rows(x, first, last); });
}

void Batches::shuffle() { order_ = random::permutation(samples_.count()); }

Samples Batches::batch(std::int64_t index) const {
  const std::int64_t first = index * batch_size_, last = std::min(first + batch_size_, samples_.count());
  if (order_.empty()) return cut(samples_, first, last);
  return each(samples_, [&](const Tensor& x) { return rows(x, order_, first, last); });
}

std::int64_t steps_of(const Batches& batches, std::optional<std::int64_t> limit) {
  return std::min(batches.count(), limit.value_or(batches.count()));
}

namespace {

// The class of each sample: integer labels as they are, one-hot rows by their largest element.
Tensor classes_of(const char* where, const Tensor& y) {
  const Tensor labels = y.rank() > 1 && y.dim(-1) > 1 ? ops::argmax(y, -1) : y;
  const Tensor flat = labels.with_shape({labels.size()}).astype(float64);
  if (flat.dim(0) != y.dim(0))
    throw ShapeError(where, fmt::format("class_weight needs one label a sample; got labels of shape {}", y.shape()));
  for (const double label : flat.values<double>())
    if (label != std::floor(label) || std::abs(label) >= 0x1p63)
      throw ValueError(where,
                       fmt::format("class_weight needs class ids or one-hot rows as labels; got {}; weights of other "
                                   "samples go as sample_weight",
                                   label));
  return flat.astype(int64);
}

Tensor weights_by_class(const char* where, const Tensor& y, const LabelWeights& class_weight) {
  for (const auto& [label, weight] : class_weight.entries())
    if (!std::isfinite(weight) || weight < 0)
      throw ValueError(where, fmt::format("a class weight cannot be used; got {} for class {}; expected finite numbers "
                                          "from 0 on",
                                          weight, label));
  const Tensor classes = classes_of(where, y);
  Tensor weights = Tensor::ones({y.dim(0)}, float64);  // losses cast them
  for (std::int64_t i = 0; i < y.dim(0); ++i)
    weights.mutable_data<double>()[i] = class_weight[classes.data<std::int64_t>()[i]];
  return weights;
}

void require_finite(const char* where, const Tensor& weights) {
  const Tensor all = weights.astype(float64);
  const std::span<const double> values = all.values<double>();
  const auto bad = std::find_if_not(values.begin(), values.end(), [](double weight) { return std::isfinite(weight); });
  if (bad != values.end())
    throw ValueError(where, fmt::format("a sample weight is no number; got {} for sample {}; expected finite ones",
                                        *bad, (bad - values.begin()) * weights.dim(0) / weights.size()));
}

void require_weights(const char* where, const Tensors& y, const Tensors& weights) {
  if (weights.size() > 1 && weights.size() != y.size())
    throw ValueError(where, fmt::format("another number of sample weights than of targets; got {}; expected one tensor "
                                        "for all, or {}",
                                        weights.size(), y.size()));
  const auto target = std::find_if(y.begin(), y.end(), [](const Tensor& one) { return one.defined(); });
  for (const Tensor& weight : weights)
    if (weight.defined() && (weight.rank() == 0 || weight.dim(0) != target->dim(0)))
      throw ShapeError(where,
                       fmt::format("sample_weight does not fit y; got {} for y of {}; expected one weight a sample",
                                   weight.shape(), target->shape()));
  for (const Tensor& weight : weights)
    if (weight.defined()) require_finite(where, weight);
}

using ClassWeightsOf = std::vector<const LabelWeights*>;  // an output's, or null

ClassWeightsOf class_weights_of(const char* where, const ClassWeights& weights, const std::vector<std::string>& names) {
  ClassWeightsOf all(names.size());
  if (weights.names().empty()) {
    if (names.size() != 1)
      throw ValueError(where, fmt::format("class_weight needs one output; got {}; name the output that it is for, "
                                          "{{{{\"{}\", {{{{0, 1.0}}, …}}}}}}, or use sample_weight",
                                          names.size(), names.back()));
    all[0] = &weights.weights()[0];
    return all;
  }
  const std::string place = fmt::format("{}, class_weight", where);
  const auto places = places_of(weights.names(), {place.c_str(), "output", names});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (places[i]) all[i] = &weights.weights()[*places[i]];
  return all;
}

Tensors sample_weights_of(const char* where, const ModelData& weights, const std::vector<std::string>& names) {
  const std::string place = fmt::format("{}, sample_weight", where);
  return in_order(weights, {place.c_str(), "output", names}, [](const std::string&) { return Tensor(); });
}

}  // namespace

Tensors combined_weights(const char* where, const Tensors& y, const ModelData& sample_weight,
                         const ClassWeights& class_weight, const std::vector<std::string>& names) {
  const Tensors given = sample_weights_of(where, sample_weight, names);
  require_weights(where, y, given);
  if (given.empty() && class_weight.empty()) return {};
  Tensors weights;
  for (std::size_t i = 0; i < y.size(); ++i)
    weights.push_back(given.empty() ? Tensor() : given[given.size() == 1 ? 0 : i]);
  if (class_weight.empty()) return weights;
  const ClassWeightsOf by_class = class_weights_of(where, class_weight, names);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!by_class[i] || !y[i].defined()) continue;
    const Tensor of_class = weights_by_class(where, y[i], *by_class[i]);
    weights[i] = weights[i].defined() ? ops::multiply(of_class, weights[i].astype(float64)) : of_class;
  }
  return weights;
}

}  // namespace cornu::detail
