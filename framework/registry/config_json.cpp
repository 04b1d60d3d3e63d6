#include <cornu/framework/registry/config.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/utf8.hpp>

namespace cornu {

namespace {

// What Python escapes with a letter.
constexpr std::string_view escaped = "\"\\\n\r\t\f\b", letters = "\"\\nrtfb";

void append_unit(std::string& text, std::uint32_t unit) { fmt::format_to(std::back_inserter(text), "\\u{:04x}", unit); }

void append_code_point(std::string& text, char32_t code_point) {
  const auto code = static_cast<std::uint32_t>(code_point);
  if (code >= 0x20 && code < 0x7F) {
    text += static_cast<char>(code);
  } else if (code < 0x10000) {
    append_unit(text, code);
  } else {  // two surrogates
    append_unit(text, 0xD800 + ((code - 0x10000) >> 10));
    append_unit(text, 0xDC00 + ((code - 0x10000) & 0x3FF));
  }
}

void append_string(std::string& text, std::string_view value) {
  text += '"';
  while (!value.empty()) {
    const Utf8Step step = utf8_front(value);
    if (!step.valid) throw ValueError("Config", "a string is not UTF-8; JSON cannot hold it");
    const std::size_t place = escaped.find(value[0]);
    if (place != std::string_view::npos)
      (text += '\\') += letters[place];
    else
      append_code_point(text, step.code_point);
    value.remove_prefix(step.bytes);
  }
  text += '"';
}

// Python's repr: with an exponent from 1e16 on and below 1e-4; a whole number ends in ".0".
void append_number(std::string& text, double value) {
  if (std::isnan(value)) {
    text += "NaN";
  } else if (std::isinf(value)) {
    text += value > 0 ? "Infinity" : "-Infinity";
  } else {
    const std::string digits = fmt::format("{}", value);
    text += digits;
    if (digits.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  }
}

/// Writes a value behind a text, with what stands between values.
class Printer {
 public:
  explicit Printer(std::size_t indent) : indent_(indent) {}

  void print(const Config& value) {
    if (value.is_list())
      print_all(value.as_list(), '[', ']', [this](const Config& item) { print(item); });
    else if (value.is_object())
      print_all(value.as_object(), '{', '}', [this](const Config::Member& member) { print_member(member); });
    else
      print_scalar(value);
  }
  std::string text() && { return std::move(text_); }

 private:
  void print_scalar(const Config& value) {
    if (value.is_null())
      text_ += "null";
    else if (value.is_bool())
      text_ += value.as_bool() ? "true" : "false";
    else if (value.is_int())
      text_ += fmt::format_int(value.as_int()).c_str();
    else if (value.is_double())
      append_number(text_, value.as_double());
    else
      append_string(text_, value.as_string());
  }
  void print_member(const Config::Member& member) {
    append_string(text_, member.first);
    text_ += ": ";
    print(member.second);
  }
  template <class Values, class F>
  void print_all(const Values& values, char open, char close, F print_one) {
    text_ += open;
    ++level_;
    bool first = true;
    for (const auto& value : values) {
      if (!std::exchange(first, false)) text_ += indent_ > 0 ? "," : ", ";
      break_line();
      print_one(value);
    }
    --level_;
    if (!values.empty()) break_line();
    text_ += close;
  }
  void break_line() {
    if (indent_ > 0) (text_ += '\n').append(level_ * indent_, ' ');
  }

  std::size_t indent_, level_ = 0;
  std::string text_;
};

}  // namespace

std::string Config::to_json(std::size_t indent) const {
  Printer printer(indent);
  printer.print(*this);
  return std::move(printer).text();
}

}  // namespace cornu
