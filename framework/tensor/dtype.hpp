#pragma once
#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// Element types of a Tensor. Floating literals make float32, integer literals int32.
enum class DType : std::uint8_t { float32, float64, int32, int64, boolean };

inline constexpr DType float32 = DType::float32;
inline constexpr DType float64 = DType::float64;
inline constexpr DType int32 = DType::int32;
inline constexpr DType int64 = DType::int64;
inline constexpr DType boolean = DType::boolean;

/// Bytes of one element: 4, 8, 4, 8 and 1.
std::size_t size_of(DType dtype);

/// NumPy's and Keras's name: "float32", "float64", "int32", "int64" or "bool".
std::string_view name_of(DType dtype);

/// The dtype of that name. Throws ValueError for any other.
DType dtype_from_name(std::string_view name);

inline bool is_floating(DType dtype) { return dtype == DType::float32 || dtype == DType::float64; }
inline bool is_integer(DType dtype) { return dtype == DType::int32 || dtype == DType::int64; }

/// dtype_of<float> is float32, and so on for double, std::int32_t, std::int64_t and bool.
template <class T>
inline constexpr DType dtype_of = [] {
  static_assert(sizeof(T) == 0, "cornu tensors hold float, double, std::int32_t, std::int64_t or bool");
  return DType::float32;
}();
template <>
inline constexpr DType dtype_of<float> = DType::float32;
template <>
inline constexpr DType dtype_of<double> = DType::float64;
template <>
inline constexpr DType dtype_of<std::int32_t> = DType::int32;
template <>
inline constexpr DType dtype_of<std::int64_t> = DType::int64;
template <>
inline constexpr DType dtype_of<bool> = DType::boolean;

}  // namespace cornu
CORNU_EXPORT_END

/// As name_of: "float32".
template <>
struct fmt::formatter<cornu::DType> : fmt::formatter<std::string_view> {
  fmt::format_context::iterator format(cornu::DType dtype, fmt::format_context& context) const;
};
