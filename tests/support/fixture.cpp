#include "fixture.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>

#include <cornu/framework/base/errors.hpp>

namespace cornu::testing {
namespace {

std::string path_of(std::string_view file) { return fixture_path(file) + ".txt"; }

std::ifstream open(const std::string& path) {
  std::ifstream stream(path);
  if (!stream)
    throw FileError(path, "cannot be opened; expected a file of tests/fixtures; run the script that makes it");
  return stream;
}

/// Cuts what stands before `separator` off the front of `text`, and the separator too.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t length = std::min(text.find(separator), text.size());
  const std::string_view front = text.substr(0, length);
  text.remove_prefix(std::min(length + 1, text.size()));
  return front;
}

template <class T>
T number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw ValueError("fixture", fmt::format("not a number; got '{}'", text));
  return value;
}

template <>
bool number<bool>(std::string_view text) {
  return number<int>(text) != 0;
}

Shape parse_shape(std::string_view text) {
  Shape shape;
  if (text == "-") return shape;
  while (!text.empty()) shape.push_back(number<std::int64_t>(take(text, ',')));
  return shape;
}

template <Element T>
Tensor parse_elements(const Shape& shape, std::string_view text) {
  Tensor tensor = Tensor::uninitialized(shape, dtype_of<T>);
  T* const elements = tensor.mutable_data<T>();
  for (std::int64_t i = 0; i < shape.size(); ++i) elements[i] = number<T>(take(text, ' '));
  if (!text.empty()) throw ShapeError("fixture", fmt::format("too many elements; expected {}", shape.size()));
  return tensor;
}

/// "float32 2,3 : 1 2 3 4 5 6"
Tensor parse_record(std::string_view text) {
  const DType dtype = dtype_from_name(take(text, ' '));
  const Shape shape = parse_shape(take(text, ' '));
  if (take(text, ' ') != ":") throw ValueError("fixture", "no ':' before the elements");
  switch (dtype) {
    case DType::float32:
      return parse_elements<float>(shape, text);
    case DType::float64:
      return parse_elements<double>(shape, text);
    case DType::int32:
      return parse_elements<std::int32_t>(shape, text);
    case DType::int64:
      return parse_elements<std::int64_t>(shape, text);
    case DType::boolean:
      return parse_elements<bool>(shape, text);
  }
  throw ValueError("fixture", "unknown dtype");
}

}  // namespace

Fixture::Fixture(std::string_view file) : path_(path_of(file)) {
  std::ifstream stream = open(path_);
  std::string line;
  for (int number = 1; std::getline(stream, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::string_view rest = line;
    const std::string name(take(rest, ' '));
    try {
      records_.emplace(name, parse_record(rest));
    } catch (const Error& error) {
      throw FileError(fmt::format("{}:{}", path_, number), fmt::format("record '{}': {}", name, error.what()));
    }
  }
}

const Tensor& Fixture::tensor(const std::string& name) const {
  const auto found = records_.find(name);
  if (found != records_.end()) return found->second;
  const std::string folder = name.substr(0, name.rfind('/') + 1);
  const std::vector<std::string> near = names(folder);
  throw FileError(path_, fmt::format("no record '{}'; what there is in '{}': {}", name, folder, fmt::join(near, ", ")));
}

std::vector<std::string> Fixture::names(std::string_view prefix) const {
  std::vector<std::string> found;
  for (auto record = records_.lower_bound(std::string(prefix)); record != records_.end(); ++record) {
    if (!record->first.starts_with(prefix)) break;
    found.push_back(record->first);
  }
  return found;
}

std::string fixture_text(std::string_view file) {
  std::ifstream stream = open(path_of(file));
  std::string header;
  std::getline(stream, header);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string fixture_path(std::string_view file) { return fmt::format("{}/{}", CORNU_FIXTURES, file); }

}  // namespace cornu::testing
