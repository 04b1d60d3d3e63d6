#include <cornu/framework/formats/hdf5/writer.hpp>

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/hdf5/document.hpp>
#include <cornu/framework/formats/hdf5/layout.hpp>
#include <cornu/framework/formats/hdf5/object_header.hpp>
#include <cornu/framework/formats/hdf5/skeleton.hpp>
#include <cornu/framework/formats/small_floats.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::formats {

namespace {

constexpr std::uint64_t alignment = 64;
constexpr std::size_t end_in_superblock = 40;  // where version 0 keeps the length of the file

Hdf5Type type_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return Hdf5Type::float32;
    case DType::float64:
      return Hdf5Type::float64;
    case DType::int32:
      return Hdf5Type::int32;
    case DType::int64:
      return Hdf5Type::int64;
    case DType::boolean:
      break;
  }
  return Hdf5Type::boolean;
}

std::string_view elements_of(const Hdf5Writer::Object& object) {
  if (!object.tensor.defined()) return object.bytes;
  return {reinterpret_cast<const char*>(object.tensor.identity()->storage->bytes), object.tensor.nbytes()};
}

void put_number(std::string& bytes, std::uint64_t offset, std::uint64_t number) {
  for (std::size_t i = 0; i < 8; ++i) bytes[static_cast<std::size_t>(offset) + i] = static_cast<char>(number >> 8 * i);
}

/// Where, in the bytes of a skeleton, the address of each object's elements stands; 0 for what has no elements.
std::vector<std::uint64_t> address_fields(const std::string& skeleton, const std::string& name,
                                          const std::vector<Hdf5Writer::Object>& objects) {
  const hdf5::Document document(std::as_bytes(std::span(skeleton)), name, {});
  std::vector<std::uint64_t> fields;
  for (const Hdf5Writer::Object& object : objects) {
    fields.push_back(0);
    if (!object.is_dataset || elements_of(object).empty()) continue;
    const std::uint32_t node = document.find(0, object.path).value();
    const hdf5::Input input = document.input_for(node);
    const hdf5::Bytes message = document.header(node).require(input, hdf5::MessageType::layout, "the layout");
    fields.back() = input.offset_of(message) + hdf5::address_in_layout;
  }
  return fields;
}

}  // namespace

void Hdf5Writer::add_group(const std::string& path) { objects_.push_back({path}); }

void Hdf5Writer::add_dataset(const std::string& path, const Tensor& tensor) {
  static_cast<void>(tensor.nbytes());  // throws for a symbolic tensor
  objects_.push_back({path, true, type_of(tensor.dtype()), tensor.shape(), tensor});
}

void Hdf5Writer::add_bfloat16(const std::string& path, const Tensor& tensor) {
  const std::span<const float> values = tensor.values<float>();
  std::string bytes;
  bytes.reserve(2 * values.size());
  for (const float value : values) {
    const std::uint16_t bits = bfloat16_of_float(value);
    bytes += static_cast<char>(bits & 0xFF);
    bytes += static_cast<char>(bits >> 8);
  }
  objects_.push_back({path, true, Hdf5Type::bfloat16, tensor.shape(), {}, std::move(bytes)});
}

void Hdf5Writer::add_int8(const std::string& path, const Shape& shape, const std::vector<std::int8_t>& values) {
  if (static_cast<std::size_t>(shape.size()) != values.size())
    throw ShapeError("write_hdf5",
                     fmt::format("'{}', '{}': {} values do not fit the shape {}", name_, path, values.size(), shape));
  objects_.push_back({path, true, Hdf5Type::int8, shape, {}, std::string(values.begin(), values.end())});
}

void Hdf5Writer::set_attribute(const std::string& path, const std::string& name, Hdf5AttributeValue value) {
  attributes_.push_back({path, name, std::move(value)});
}

// The elements stand behind what libhdf5 made, in the order in which they were added; then their addresses are known.
Hdf5Image Hdf5Writer::finish() const {
  if (std::endian::native != std::endian::little)
    throw FileError("write_hdf5", "the files hold little-endian numbers; got a big-endian machine");
  Hdf5Image image;
  std::string& skeleton = image.owned_.emplace_back(hdf5::make_skeleton(name_, objects_, attributes_));
  const std::vector<std::uint64_t> fields = address_fields(skeleton, name_, objects_);
  image.append(skeleton);
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (fields[i] == 0) continue;
    image.align();
    put_number(skeleton, fields[i], image.size_);
    image.append_elements(objects_[i]);
  }
  put_number(skeleton, end_in_superblock, image.size_);
  return image;
}

std::string Hdf5Image::join() const {
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(size_));
  for (const std::string_view part : parts_) bytes += part;
  return bytes;
}

std::optional<Hdf5Place> Hdf5Image::place(const std::string& path) const {
  const auto found = places_.find(path);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

void Hdf5Image::append(std::string_view part) {
  parts_.push_back(part);
  size_ += part.size();
}

void Hdf5Image::align() {
  static constexpr std::array<char, alignment> zeros{};
  if (size_ % alignment != 0) append({zeros.data(), static_cast<std::size_t>(alignment - size_ % alignment)});
}

void Hdf5Image::append_elements(const Hdf5Writer::Object& object) {
  if (object.tensor.defined()) tensors_.push_back(object.tensor);
  const std::string_view elements =
      object.tensor.defined() ? elements_of(object) : std::string_view(owned_.emplace_back(object.bytes));
  places_[object.path] = {size_, elements.size()};
  append(elements);
}

}  // namespace cornu::formats
