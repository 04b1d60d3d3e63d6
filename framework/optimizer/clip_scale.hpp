#pragma once
// Internal: clipping by the norm of all gradients together.
#include <algorithm>
#include <cmath>
#include <limits>

namespace cornu::optim {

/// What gradients of that norm are multiplied by, so that it becomes at most `limit`. As in Keras and TensorFlow, all
/// become NaN if the norm is not finite.
inline double clip_scale(double norm, double limit) {
  return std::isfinite(norm) ? limit / std::max(norm, limit) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace cornu::optim
