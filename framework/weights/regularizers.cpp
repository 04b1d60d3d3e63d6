#include <cornu/framework/weights/regularizers.hpp>

#include <fmt/core.h>

#include <cmath>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/names.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu::regularizers {

Config Regularizer::to_config() const { return registered_object(*this); }

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
  Config to_config() const override { return unnamed_function(); }

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

template <class EachOption, class... Values>
Config config_of(std::string class_name, const EachOption& each_option, const Values&... values) {
  return keras_object("keras.regularizers", std::move(class_name))
      .set("config", write_options(Config::object(), each_option, values...));
}

// Keras's keys, in its order
constexpr auto l1_option = [](auto& option, auto& l1) { option("l1", l1); };
constexpr auto l2_option = [](auto& option, auto& l2) { option("l2", l2); };
constexpr auto both_options = [](auto& option, auto& options) {
  option("l1", options.l1);
  option("l2", options.l2);
};
constexpr auto orthogonal_options = [](auto& option, auto& options) {
  option("factor", options.factor);
  option("mode", options.mode);
};

}  // namespace

Config L1::to_config() const { return config_of("L1", l1_option, l1_); }
std::shared_ptr<L1> L1::from_config(const ConfigView& config) { return std::make_shared<L1>(config.get("l1", 0.01)); }

Config L2::to_config() const { return config_of("L2", l2_option, l2_); }
std::shared_ptr<L2> L2::from_config(const ConfigView& config) { return std::make_shared<L2>(config.get("l2", 0.01)); }

Config L1L2::to_config() const { return config_of("L1L2", both_options, options_); }
std::shared_ptr<L1L2> L1L2::from_config(const ConfigView& config) {
  L1L2Options options;
  read_options(config, both_options, options);
  return std::make_shared<L1L2>(options);
}

Config OrthogonalRegularizer::to_config() const {
  return config_of("OrthogonalRegularizer", orthogonal_options, options_);
}
std::shared_ptr<OrthogonalRegularizer> OrthogonalRegularizer::from_config(const ConfigView& config) {
  OrthogonalRegularizerOptions options;
  read_options(config, orthogonal_options, options);
  return std::make_shared<OrthogonalRegularizer>(std::move(options));
}

}  // namespace cornu::regularizers

namespace cornu {

namespace {

using regularizers::Regularizer;

// The name stands for 0.01 each, the class without options for 0.
std::shared_ptr<Regularizer> l1_l2() {
  return std::make_shared<regularizers::L1L2>(regularizers::L1L2Options{.l1 = 0.01, .l2 = 0.01});
}

constexpr detail::Named<regularizers::Regularizer> table[] = {
    detail::named<Regularizer, regularizers::L1>("L1", "l1"),
    detail::named<Regularizer, regularizers::L2>("L2", "l2"),
    {l1_l2,
     detail::make_from_config<Regularizer, regularizers::L1L2>,
     "L1L2",
     &typeid(regularizers::L1L2),
     {"l1_l2", "l1l2"}},
    detail::named<Regularizer, regularizers::OrthogonalRegularizer>("OrthogonalRegularizer", "orthogonal_regularizer"),
};

}  // namespace

template <>
std::shared_ptr<regularizers::Regularizer> from_name<regularizers::Regularizer>(std::string_view name) {
  return detail::make_by_name("regularizer", name, table);
}

template <>
std::shared_ptr<regularizers::Regularizer> from_config<regularizers::Regularizer>(const ConfigView& object) {
  return detail::make_from_table("regularizer", object, table);
}

template <>
std::vector<std::string_view> detail::class_names<regularizers::Regularizer>() {
  return class_names_in(table);
}

template class Handle<regularizers::Regularizer>;

}  // namespace cornu
