#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

struct GradientReport {
  double max_relative_error = 0;  ///< largest |analytic − numeric| / max(1, |analytic|, |numeric|)
  std::string where;              ///< the element it was found at, with both values
  std::int64_t checked = 0;       ///< how many elements were compared
  bool ok(double tolerance = 1e-7) const { return checked > 0 && max_relative_error <= tolerance; }
};

struct GradientCheckOptions {
  double step = 1e-5;  ///< h of the central differences (f(x + h) − f(x − h)) / 2h
};

/// Compares the gradient that a tape computes with central differences, in float64: floating inputs are cast to
/// float64, integer and bool ones are passed as they are and not differentiated. A result that is not a scalar is
/// weighted with fixed random numbers and summed. Throws ValueError when the function drops to float32.
///
///     const auto report = check_gradients(softplus, {random::normal({4, 3})});
GradientReport check_gradients(const Callable<Tensor(const Tensor&)>& function, const std::vector<Tensor>& inputs,
                               GradientCheckOptions options = {});
GradientReport check_gradients(const Callable<Tensor(const std::vector<Tensor>&)>& function,
                               const std::vector<Tensor>& inputs, GradientCheckOptions options = {});

}  // namespace cornu
CORNU_EXPORT_END
