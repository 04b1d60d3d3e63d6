#include <cornu/optim/schedules/piecewise_constant_decay.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/rule/require_option.hpp>
#include <cornu/optim/schedules/object.hpp>

namespace cornu::optim::schedules {

PiecewiseConstantDecay::PiecewiseConstantDecay(std::vector<std::int64_t> boundaries, std::vector<double> values,
                                               PiecewiseConstantDecayOptions options)
    : LearningRateSchedule(std::move(options.name)), boundaries_(std::move(boundaries)), values_(std::move(values)) {
  if (boundaries_.size() + 1 != values_.size())
    throw ValueError(
        "PiecewiseConstantDecay",
        fmt::format("boundaries and values do not fit together; got {} boundaries and {} values; expected one value "
                    "more",
                    boundaries_.size(), values_.size()));
  if (!std::is_sorted(boundaries_.begin(), boundaries_.end()))
    throw ValueError("PiecewiseConstantDecay",
                     fmt::format("boundaries must ascend; got {}", fmt::join(boundaries_, ", ")));
  for (const double value : values_) require_not_negative("PiecewiseConstantDecay", "values", value);
}

double PiecewiseConstantDecay::operator()(std::int64_t step) const {
  const auto first_not_passed = std::lower_bound(boundaries_.begin(), boundaries_.end(), step);
  return values_[static_cast<std::size_t>(first_not_passed - boundaries_.begin())];
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& boundaries, auto& values, auto& options) {
  option.required("boundaries", boundaries);
  option.required("values", values);
  option("name", options.name);
};

}  // namespace

Config PiecewiseConstantDecay::to_config() const {
  const PiecewiseConstantDecayOptions options{.name = name()};
  return schedule_object("PiecewiseConstantDecay", each_option, boundaries_, values_, options);
}

std::shared_ptr<PiecewiseConstantDecay> PiecewiseConstantDecay::from_config(const ConfigView& config) {
  std::vector<std::int64_t> boundaries;
  std::vector<double> values;
  PiecewiseConstantDecayOptions options;
  read_options(config, each_option, boundaries, values, options);
  return std::make_shared<PiecewiseConstantDecay>(std::move(boundaries), std::move(values), std::move(options));
}

}  // namespace cornu::optim::schedules
