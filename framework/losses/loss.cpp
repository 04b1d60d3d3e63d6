#include <cornu/framework/losses/loss.hpp>

#include <fmt/core.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/ops/support.hpp>
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

// With axes of 1 behind, up to that rank.
Tensor with_rank(const Tensor& x, std::size_t rank) {
  Shape shape = x.shape();
  while (shape.rank() < rank) shape.push_back(1);
  return ops::reshape(x, shape);
}

// A weight (n,) is one for each sample, also where each step of a sample has a loss. (Keras would take it for weights
// of the steps.)
Tensor times(const Tensor& values, const Tensor& weight) {
  const auto [a, b] = squeeze_or_expand_to_same_rank(values, weight);
  const Tensor product = a * (b.rank() == 1 ? with_rank(b, a.rank()) : b);
  if (a.rank() > 0 && product.shape() != a.shape())
    throw ShapeError("Loss",
                     fmt::format("weights or a mask do not fit; got {} for losses or a mask of {}; expected the "
                                 "same shape, or one weight a sample",
                                 weight.shape(), values.shape()));
  return product;
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

// The losses that count, the others 0, in value and gradient: times 0, NaN would still make NaN of the sum.
Tensor Loss::counted(const Tensor& labels, const Tensor& predictions, const Tensor& weight) const {
  const Tensor losses = call(labels, predictions);
  if (!weight.defined() || losses.is_symbolic() || losses.rank() == 0) return losses;
  const Tensor all = Tensor::ones(losses.shape(), losses.dtype());
  const Tensor counts = ops::not_equal(times(all, weight), 0.).with_shape(losses.shape());
  if (ops::all(ops::logical_or(ops::is_finite(losses), counts)).item<bool>()) return losses;
  const Tensor held = ops::where(with_rank(counts, predictions.rank()), predictions, stop_gradient(predictions));
  return ops::where(counts, call(labels, held), ops::scalar(0, losses.dtype()));
}

Tensor Loss::operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight,
                        const Tensor& mask) const {
  const auto [labels, predictions] = aligned(y_true, y_pred);
  const Tensor own_mask = compute_mask(labels, predictions);
  const Tensor both =
      mask.defined() && own_mask.defined() ? ops::logical_and(mask, own_mask) : (mask.defined() ? mask : own_mask);
  const Tensor weight = apply_mask(sample_weight, both, predictions.dtype(), reduction_);
  const Tensor losses = counted(labels, predictions, weight);
  return reduce(weight.defined() ? times(losses, weight) : losses, weight, reduction_);
}

std::pair<Tensor, Tensor> Loss::aligned(const Tensor& y_true, const Tensor& y_pred) const {
  return aligned_unless_ids(name_, y_true, y_pred);
}

void Loss::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  const bool have_samples = y_true.rank() > 0 && !prediction_shape.empty();
  aligned(Tensor::symbolic(y_true.shape(), y_true.dtype()),
          Tensor::symbolic(have_samples ? prediction_shape.with(0, y_true.dim(0)) : prediction_shape));
}

Config Loss::to_config() const {
  return registered_object(*this, {{"name", name()}, {"reduction", value_of(reduction())}});
}

std::shared_ptr<Loss> Loss::from_function(Function function) {
  struct FunctionLoss final : Loss {
    explicit FunctionLoss(Function f) : Loss("loss"), function(std::move(f)) {}
    Config to_config() const override { return unnamed_function(); }
    Tensor call(const Tensor& y_true, const Tensor& y_pred) const override { return function(y_true, y_pred); }
    Function function;
  };
  return std::make_shared<FunctionLoss>(std::move(function));
}

Function::Function(std::string name, Loss::Function function) : Loss(std::move(name)), function_(std::move(function)) {
  if (this->name().empty())
    throw ValueError("losses::Function", "the name is empty; expected what files shall call the function");
}

Config Function::to_config() const { return function_object(name()); }

}  // namespace cornu::losses
