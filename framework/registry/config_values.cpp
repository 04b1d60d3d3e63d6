#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include <cornu/framework/registry/config_view.hpp>

namespace cornu {

void read_value(const ConfigView& view, bool& value) { value = view.as_bool(); }
void read_value(const ConfigView& view, std::int64_t& value) { value = view.as_int(); }
void read_value(const ConfigView& view, double& value) { value = view.as_double(); }
void read_value(const ConfigView& view, std::string& value) { value = view.as_string(); }

void read_value(const ConfigView& view, std::uint64_t& value) {
  if (view.is_object()) return read_value(view.at("config").at("seed"), value);  // of a SeedGenerator
  value = static_cast<std::uint64_t>(view.as_int(0, std::numeric_limits<std::int64_t>::max()));
}

void read_value(const ConfigView& view, Shape& value) {
  value = {};
  if (view.is_int()) return value.push_back(view.as_int(0, std::numeric_limits<std::int64_t>::max()));
  for (const ConfigView& item : view.items()) {
    if (value.rank() == Shape::max_rank) view.refuse(fmt::format("a shape of rank {} at most", Shape::max_rank));
    value.push_back(item.is_null() ? None : item.as_int(None, std::numeric_limits<std::int64_t>::max()));
  }
}

namespace {

// The policy's name: "mixed_float16". Of a quantised layer, the dtype that it is computed in.
std::string policy_name(const ConfigView& view) {
  if (!view.is_object()) return view.as_string();
  const ConfigView config = view.at("config");
  if (!config.find("source_name")) return config.at("name").as_string();
  view.note(fmt::format("the layer is quantised ({}); its weights are read as numbers",
                        view.get("class_name", "a quantised policy")));
  return config.at("source_name").as_string();
}

}  // namespace

void read_value(const ConfigView& view, DType& value) {
  constexpr std::array as_float32{"float16", "bfloat16", "mixed_float16", "mixed_bfloat16", "half"};
  const std::string name = policy_name(view);
  if (std::find(as_float32.begin(), as_float32.end(), name) != as_float32.end()) {
    view.note(fmt::format("\"{}\" is computed in float32", name));
    value = float32;
    return;
  }
  for (const DType dtype : {float32, float64, int32, int64, boolean})
    if (name == name_of(dtype)) {
      value = dtype;
      return;
    }
  view.refuse("float32, float64, int32, int64 or bool");
}

Config value_of(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Config value_of(DType value) { return keras_object("keras", "DTypePolicy", {{"name", std::string(name_of(value))}}); }

}  // namespace cornu
