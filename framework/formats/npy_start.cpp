#include <cornu/framework/formats/npy_start.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/little_endian.hpp>
#include <cornu/framework/formats/looks_like.hpp>

namespace cornu::detail {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t version_bytes = 2, longest_header = std::size_t{1} << 16;  // it only says a dtype and a shape

[[noreturn]] void refuse(const std::string& name, std::string_view message) {
  throw FileError("read_npy", fmt::format("'{}': {}", name, message));
}

void require_little_endian(const char* where) {
  if (std::endian::native != std::endian::little)
    throw FileError(where, "the files hold little-endian numbers; got a big-endian machine");
}

int version_of(const std::string& name, std::span<const std::byte> start) {
  if (std::string_view(reinterpret_cast<const char*>(start.data()), magic.size()) != magic)
    refuse(name, fmt::format("not a file of numpy.save; got {}", formats::looks_like(start)));
  const int major = static_cast<int>(start[6]), minor = static_cast<int>(start[7]);
  if (major < 1 || major > 3 || minor != 0)
    refuse(name, fmt::format("format version {}.{}; expected 1.0, 2.0 or 3.0", major, minor));
  return major;
}

std::size_t bytes_of(const std::string& name, const NpyLayout& layout) {
  std::size_t bytes = 0;
  try {
    if (!__builtin_mul_overflow(static_cast<std::size_t>(layout.shape.size()), formats::size_of(layout.type), &bytes))
      return bytes;
  } catch (const ShapeError&) {  // more elements than can be counted
  }
  refuse(name, fmt::format("shape {} is larger than any file", layout.shape));
}

// Writes the elements of `from`, whose first axis is the fastest, so that the last one is.
template <class Element>
void turn(const std::byte* from, std::byte* to, const Shape& shape) {
  const std::size_t rank = shape.rank();
  std::array<std::int64_t, Shape::max_rank> strides{}, place{};
  std::int64_t stride = 1, source = 0;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  for (std::int64_t i = 0; i < stride; ++i) {
    std::memcpy(to + static_cast<std::size_t>(i) * sizeof(Element),
                from + static_cast<std::size_t>(source) * sizeof(Element), sizeof(Element));
    for (std::size_t axis = rank; axis-- > 0;) {  // the next place, and where it is stored
      source += strides[axis];
      if (++place[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      place[axis] = 0;
    }
  }
}

// Of a tensor whose elements are in Fortran order.
Tensor in_c_order(const Tensor& stored) {
  if (stored.rank() < 2) return stored;
  Tensor tensor = Tensor::uninitialized(stored.shape(), stored.dtype());
  const std::byte* const from = stored.identity()->storage->bytes;
  std::byte* const to = tensor.identity()->storage->bytes;
  if (size_of(stored.dtype()) == 8)
    turn<std::uint64_t>(from, to, stored.shape());
  else if (size_of(stored.dtype()) == 4)
    turn<std::uint32_t>(from, to, stored.shape());
  else
    turn<std::uint8_t>(from, to, stored.shape());
  return tensor;
}

}  // namespace

NpyStart read_npy_start(const std::string& name, std::size_t size,
                        const std::function<void(std::span<std::byte>)>& read_next) {
  require_little_endian("read_npy");
  std::array<std::byte, magic.size() + version_bytes> start{};
  std::array<std::byte, 4> digits{};
  if (size < start.size() + digits.size()) refuse(name, "too short for a file of numpy.save");
  read_next(start);
  const std::size_t length_bytes = version_of(name, start) == 1 ? 2 : 4, begin = start.size() + length_bytes;
  read_next(std::span(digits).first(length_bytes));
  const std::size_t length = formats::load<std::uint32_t>(digits, 0);
  if (length > longest_header || begin + length > size)
    refuse(name, fmt::format("a header of {} bytes in a file of {}", length, size));

  std::string text(length, ' ');
  read_next(std::as_writable_bytes(std::span(text)));
  const NpyLayout layout = parse_npy_header(name, text);
  const std::size_t bytes = bytes_of(name, layout);
  if (bytes != size - begin - length)
    refuse(name, fmt::format("not as long as it says; got {} bytes of elements; expected {} for {} {}",
                             size - begin - length, bytes, name_of(formats::dtype_for(layout.type)), layout.shape));
  return {layout, begin + length, bytes};
}

std::string npy_start_of(const Tensor& tensor) {
  require_little_endian("write_npy");
  const std::size_t before = magic.size() + version_bytes + 2;
  std::string text = format_npy_header(tensor.dtype(), tensor.shape());
  text.resize((before + text.size() + 1 + 63) / 64 * 64 - before - 1, ' ');  // the elements begin at a multiple of 64
  text += '\n';
  const std::array<char, 4> version_and_length{1, 0, static_cast<char>(text.size() & 0xFF),
                                               static_cast<char>(text.size() >> 8)};
  return std::string(magic).append(version_and_length.data(), version_and_length.size()) + text;
}

Tensor read_npy_elements(const std::string& name, const NpyStart& start,
                         const std::function<void(std::span<std::byte>)>& read) {
  const NpyLayout& layout = start.layout;
  Tensor tensor = Tensor::uninitialized(layout.shape, formats::dtype_for(layout.type));
  if (formats::is_stored_as_read(layout.type)) {
    const std::span<std::byte> elements(tensor.identity()->storage->bytes, start.bytes);
    read(elements);
    if (layout.big_endian) formats::swap_bytes(elements, formats::size_of(layout.type));
    require_bools(name, tensor);
  } else {
    std::vector<std::byte> stored(start.bytes);
    read(stored);
    if (layout.big_endian) formats::swap_bytes(stored, formats::size_of(layout.type));
    if (const auto misfit = formats::convert_numbers(layout.type, stored, tensor, 0))
      refuse(name, fmt::format("the number {} does not fit into int64", *misfit));
  }
  return layout.fortran_order ? in_c_order(tensor) : tensor;
}

void require_bools(const std::string& name, const Tensor& tensor) {
  if (tensor.dtype() == boolean && !formats::are_bools(tensor)) refuse(name, "a bool that is neither 0 nor 1");
}

}  // namespace cornu::detail
