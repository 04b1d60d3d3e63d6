#pragma once
#include <string>

#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/tensor/shape.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

/// The uneven batches in which tests/fixtures/metrics.txt takes its nine samples, and that batch of a tensor, undefined
/// of an undefined one.
inline constexpr int metric_batches = 3;
Tensor metric_batch(const Tensor& x, int batch);

/// Compares the results of a metric after each batch with the records of metrics.txt, without weights, with them and,
/// where samples have steps, with masks. `kind` says which inputs it takes ("step_ids"); labels_shape, where it is not
/// empty, is the shape its labels are given.
void check_metric_case(const Fixture& metrics, const std::string& name, metrics::Metric&& metric,
                       const std::string& kind, const Shape& labels_shape = {});

}  // namespace cornu::testing
