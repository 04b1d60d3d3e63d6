#include <cornu/framework/optimizer/clip_by_global_norm.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/optimizer/clip_scale.hpp>
#include <cornu/framework/optimizer/gradient_runs.hpp>
#include <cornu/framework/rule/require_option.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::optim {

namespace {

// Dense, or rows whose ids are all different.
Gradient settled(const Gradient& gradient) {
  if (gradient.empty()) return gradient;
  if (!gradient.is_rows()) return gradient.to_dense();
  const Rows rows = gradient.rows();
  return rows.has_checked_ids() ? gradient : Gradient(Rows::sum_by_id(rows.ids, rows.values, rows.table_shape));
}

std::vector<Gradient> settled(const std::vector<Gradient>& gradients) {
  std::vector<Gradient> all;
  for (const Gradient& gradient : gradients) all.push_back(settled(gradient));
  return all;
}

Tensor values_of(const Gradient& gradient) { return gradient.is_rows() ? gradient.rows().values : gradient.to_dense(); }

// In the order of an optimizer's update, so that both find the same norm.
template <class T>
double norm_of(const Gradient& gradient, const Tensor& values) {
  const Shape shape = gradient.is_rows() ? gradient.rows().table_shape : values.shape();
  std::vector<detail::RowKey> keys;
  detail::GradientRuns<T> runs{values.data<T>(), gradient.is_rows()};
  if (runs.by_rows) detail::append_in_order(gradient.rows().ids, shape.front(), keys);
  runs.keys = keys;
  runs.rows = shape.empty() ? 1 : static_cast<std::size_t>(shape.front());
  runs.row_size = shape.empty() ? 1 : static_cast<std::size_t>(shape.removed(0).size());
  return std::sqrt(runs.sum_of_squares());
}

double norm_of(const Gradient& gradient) {
  const Tensor values = values_of(gradient);
  double norm = 0;
  if (!detail::for_floating_type(values.dtype(), [&]<class T>(T) { norm = norm_of<T>(gradient, values); }))
    throw ValueError("global_norm", fmt::format("a gradient is not floating; got {}; expected float32 or float64",
                                                name_of(values.dtype())));
  return norm;
}

double norm_of_all(const std::vector<Gradient>& gradients) {
  double norm = 0;
  for (const Gradient& gradient : gradients)
    if (!gradient.empty()) norm = std::hypot(norm, norm_of(gradient));
  return norm;
}

Tensor as_tensor(double norm, const std::vector<Gradient>& gradients) {
  const bool is_float64 = std::any_of(gradients.begin(), gradients.end(), [](const Gradient& gradient) {
    return !gradient.empty() && values_of(gradient).dtype() == float64;
  });
  return is_float64 ? Tensor(norm) : Tensor(static_cast<float>(norm));
}

Gradient scaled(const Gradient& gradient, double scale) {
  if (gradient.empty() || scale == 1) return gradient;
  if (!gradient.is_rows()) return gradient.to_dense() * scale;
  const Rows rows = gradient.rows();
  return Rows::of_checked_ids(rows.ids, rows.values * scale, rows.table_shape);
}

}  // namespace

Tensor global_norm(const std::vector<Gradient>& gradients) {
  const std::vector<Gradient> all = settled(gradients);
  return as_tensor(norm_of_all(all), all);
}

std::pair<std::vector<Gradient>, Tensor> clip_by_global_norm(const std::vector<Gradient>& gradients, double clip_norm) {
  require_option("clip_by_global_norm", "clip_norm", std::isfinite(clip_norm) && clip_norm > 0, clip_norm,
                 "a positive number");
  std::vector<Gradient> all = settled(gradients);
  const double norm = norm_of_all(all), scale = clip_scale(norm, clip_norm);
  for (Gradient& gradient : all) gradient = scaled(gradient, scale);
  return {all, as_tensor(norm, all)};
}

}  // namespace cornu::optim
