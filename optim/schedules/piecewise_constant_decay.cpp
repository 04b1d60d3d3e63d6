#include <cornu/optim/schedules/piecewise_constant_decay.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/rule/require_option.hpp>

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

}  // namespace cornu::optim::schedules
