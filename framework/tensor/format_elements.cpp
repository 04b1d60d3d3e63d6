#include <cornu/framework/tensor/format_elements.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <string_view>

#include <fmt/core.h>

namespace cornu::detail {

namespace {

constexpr std::size_t precision = 8;  // digits after the point, at most

/// "-12.5e-07" in its parts: "-12", "5" and "-07".
struct Digits {
  std::string whole, fraction, exponent;
};

template <std::floating_point T, class... Precision>
std::string to_chars(T value, std::chars_format format, Precision... digits) {
  char buffer[512];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format, digits...).ptr;
  return std::string(buffer, end);
}

Digits split(const std::string& text) {
  const std::size_t exponent = std::min(text.find('e'), text.size());
  const std::size_t point = std::min(text.find('.'), exponent);
  return {text.substr(0, point), point < exponent ? text.substr(point + 1, exponent - point - 1) : "",
          exponent < text.size() ? text.substr(exponent + 1) : ""};
}

/// The shortest digits, or those rounded to `precision` without their last zeros.
template <std::floating_point T>
Digits digits_of(T value, std::chars_format format) {
  const Digits shortest = split(to_chars(value, format));
  if (shortest.fraction.size() <= precision) return shortest;
  Digits rounded = split(to_chars(value, format, static_cast<int>(precision)));
  rounded.fraction.erase(rounded.fraction.find_last_not_of('0') + 1);
  return rounded;
}

template <std::floating_point T>
bool needs_exponents(const std::vector<T>& values) {
  T largest = 0, smallest = INFINITY;
  for (const T value : values) {
    if (!std::isfinite(value) || value == 0) continue;
    largest = std::max(largest, std::abs(value));
    smallest = std::min(smallest, std::abs(value));
  }
  const T limit = std::same_as<T, float> ? T(1e6) : T(1e8);  // NumPy: 10^min(8, digits that the dtype holds)
  return largest > 0 && (largest >= limit || smallest < T(0.0001) || largest / smallest > T(1000));
}

std::string_view name_of_non_finite(double value) {
  if (std::isnan(value)) return "nan";
  return value < 0 ? "-inf" : "inf";
}

/// The widths that all elements of one array share.
struct Columns {
  std::size_t whole = 0, fraction = 0, exponent = 0;
  bool exponents = false;

  std::size_t width() const { return whole + 1 + fraction + (exponents ? 1 + exponent : 0); }
};

template <std::floating_point T>
Columns measure(const std::vector<T>& values) {
  Columns columns{.exponents = needs_exponents(values)};
  const auto format = columns.exponents ? std::chars_format::scientific : std::chars_format::fixed;
  std::size_t longest_name = 0;
  for (const T value : values) {
    if (!std::isfinite(value)) {
      longest_name = std::max(longest_name, name_of_non_finite(value).size());
      continue;
    }
    const Digits digits = digits_of(value, format);
    columns.whole = std::max(columns.whole, digits.whole.size());
    columns.fraction = std::max(columns.fraction, digits.fraction.size());
    columns.exponent = std::max(columns.exponent, digits.exponent.size());
  }
  if (columns.width() < longest_name) columns.whole += longest_name - columns.width();
  return columns;
}

template <std::floating_point T>
std::string with_exponent(T value, const Columns& columns) {
  const Digits digits = split(to_chars(value, std::chars_format::scientific, static_cast<int>(columns.fraction)));
  return fmt::format("{:>{}}.{}e{}{:0>{}}", digits.whole, columns.whole, digits.fraction, digits.exponent.front(),
                     digits.exponent.substr(1), columns.exponent - 1);
}

template <std::floating_point T>
std::string without_exponent(T value, const Columns& columns) {
  const Digits digits = digits_of(value, std::chars_format::fixed);
  return fmt::format("{:>{}}.{:<{}}", digits.whole, columns.whole, digits.fraction, columns.fraction);
}

template <std::floating_point T>
std::vector<std::string> format_all(const std::vector<T>& values) {
  const Columns columns = measure(values);
  std::vector<std::string> words;
  words.reserve(values.size());
  for (const T value : values) {
    if (!std::isfinite(value)) {
      words.push_back(fmt::format("{:>{}}", name_of_non_finite(value), columns.width()));
    } else {
      words.push_back(columns.exponents ? with_exponent(value, columns) : without_exponent(value, columns));
    }
  }
  return words;
}

template <std::integral T>
std::vector<std::string> format_all(const std::vector<T>& values) {
  std::size_t width = 0;
  for (const T value : values) width = std::max(width, fmt::formatted_size("{}", value));
  std::vector<std::string> words;
  words.reserve(values.size());
  for (const T value : values) words.push_back(fmt::format("{:>{}}", value, width));
  return words;
}

}  // namespace

template <class T>
std::vector<std::string> format_column(const T* data, const std::vector<std::int64_t>& offsets) {
  std::vector<T> values;
  values.reserve(offsets.size());
  for (const std::int64_t offset : offsets) values.push_back(data[offset]);
  return format_all(values);
}

template <>
std::vector<std::string> format_column(const bool* data, const std::vector<std::int64_t>& offsets) {
  std::vector<std::string> words;
  words.reserve(offsets.size());
  for (const std::int64_t offset : offsets) words.emplace_back(data[offset] ? " True" : "False");
  return words;
}

template <class T>
std::string format_scalar(T value) {
  if constexpr (std::same_as<T, bool>) {
    return value ? "True" : "False";
  } else if constexpr (std::integral<T>) {
    return fmt::format("{}", value);
  } else {
    if (!std::isfinite(value)) return std::string(name_of_non_finite(value));
    const double size = std::abs(static_cast<double>(value)), limit = std::same_as<T, float> ? 1e6 : 1e16;
    const bool exponents = size != 0 && (size >= limit || size < 1e-4);
    if (exponents) return to_chars(value, std::chars_format::scientific);
    const std::string text = to_chars(value, std::chars_format::fixed);
    return text.find('.') == std::string::npos ? text + ".0" : text;
  }
}

template std::vector<std::string> format_column(const float*, const std::vector<std::int64_t>&);
template std::vector<std::string> format_column(const double*, const std::vector<std::int64_t>&);
template std::vector<std::string> format_column(const std::int32_t*, const std::vector<std::int64_t>&);
template std::vector<std::string> format_column(const std::int64_t*, const std::vector<std::int64_t>&);
template std::string format_scalar(float);
template std::string format_scalar(double);
template std::string format_scalar(std::int32_t);
template std::string format_scalar(std::int64_t);
template std::string format_scalar(bool);

}  // namespace cornu::detail
