#pragma once
// Internal: axes of a reduction in configs.
#include <vector>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::ops {

/// One axis, a list of them, or null for all.
inline void read_value(const ConfigView& view, Axes& value) {
  if (view.is_null()) {
    value = Axes();
  } else if (view.is_int()) {
    value = view.as_int();
  } else {
    std::vector<std::int64_t> axes;
    cornu::read_value(view, axes);
    value = Axes(axes);
  }
}

inline Config value_of(const Axes& value) {
  const auto axes = value.given();
  if (axes.empty()) return nullptr;
  return axes.size() == 1 ? Config(axes[0]) : Config::list(std::vector<Config>(axes.begin(), axes.end()));
}

}  // namespace cornu::ops
