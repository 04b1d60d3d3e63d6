#include <cornu/framework/formats/hdf5/elements.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include <cornu/framework/formats/small_floats.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::formats::hdf5 {

namespace {

/// A number of T's size from its bytes, of which the first is the lowest unless `is_big_endian`.
template <class T>
T load(const std::byte* bytes, bool is_big_endian) {
  std::array<std::byte, sizeof(T)> digits;
  std::memcpy(digits.data(), bytes, sizeof(T));
  if (is_big_endian != (std::endian::native == std::endian::big)) std::reverse(digits.begin(), digits.end());
  return std::bit_cast<T>(digits);
}

/// Writes convert(stored) for each element.
template <class Stored, class T, class F>
void convert(Bytes from, bool is_big_endian, Tensor& to, F&& convert_one) {
  T* const out = to.mutable_data<T>();
  for (std::size_t i = 0; i < from.size() / sizeof(Stored); ++i)
    out[i] = convert_one(load<Stored>(from.data() + i * sizeof(Stored), is_big_endian));
}

template <class Stored, class T>
void widen(Bytes from, bool is_big_endian, Tensor& to) {
  convert<Stored, T>(from, is_big_endian, to, [](Stored value) { return static_cast<T>(value); });
}

std::int64_t signed_of(const Input& input, std::uint64_t value) {
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    input.refuse(fmt::format("the number {} does not fit into int64", value));
  return static_cast<std::int64_t>(value);
}

void convert_elements(const Input& input, const Datatype& type, Bytes from, Tensor& to) {
  const bool big = type.is_big_endian;
  switch (type.type) {
    case Hdf5Type::float16:
      return convert<std::uint16_t, float>(from, big, to, float_of_half);
    case Hdf5Type::bfloat16:
      return convert<std::uint16_t, float>(from, big, to, float_of_bfloat16);
    case Hdf5Type::int8:
      return widen<std::int8_t, std::int32_t>(from, big, to);
    case Hdf5Type::int16:
      return widen<std::int16_t, std::int32_t>(from, big, to);
    case Hdf5Type::uint8:
      return widen<std::uint8_t, std::int32_t>(from, big, to);
    case Hdf5Type::uint16:
      return widen<std::uint16_t, std::int32_t>(from, big, to);
    case Hdf5Type::uint32:
      return widen<std::uint32_t, std::int64_t>(from, big, to);
    case Hdf5Type::uint64:
      return convert<std::uint64_t, std::int64_t>(from, big, to, [&](auto value) { return signed_of(input, value); });
    default:
      return;
  }
}

/// Reverses the bytes of each element where the file and the machine disagree.
void to_native(std::span<std::byte> elements, const Datatype& type) {
  if (type.is_big_endian == (std::endian::native == std::endian::big)) return;
  const auto size = static_cast<std::ptrdiff_t>(type.size);
  for (auto element = elements.begin(); element != elements.end(); element += size)
    std::reverse(element, element + size);
}

bool is_stored_as_read(Hdf5Type type) {
  return type == Hdf5Type::float32 || type == Hdf5Type::float64 || type == Hdf5Type::int32 || type == Hdf5Type::int64 ||
         type == Hdf5Type::boolean;
}

void require_bools(const Input& input, std::span<const std::byte> elements) {
  if (std::any_of(elements.begin(), elements.end(), [](std::byte byte) { return byte > std::byte{1}; }))
    input.refuse("a bool that is neither 0 nor 1");
}

void read_as_stored(const Input& input, const DatasetHeader& dataset, Tensor& tensor) {
  const std::span<std::byte> elements(tensor.identity()->storage->bytes, static_cast<std::size_t>(dataset.bytes()));
  read_elements(input, dataset, elements);
  to_native(elements, dataset.type);
  if (dataset.type.type == Hdf5Type::boolean) require_bools(input, elements);
}

}  // namespace

DType dtype_for(const Input& input, const Datatype& type) {
  switch (type.type) {
    case Hdf5Type::float16:
    case Hdf5Type::bfloat16:
    case Hdf5Type::float32:
      return float32;
    case Hdf5Type::float64:
      return float64;
    case Hdf5Type::int8:
    case Hdf5Type::int16:
    case Hdf5Type::int32:
    case Hdf5Type::uint8:
    case Hdf5Type::uint16:
      return int32;
    case Hdf5Type::int64:
    case Hdf5Type::uint32:
    case Hdf5Type::uint64:
      return int64;
    case Hdf5Type::boolean:
      return boolean;
    case Hdf5Type::fixed_string:
    case Hdf5Type::variable_string:
      input.refuse("holds strings; expected numbers");
    case Hdf5Type::opaque:
      input.refuse("its elements are opaque; expected numbers, or two bytes with the attribute dtype=\"bfloat16\"");
    case Hdf5Type::other:
      break;
  }
  input.refuse(fmt::format("the type of its elements is {}, which is not supported", type.other));
}

Tensor read_tensor(const Input& input, const DatasetHeader& dataset) {
  const DType dtype = dtype_for(input, dataset.type);
  if (dataset.space.is_null) input.refuse("has no elements at all, not even a shape");
  require_readable(input, dataset);
  Tensor tensor = Tensor::uninitialized(dataset.space.shape(), dtype);
  if (is_stored_as_read(dataset.type.type)) {
    read_as_stored(input, dataset, tensor);
    return tensor;
  }
  std::vector<std::byte> memory;
  Bytes stored = stored_in_one_piece(input, dataset);
  if (stored.empty()) {
    memory.resize(static_cast<std::size_t>(dataset.bytes()));
    read_elements(input, dataset, memory);
    stored = memory;
  }
  convert_elements(input, dataset.type, stored, tensor);
  return tensor;
}

}  // namespace cornu::formats::hdf5
