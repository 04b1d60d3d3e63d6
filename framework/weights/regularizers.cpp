#include <cornu/framework/weights/regularizers.hpp>

#include <fmt/core.h>

#include <cmath>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/names.hpp>

namespace cornu::regularizers {

Config Regularizer::to_config() const { return nullptr; }

namespace {

double checked(std::string_view where, std::string_view name, double value) {
  if (!std::isfinite(value) || value < 0)
    throw ValueError(where, fmt::format("{} must be a finite number, 0 or more; got {}", name, value));
  return value;
}

class FromFunction final : public Regularizer {
 public:
  explicit FromFunction(Function function) : function_(std::move(function)) {}
  Tensor operator()(const Tensor& x) const override {
    const Tensor penalty = function_(x);
    if (penalty.rank() != 0)
      throw ShapeError(
          "regularizer",
          fmt::format("the function's result is not a scalar; got shape {}; expected (); sum it", penalty.shape()));
    return penalty;
  }

 private:
  Function function_;
};

}  // namespace

std::shared_ptr<Regularizer> Regularizer::from_function(Function function) {
  return std::make_shared<FromFunction>(std::move(function));
}

L1::L1(double l1) : l1_(checked("L1", "l1", l1)) {}

Tensor L1::operator()(const Tensor& x) const { return l1_ * ops::sum(ops::abs(x)); }

L2::L2(double l2) : l2_(checked("L2", "l2", l2)) {}

Tensor L2::operator()(const Tensor& x) const { return l2_ * ops::sum(ops::square(x)); }

L1L2::L1L2(L1L2Options options) : options_(options) {
  checked("L1L2", "l1", options_.l1);
  checked("L1L2", "l2", options_.l2);
}

Tensor L1L2::operator()(const Tensor& x) const {
  if (options_.l1 == 0) return L2(options_.l2)(x);
  if (options_.l2 == 0) return L1(options_.l1)(x);
  return L1(options_.l1)(x) + L2(options_.l2)(x);
}

OrthogonalRegularizer::OrthogonalRegularizer(OrthogonalRegularizerOptions options) : options_(std::move(options)) {
  checked("OrthogonalRegularizer", "factor", options_.factor);
  if (options_.mode != "rows" && options_.mode != "columns")
    throw ValueError("OrthogonalRegularizer",
                     fmt::format("unknown mode; got \"{}\"; expected \"rows\" or \"columns\"", options_.mode));
}

namespace {

// Vectors of length 1 along an axis; 0 stays 0.
Tensor normalized(const Tensor& x, std::int64_t axis) {
  constexpr double smallest = 1e-24;
  const Tensor squares = ops::sum(ops::square(x), {.axis = axis, .keepdims = true});
  return x * ops::rsqrt(ops::maximum(squares, Tensor::full({}, smallest, x.dtype())));
}

}  // namespace

Tensor OrthogonalRegularizer::operator()(const Tensor& x) const {
  if (x.rank() != 2)
    throw ShapeError("OrthogonalRegularizer",
                     fmt::format("the weight is not a matrix; got shape {}; expected rank 2", x.shape()));
  const bool rows = options_.mode == "rows";
  const std::int64_t count = x.dim(rows ? 0 : 1);
  if (count < 2) return Tensor::zeros({}, x.dtype());
  const Tensor vectors = normalized(x, rows ? 1 : 0);
  const Tensor cosines = ops::matmul(vectors, vectors, !rows, rows);
  const Tensor others = cosines * (1 - Tensor::eye(count, x.dtype()));
  // each pair stands there twice, and there are count · (count − 1) / 2 of them
  return options_.factor / static_cast<double>(count * (count - 1)) * ops::sum(ops::abs(others));
}

namespace {

Config config_of(std::string class_name, std::vector<Config::Member> members) {
  return keras_object("keras.regularizers", std::move(class_name), std::move(members));
}

}  // namespace

Config L1::to_config() const { return config_of("L1", {{"l1", l1_}}); }

Config L2::to_config() const { return config_of("L2", {{"l2", l2_}}); }

Config L1L2::to_config() const { return config_of("L1L2", {{"l1", options_.l1}, {"l2", options_.l2}}); }

Config OrthogonalRegularizer::to_config() const {
  return config_of("OrthogonalRegularizer", {{"factor", options_.factor}, {"mode", options_.mode}});
}

}  // namespace cornu::regularizers

namespace cornu {

template <>
std::shared_ptr<regularizers::Regularizer> from_name<regularizers::Regularizer>(std::string_view name) {
  using namespace regularizers;
  static constexpr auto l1_l2 = []() -> std::shared_ptr<Regularizer> {
    return std::make_shared<L1L2>(L1L2Options{.l1 = 0.01, .l2 = 0.01});
  };
  static constexpr detail::Named<Regularizer> table[] = {
      {detail::make_default<Regularizer, L1>, {"l1", "L1"}},
      {detail::make_default<Regularizer, L2>, {"l2", "L2"}},
      {l1_l2, {"l1_l2", "l1l2", "L1L2"}},
      {detail::make_default<Regularizer, OrthogonalRegularizer>, {"orthogonal_regularizer", "OrthogonalRegularizer"}},
  };
  return detail::make_by_name("regularizer", name, table);
}

template class Handle<regularizers::Regularizer>;

}  // namespace cornu
