#include <cornu/framework/registry/names.hpp>
#include <cornu/optim/schedules/cosine_decay.hpp>
#include <cornu/optim/schedules/cosine_decay_restarts.hpp>
#include <cornu/optim/schedules/exponential_decay.hpp>
#include <cornu/optim/schedules/inverse_time_decay.hpp>
#include <cornu/optim/schedules/piecewise_constant_decay.hpp>
#include <cornu/optim/schedules/polynomial_decay.hpp>

namespace cornu {

using optim::LearningRateSchedule;

namespace {

template <class T>
constexpr detail::Named<LearningRateSchedule> row(std::string_view class_name) {
  return detail::named<LearningRateSchedule, T>(class_name);
}

constexpr detail::Named<LearningRateSchedule> table[] = {
    row<optim::schedules::CosineDecay>("CosineDecay"),
    row<optim::schedules::CosineDecayRestarts>("CosineDecayRestarts"),
    row<optim::schedules::ExponentialDecay>("ExponentialDecay"),
    row<optim::schedules::InverseTimeDecay>("InverseTimeDecay"),
    row<optim::schedules::PiecewiseConstantDecay>("PiecewiseConstantDecay"),
    row<optim::schedules::PolynomialDecay>("PolynomialDecay"),
};

}  // namespace

template <>
std::shared_ptr<LearningRateSchedule> from_name<LearningRateSchedule>(std::string_view name) {
  return detail::make_by_name("learning rate schedule", name, table);
}

template <>
std::shared_ptr<LearningRateSchedule> from_config<LearningRateSchedule>(const ConfigView& object) {
  return detail::make_from_table("learning rate schedule", object, table);
}

template <>
std::vector<std::string_view> detail::class_names<LearningRateSchedule>() {
  return class_names_in(table);
}

}  // namespace cornu
