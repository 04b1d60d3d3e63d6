#include <cornu/framework/formats/stored_numbers.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

#include <cornu/framework/formats/small_floats.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::formats {

namespace {

struct Kind {
  std::size_t size;
  DType dtype;
};

constexpr Kind kinds[] = {{2, float32}, {2, float32}, {4, float32}, {8, float64}, {1, int32},
                          {2, int32},   {4, int32},   {8, int64},   {1, int32},   {2, int32},
                          {4, int64},   {8, int64},   {1, boolean}, {1, float32}, {1, float32}};

const Kind& kind_of(StoredNumber type) { return kinds[static_cast<std::size_t>(type)]; }

// `bytes` need not lie where a number can be read.
template <class Stored, class T, class F>
void convert(std::span<const std::byte> bytes, T* to, F&& convert_one) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(Stored)) {
    Stored number;
    std::memcpy(&number, bytes.data() + at, sizeof(Stored));
    *to++ = convert_one(number);
  }
}

template <class Stored, class T>
void widen(std::span<const std::byte> bytes, T* to) {
  convert<Stored>(bytes, to, [](Stored number) { return static_cast<T>(number); });
}

std::optional<std::uint64_t> narrow(std::span<const std::byte> bytes, std::int64_t* to) {
  std::optional<std::uint64_t> misfit;
  convert<std::uint64_t>(bytes, to, [&](std::uint64_t number) {
    if (number > std::numeric_limits<std::int64_t>::max() && !misfit) misfit = number;
    return static_cast<std::int64_t>(number);
  });
  return misfit;
}

}  // namespace

std::size_t size_of(StoredNumber type) { return kind_of(type).size; }
DType dtype_for(StoredNumber type) { return kind_of(type).dtype; }
bool is_stored_as_read(StoredNumber type) {
  return kind_of(type).size == cornu::size_of(kind_of(type).dtype) && type != StoredNumber::u64;
}

std::optional<std::uint64_t> convert_numbers(StoredNumber type, std::span<const std::byte> bytes, Tensor& to,
                                             std::size_t first) {
  switch (type) {
    case StoredNumber::f16:
      convert<std::uint16_t>(bytes, to.mutable_data<float>() + first, float_of_half);
      break;
    case StoredNumber::bf16:
      convert<std::uint16_t>(bytes, to.mutable_data<float>() + first, float_of_bfloat16);
      break;
    case StoredNumber::f8_e4m3:
      convert<std::uint8_t>(bytes, to.mutable_data<float>() + first, float_of_e4m3);
      break;
    case StoredNumber::f8_e5m2:
      convert<std::uint8_t>(bytes, to.mutable_data<float>() + first, float_of_e5m2);
      break;
    case StoredNumber::i8:
      widen<std::int8_t>(bytes, to.mutable_data<std::int32_t>() + first);
      break;
    case StoredNumber::u8:
      widen<std::uint8_t>(bytes, to.mutable_data<std::int32_t>() + first);
      break;
    case StoredNumber::i16:
      widen<std::int16_t>(bytes, to.mutable_data<std::int32_t>() + first);
      break;
    case StoredNumber::u16:
      widen<std::uint16_t>(bytes, to.mutable_data<std::int32_t>() + first);
      break;
    case StoredNumber::u32:
      widen<std::uint32_t>(bytes, to.mutable_data<std::int64_t>() + first);
      break;
    case StoredNumber::u64:
      return narrow(bytes, to.mutable_data<std::int64_t>() + first);
    default:
      std::memcpy(to.identity()->storage->bytes + first * size_of(type), bytes.data(), bytes.size());
  }
  return std::nullopt;
}

void swap_bytes(std::span<std::byte> numbers, std::size_t size) {
  if (size > 1)
    for (std::size_t at = 0; at < numbers.size(); at += size)
      std::reverse(numbers.begin() + static_cast<std::ptrdiff_t>(at),
                   numbers.begin() + static_cast<std::ptrdiff_t>(at + size));
}

bool are_bools(const Tensor& tensor) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(tensor.identity()->storage->bytes);
  return std::all_of(bytes, bytes + tensor.size(), [](unsigned char byte) { return byte <= 1; });
}

}  // namespace cornu::formats
