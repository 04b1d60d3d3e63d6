#include <cornu/framework/losses/loss.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/register_class.hpp>

namespace cornu::losses {

namespace {

struct NamedReduction {
  std::string_view name;
  Reduction::Kind kind;
};
constexpr NamedReduction reductions[] = {{"sum_over_batch_size", Reduction::Kind::sum_over_batch_size},
                                         {"mean", Reduction::Kind::sum_over_batch_size},
                                         {"sum", Reduction::Kind::sum},
                                         {"mean_with_sample_weight", Reduction::Kind::mean_with_sample_weight},
                                         {"none", Reduction::Kind::none}};

const NamedReduction& reduction_named(std::string_view name) {
  for (const NamedReduction& known : reductions)
    if (known.name == name) return known;
  throw ValueError("Loss", fmt::format("unknown reduction; got '{}'; expected sum_over_batch_size, mean, sum, "
                                       "mean_with_sample_weight or none",
                                       name));
}

}  // namespace

Reduction::Reduction(std::string_view name) : kind_(reduction_named(name).kind), name_(reduction_named(name).name) {}

void read_value(const ConfigView& view, Reduction& value) {
  value = view.is_null() ? Reduction("none") : Reduction(view.as_string());
}

Config value_of(const Reduction& value) {
  return value.kind() == Reduction::Kind::none ? Config() : Config(std::string(value.name()));
}

LabelKind label_kind(const Shape& y_true, const Shape& y_pred) {
  if (y_true.empty() || y_pred.empty())
    throw ShapeError("losses::label_kind", fmt::format("labels and predictions must have a batch axis; got y_true {} "
                                                       "and y_pred {}; expected (batch, …) for both",
                                                       y_true, y_pred));
  if (y_pred.back() == 1) return LabelKind::binary;
  const bool ids = y_true.rank() < y_pred.rank() || (y_true.back() == 1 && y_pred.back() > 1);
  return ids ? LabelKind::sparse_categorical : LabelKind::categorical;
}

std::pair<Tensor, Tensor> squeeze_or_expand_to_same_rank(const Tensor& a, const Tensor& b) {
  if (a.rank() == b.rank() + 1 && a.dim(-1) == 1)
    return b.rank() == 1 ? std::pair(a, ops::expand_dims(b, -1)) : std::pair(ops::squeeze(a, -1), b);
  if (b.rank() == a.rank() + 1 && b.dim(-1) == 1)
    return a.rank() == 1 ? std::pair(ops::expand_dims(a, -1), b) : std::pair(a, ops::squeeze(b, -1));
  return {a, b};
}

namespace {

// A weight (n,) is one for each sample, also where each step of a sample has a loss. (Keras would take it for weights
// of the steps.)
Tensor times(const Tensor& values, const Tensor& weight) {
  const auto [a, b] = squeeze_or_expand_to_same_rank(values, weight);
  if (b.rank() != 1 || a.rank() < 2) return a * b;
  Shape shape = b.shape();
  while (shape.rank() < a.rank()) shape.push_back(1);
  return a * ops::reshape(b, shape);
}

double sum_of(const Tensor& x) { return ops::sum(x).item<double>(); }
double divide_no_nan(double x, double y) { return y == 0 ? 0 : x / y; }

// The number by which the sum of `losses` is divided.
double divisor(const Tensor& losses, const Tensor& weight, Reduction reduction) {
  if (reduction.kind() == Reduction::Kind::sum) return 1;
  const bool by_weight = reduction.kind() == Reduction::Kind::mean_with_sample_weight && weight.defined();
  return by_weight ? sum_of(weight) : static_cast<double>(losses.size());
}

Tensor reduce(const Tensor& losses, const Tensor& weight, Reduction reduction) {
  if (reduction.kind() == Reduction::Kind::none) return losses;
  const double by = divisor(losses, weight, reduction);
  const Tensor sum = ops::sum(losses);
  if (by == 0) return sum * 0.;
  return by == 1 ? sum : sum / by;
}

}  // namespace

Tensor apply_mask(const Tensor& sample_weight, const Tensor& mask, DType dtype, Reduction reduction) {
  if (!mask.defined()) return sample_weight.defined() ? ops::cast(sample_weight, dtype) : sample_weight;
  Tensor weight = ops::cast(mask, dtype);
  if (reduction.kind() == Reduction::Kind::sum_over_batch_size)
    weight = weight * divide_no_nan(static_cast<double>(mask.size()), sum_of(weight));
  return sample_weight.defined() ? times(weight, ops::cast(sample_weight, dtype)) : weight;
}

Tensor Loss::operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight,
                        const Tensor& mask) const {
  const Tensor losses = call(ops::cast(y_true, y_pred.dtype()), y_pred);
  const Tensor own_mask = compute_mask(y_true, y_pred);
  const Tensor both =
      mask.defined() && own_mask.defined() ? ops::logical_and(mask, own_mask) : (mask.defined() ? mask : own_mask);
  const Tensor weight = apply_mask(sample_weight, both, losses.dtype(), reduction_);
  return reduce(weight.defined() ? times(losses, weight) : losses, weight, reduction_);
}

Config Loss::to_config() const {
  return registered_object(*this, {{"name", name()}, {"reduction", value_of(reduction())}});
}

std::shared_ptr<Loss> Loss::from_function(Function function) {
  struct FunctionLoss final : Loss {
    explicit FunctionLoss(Function f) : Loss("loss"), function(std::move(f)) {}
    Config to_config() const override { return unnamed_function(); }
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
      const auto [labels, predictions] = squeeze_or_expand_to_same_rank(y_true, y_pred);
      return function(labels, predictions);
    }
    Function function;
  };
  return std::make_shared<FunctionLoss>(std::move(function));
}

}  // namespace cornu::losses
