#pragma once
// Internal: options that are one number or several.
#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/tensor/list.hpp>

namespace cornu {

/// One number, a list of them, or null for none.
inline void read_value(const ConfigView& view, List<double>& value) {
  value = {};
  if (view.is_null()) return;
  if (!view.is_list()) return value.push_back(view.as_double());
  for (const ConfigView& item : view.items()) value.push_back(item.as_double());
}

inline Config value_of(const List<double>& value) {
  if (value.empty()) return nullptr;
  return value.size() == 1 ? Config(value[0]) : Config::list({value.begin(), value.end()});
}

}  // namespace cornu
