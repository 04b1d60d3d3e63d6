#pragma once
// Internal: floating numbers of 16 and 8 bits.
#include <bit>
#include <cstdint>

namespace cornu::formats {

/// IEEE 754's binary16: 1 bit sign, 5 exponent, 10 fraction.
inline float float_of_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16, rest = half & 0x7FFF;
  constexpr std::uint32_t rebias = (127 - 15) << 23;
  if (rest >= 0x7C00) return std::bit_cast<float>(sign | 0x7F800000 | rest << 13);  // infinite or no number
  if (rest >= 0x0400) return std::bit_cast<float>(sign | (rebias + (rest << 13)));
  const float tiny = static_cast<float>(rest) * 0x1p-24F;
  return sign != 0 ? -tiny : tiny;
}

/// Rounded to the nearest, to even between two; infinite beyond 65504.
inline std::uint16_t half_of_float(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  const std::uint32_t rest = bits & 0x7FFFFFFF;
  constexpr std::uint32_t infinite = 0x7F800000, overflow = 0x477FF000, smallest_normal = 0x38800000;
  if (rest > infinite) return static_cast<std::uint16_t>(sign | 0x7E00);  // stays no number
  if (rest >= overflow) return static_cast<std::uint16_t>(sign | 0x7C00);
  if (rest < smallest_normal) {  // the addition rounds: a float's last bit is then worth 2^-24
    const float shifted = std::bit_cast<float>(rest) + 0.5F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000));
  }
  const std::uint32_t rebiased = rest - ((127 - 15) << 23);
  return static_cast<std::uint16_t>(sign | (rebiased + 0xFFF + (rebiased >> 13 & 1)) >> 13);
}

/// E5M2: the upper half of a binary16.
inline float float_of_e5m2(std::uint8_t bits) { return float_of_half(static_cast<std::uint16_t>(bits << 8)); }

/// E4M3 as in "FP8 Formats for Deep Learning" (Micikevicius et al., 2022), which PyTorch calls float8_e4m3fn: 1 bit
/// sign, 4 exponent, 3 fraction; nothing is infinite, and all bits set but the sign's are no number.
inline float float_of_e4m3(std::uint8_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x80) << 24, rest = bits & 0x7F;
  constexpr std::uint32_t rebias = (127 - 7) << 23;
  if (rest == 0x7F) return std::bit_cast<float>(sign | 0x7FC00000);
  if (rest >= 0x08) return std::bit_cast<float>(sign | (rebias + (rest << 20)));
  const float tiny = static_cast<float>(rest) * 0x1p-9F;
  return sign != 0 ? -tiny : tiny;
}

/// The upper half of a float.
inline float float_of_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Rounded to the nearest, to even between two.
inline std::uint16_t bfloat16_of_float(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return static_cast<std::uint16_t>(bits >> 16 | 0x40);  // stays no number
  return static_cast<std::uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

}  // namespace cornu::formats
