#include <cornu/layers/preprocessing/numbers.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include <cornu/framework/base/errors.hpp>

namespace cornu::layers {

namespace {

Tensor tensor_of(const std::vector<double>& numbers, const Shape& shape) {
  Tensor tensor = Tensor::uninitialized(shape, float64);
  std::copy(numbers.begin(), numbers.end(), tensor.mutable_data<double>());
  return tensor;
}

}  // namespace

Numbers::Numbers(const std::vector<double>& numbers)
    : tensor_(tensor_of(numbers, Shape(static_cast<std::int64_t>(numbers.size())))) {}

Numbers::Numbers(double number) : Numbers(Tensor(number)) {}
Numbers::Numbers(std::initializer_list<double> numbers) : Numbers(std::vector<double>(numbers)) {}
Numbers::Numbers(const Tensor& tensor) {
  if (tensor.dtype() == boolean) throw ValueError("Numbers", "got a tensor of bool; expected numbers");
  tensor_ = tensor.astype(float64);
}

namespace {

Shape shape_of(ConfigView view) {
  Shape shape;
  while (view.is_list()) {
    const std::vector<ConfigView> items = view.items();
    if (items.empty() || shape.rank() == Shape::max_rank) view.refuse("numbers, or lists of them that are not empty");
    shape.push_back(static_cast<std::int64_t>(items.size()));
    view = items.front();
  }
  return shape;
}

void read_numbers(const ConfigView& view, const Shape& shape, std::size_t axis, std::vector<double>& into) {
  if (axis == shape.rank()) {
    into.push_back(view.as_double());
    return;
  }
  const std::vector<ConfigView> items = view.items();
  if (static_cast<std::int64_t>(items.size()) != shape[axis])
    view.refuse(fmt::format("a list of {}, as the one before", shape[axis]));
  for (const ConfigView& item : items) read_numbers(item, shape, axis + 1, into);
}

Config config_of(const double*& number, const Shape& shape, std::size_t axis) {
  if (axis == shape.rank()) return *number++;
  std::vector<Config> items;
  for (std::int64_t i = 0; i < shape[axis]; ++i) items.push_back(config_of(number, shape, axis + 1));
  return Config::list(std::move(items));
}

}  // namespace

Numbers numbers_from(const ConfigView& view) {
  Numbers numbers(0.0);
  ConfigView value = view;
  if (view.is_object()) {
    numbers.class_name_ = view.at("class_name").as_string();
    if (numbers.class_name_ != "__numpy__" && numbers.class_name_ != "__tensor__")
      view.refuse("numbers, or an object __numpy__ or __tensor__");
    numbers.dtype_ = view.at("config").get("dtype", std::string("float32"));
    value = view.at("config").at("value");
  }
  const Shape shape = shape_of(value);
  std::vector<double> all;
  read_numbers(value, shape, 0, all);
  numbers.tensor_ = tensor_of(all, shape);
  return numbers;
}

Config value_of(const Numbers& numbers) {
  const double* number = numbers.tensor().data<double>();
  Config value = config_of(number, numbers.tensor().shape(), 0);
  if (numbers.class_name_.empty()) return value;
  return Config::object({{"class_name", numbers.class_name_},
                         {"config", Config::object({{"value", std::move(value)}, {"dtype", numbers.dtype_}})}});
}

}  // namespace cornu::layers
