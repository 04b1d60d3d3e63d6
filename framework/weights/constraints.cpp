#include <cornu/framework/weights/constraints.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/axes_config.hpp>
#include <cornu/framework/registry/names.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu::constraints {

Config Constraint::to_config() const { return registered_object(*this); }

namespace {

constexpr double epsilon = 1e-7;

Tensor norms_of(const Tensor& w, const ops::Axes& axis) {
  return ops::sqrt(ops::sum(ops::square(w), {.axis = axis, .keepdims = true}));
}

class FromFunction final : public Constraint {
 public:
  explicit FromFunction(Function function) : function_(std::move(function)) {}
  Tensor operator()(const Tensor& w) const override { return function_(w); }
  Config to_config() const override { return unnamed_function(); }

 private:
  Function function_;
};

}  // namespace

std::shared_ptr<Constraint> Constraint::from_function(Function function) {
  return std::make_shared<FromFunction>(std::move(function));
}

Tensor NonNeg::operator()(const Tensor& w) const { return ops::relu(w); }

Tensor UnitNorm::operator()(const Tensor& w) const { return w / (epsilon + norms_of(w, axis_)); }

MaxNorm::MaxNorm(double max_value, ops::Axes axis) : max_value_(max_value), axis_(axis) {
  if (!(max_value_ >= 0)) throw ValueError("MaxNorm", fmt::format("max_value must be 0 or more; got {}", max_value_));
}

Tensor MaxNorm::operator()(const Tensor& w) const {
  const Tensor norms = norms_of(w, axis_);
  return w * (ops::clip(norms, 0, max_value_) / (epsilon + norms));
}

MinMaxNorm::MinMaxNorm(MinMaxNormOptions options) : options_(options) {
  if (!(0 <= options_.min_value && options_.min_value <= options_.max_value))
    throw ValueError("MinMaxNorm", fmt::format("bounds must keep to 0 ≤ min_value ≤ max_value; got {} and {}",
                                               options_.min_value, options_.max_value));
}

Tensor MinMaxNorm::operator()(const Tensor& w) const {
  const auto& [min_value, max_value, rate, axis] = options_;
  const Tensor norms = norms_of(w, axis);
  const Tensor desired = rate * ops::clip(norms, min_value, max_value) + (1 - rate) * norms;
  return w * (desired / (epsilon + norms));
}

namespace {

template <class EachOption, class... Values>
Config config_of(std::string class_name, const EachOption& each_option, const Values&... values) {
  return keras_object("keras.constraints", std::move(class_name))
      .set("config", write_options(Config::object(), each_option, values...));
}

// Keras's keys, in its order
constexpr auto no_option = [](auto&) {};
constexpr auto unit_norm_options = [](auto& option, auto& axis) { option("axis", axis); };
constexpr auto max_norm_options = [](auto& option, auto& max_value, auto& axis) {
  option("max_value", max_value);
  option("axis", axis);
};
constexpr auto min_max_norm_options = [](auto& option, auto& options) {
  option("min_value", options.min_value);
  option("max_value", options.max_value);
  option("rate", options.rate);
  option("axis", options.axis);
};

}  // namespace

Config NonNeg::to_config() const { return config_of("NonNeg", no_option); }

Config UnitNorm::to_config() const { return config_of("UnitNorm", unit_norm_options, axis_); }
std::shared_ptr<UnitNorm> UnitNorm::from_config(const ConfigView& config) {
  ops::Axes axis = 0;
  read_options(config, unit_norm_options, axis);
  return std::make_shared<UnitNorm>(axis);
}

Config MaxNorm::to_config() const { return config_of("MaxNorm", max_norm_options, max_value_, axis_); }
std::shared_ptr<MaxNorm> MaxNorm::from_config(const ConfigView& config) {
  double max_value = 2;
  ops::Axes axis = 0;
  read_options(config, max_norm_options, max_value, axis);
  return std::make_shared<MaxNorm>(max_value, axis);
}

Config MinMaxNorm::to_config() const { return config_of("MinMaxNorm", min_max_norm_options, options_); }
std::shared_ptr<MinMaxNorm> MinMaxNorm::from_config(const ConfigView& config) {
  MinMaxNormOptions options;
  read_options(config, min_max_norm_options, options);
  return std::make_shared<MinMaxNorm>(options);
}

}  // namespace cornu::constraints

namespace cornu {

namespace {

using constraints::Constraint;

constexpr detail::Named<constraints::Constraint> table[] = {
    detail::named<Constraint, constraints::NonNeg>("NonNeg", "non_neg"),
    detail::named<Constraint, constraints::UnitNorm>("UnitNorm", "unit_norm"),
    detail::named<Constraint, constraints::MaxNorm>("MaxNorm", "max_norm"),
    detail::named<Constraint, constraints::MinMaxNorm>("MinMaxNorm", "min_max_norm"),
};

}  // namespace

template <>
std::shared_ptr<constraints::Constraint> from_name<constraints::Constraint>(std::string_view name) {
  return detail::make_by_name("constraint", name, table);
}

template <>
std::shared_ptr<constraints::Constraint> from_config<constraints::Constraint>(const ConfigView& object) {
  return detail::make_from_table("constraint", object, table);
}

template <>
std::vector<std::string_view> detail::class_names<constraints::Constraint>() {
  return class_names_in(table);
}

template class Handle<constraints::Constraint>;

}  // namespace cornu
