#include <cornu/framework/base/read_number.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

namespace cornu {

namespace {

// The exponent of a decimal number, 0 where it has none; far below or above all that counts where it is too long.
std::int64_t exponent_of(std::string_view digits) {
  constexpr std::int64_t far = std::int64_t{1} << 40;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int32_t exponent = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  if (error != std::errc::result_out_of_range) return exponent;
  return digits.starts_with('-') ? -far : far;
}

// Whether a number that lies far from ±1 lies between -1 and 1, by the place of its first digit that is not 0.
bool is_small(std::string_view number) {
  const std::size_t end = std::min(number.find_first_of("eE"), number.size());
  const std::string_view digits = number.substr(0, end);
  const auto first = static_cast<std::int64_t>(digits.find_first_of("123456789")),
             point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
  return point - first + exponent_of(number.substr(std::min(end + 1, number.size()))) <= 0;
}

}  // namespace

template <class T>
std::optional<T> read_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  T number = 0;
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (stopped != end) return std::nullopt;
  if (error == std::errc::result_out_of_range && is_small(text)) return text.starts_with('-') ? -T{0} : T{0};
  if (error != std::errc() || !std::isfinite(number)) return std::nullopt;
  return number;
}

template std::optional<float> read_number(std::string_view);
template std::optional<double> read_number(std::string_view);

}  // namespace cornu
