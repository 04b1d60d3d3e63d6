#include "tests/support/json_tensors.hpp"

#include <vector>

#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/json/parse.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

Config json_fixture(const std::string& name) {
  const std::string path = fixture_path(name + ".json");
  return formats::parse_json(read_text_file(path), path);
}

namespace {

struct Elements {
  void add(const Config& value) {
    if (value.is_list())
      for (const Config& item : value.as_list()) add(item);
    else {
      dtype = value.is_bool() ? boolean : (value.is_int() ? int32 : float32);
      values.push_back(value.is_bool() ? double(value.as_bool()) : value.as_double());
    }
  }
  std::vector<double> values;
  DType dtype = float32;
};

Shape shape_of(const Config& value) {
  if (!value.is_list()) return {};
  const auto& items = value.as_list();
  const Shape inner = items.empty() ? Shape() : shape_of(items[0]);
  return inner.inserted(0, static_cast<std::int64_t>(items.size()));
}

}  // namespace

Tensor tensor_of(const Config& value) {
  Elements all;
  all.add(value);
  return Tensor(all.values).astype(all.dtype).with_shape(shape_of(value));
}

Tensor tensor_of(const Config& value, DType dtype) {
  Elements all;
  all.add(value);
  return Tensor(all.values).astype(dtype).with_shape(shape_of(value));
}

}  // namespace cornu::testing
