#include <cornu/framework/weights/constraints.hpp>

#include <fmt/core.h>

#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/registry/names.hpp>

namespace cornu::constraints {

Config Constraint::to_config() const { return nullptr; }

namespace {

constexpr double epsilon = 1e-7;

Tensor norms_of(const Tensor& w, const ops::Axes& axis) {
  return ops::sqrt(ops::sum(ops::square(w), {.axis = axis, .keepdims = true}));
}

class FromFunction final : public Constraint {
 public:
  explicit FromFunction(Function function) : function_(std::move(function)) {}
  Tensor operator()(const Tensor& w) const override { return function_(w); }

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

Config config_of(std::string class_name, std::vector<Config::Member> members = {}) {
  return keras_object("keras.constraints", std::move(class_name), std::move(members));
}

Config config_of(const ops::Axes& axis) {
  const auto axes = axis.given();
  if (axes.empty()) return nullptr;
  return axes.size() == 1 ? Config(axes[0]) : Config::list(std::vector<Config>(axes.begin(), axes.end()));
}

}  // namespace

Config NonNeg::to_config() const { return config_of("NonNeg"); }

Config UnitNorm::to_config() const { return config_of("UnitNorm", {{"axis", config_of(axis_)}}); }

Config MaxNorm::to_config() const {
  return config_of("MaxNorm", {{"max_value", max_value_}, {"axis", config_of(axis_)}});
}

Config MinMaxNorm::to_config() const {
  return config_of("MinMaxNorm", {{"min_value", options_.min_value},
                                  {"max_value", options_.max_value},
                                  {"rate", options_.rate},
                                  {"axis", config_of(options_.axis)}});
}

}  // namespace cornu::constraints

namespace cornu {

template <>
std::shared_ptr<constraints::Constraint> from_name<constraints::Constraint>(std::string_view name) {
  using namespace constraints;
  static constexpr detail::Named<Constraint> table[] = {
      {detail::make_default<Constraint, NonNeg>, {"non_neg", "NonNeg"}},
      {detail::make_default<Constraint, UnitNorm>, {"unit_norm", "UnitNorm"}},
      {detail::make_default<Constraint, MaxNorm>, {"max_norm", "MaxNorm"}},
      {detail::make_default<Constraint, MinMaxNorm>, {"min_max_norm", "MinMaxNorm"}},
  };
  return detail::make_by_name("constraint", name, table);
}

template class Handle<constraints::Constraint>;

}  // namespace cornu
