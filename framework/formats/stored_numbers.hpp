#pragma once
// Internal: how files store numbers, and the dtypes that they are read as: their own, or the narrowest that holds them.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::formats {

enum class StoredNumber : std::uint8_t {
  f16,
  bf16,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  boolean,
  f8_e4m3,
  f8_e5m2
};

std::size_t size_of(StoredNumber type);
/// Floats of 8 and 16 bits: float32; integers below 32 bits: int32; uint32 and uint64: int64.
DType dtype_for(StoredNumber type);
/// Whether their bytes are those of the dtype.
bool is_stored_as_read(StoredNumber type);

/// Writes the numbers of `bytes` into `to`, beginning with element `first`. Answers the first one that its dtype does
/// not hold, of uint64 alone, and ends there.
std::optional<std::uint64_t> convert_numbers(StoredNumber type, std::span<const std::byte> bytes, Tensor& to,
                                             std::size_t first);

/// Turns round the bytes of each number: from big-endian to little-endian.
void swap_bytes(std::span<std::byte> numbers, std::size_t size);

/// Whether each is 0 or 1.
bool are_bools(const Tensor& tensor);

}  // namespace cornu::formats
CORNU_EXPORT_END
