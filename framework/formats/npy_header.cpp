#include <cornu/framework/formats/npy_header.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

// What stands behind the '<', '>' or '|' of a description, in the order of StoredNumber. NumPy has no bfloat16 and no
// float8, but writes ml_dtypes' float8_e5m2 as "<f1", which it then does not read.
constexpr std::array<std::string_view, 15> names{"f2", "",   "f4", "f8", "i1", "i2", "i4", "i8",
                                                 "u1", "u2", "u4", "u8", "b1", "",   "f1"};

struct Described {
  formats::StoredNumber type;
  bool big_endian;
};

std::optional<Described> described(std::string_view description) {
  const auto found =
      std::find(names.begin(), names.end(), description.substr(std::min<std::size_t>(1, description.size())));
  if (found == names.end() || found->empty()) return std::nullopt;
  const auto type = static_cast<formats::StoredNumber>(found - names.begin());
  const char order = description[0];
  const bool is_integer_byte = formats::size_of(type) == 1 && type != formats::StoredNumber::f8_e5m2;
  if (is_integer_byte ? order != '|' : order != '<' && order != '>') return std::nullopt;
  return Described{type, order == '>'};
}

/// Reads a Python dictionary with those three entries, in any order, each once. Throws FileError.
class Header {
 public:
  Header(const std::string& path, std::string_view text) : path_(path), text_(text), rest_(text) {}

  NpyLayout layout() {
    expect('{');
    while (!accept('}')) {
      entry();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (!rest_.empty() || !numbers_ || !shape_ || !has_order_) fail();
    return {numbers_->type, *shape_, fortran_order_, numbers_->big_endian};
  }

 private:
  void entry() {
    const std::string_view key = string();
    expect(':');
    if (key == "descr" && !numbers_) {
      numbers_ = numbers(string());
    } else if (key == "fortran_order" && !has_order_) {
      has_order_ = true;
      fortran_order_ = boolean_value();
    } else if (key == "shape" && !shape_) {
      shape_ = shape();
    } else {
      fail();
    }
  }
  Described numbers(std::string_view description) const {
    if (const auto known = described(description)) return *known;
    if (description.find('O') != std::string_view::npos)
      refuse("it holds Python objects, which is a pickle that could run any program; save arrays of numbers");
    refuse(
        fmt::format("dtype '{}' is not supported; expected numbers of 8 to 64 bits, such as '<f4', '<i8' or '|u1', "
                    "or '|b1'; save another kind with astype()",
                    description));
  }
  Shape shape() {
    Shape result;
    expect('(');
    while (!accept(')')) {
      if (result.rank() == Shape::max_rank) refuse(fmt::format("more than {} axes", Shape::max_rank));
      result.push_back(extent());
      if (!accept(',')) {
        if (result.rank() == 1) fail();  // (3) is a number
        expect(')');
        break;
      }
    }
    return result;
  }
  std::int64_t extent() {
    skip_spaces();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || value < 0) fail();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  bool boolean_value() {
    for (const bool value : {true, false}) {
      const std::string_view name = value ? "True" : "False";
      skip_spaces();
      if (!rest_.starts_with(name)) continue;
      rest_.remove_prefix(name.size());
      return value;
    }
    fail();
  }
  std::string_view string() {
    skip_spaces();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) fail();
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) fail();
    const std::string_view content = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return content;
  }
  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size())); }
  bool accept(char c) {
    skip_spaces();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  [[noreturn]] void refuse(std::string_view message) const {
    throw FileError("read_npy", fmt::format("'{}': {}", path_, message));
  }
  [[noreturn]] void fail() const {
    refuse(fmt::format("not a header of numpy.save; got {}; expected descr, fortran_order and shape",
                       text_.substr(0, 100)));
  }

  const std::string& path_;
  std::string_view text_, rest_;
  std::optional<Described> numbers_;
  std::optional<Shape> shape_;
  bool has_order_ = false, fortran_order_ = false;
};

}  // namespace

NpyLayout parse_npy_header(const std::string& path, std::string_view text) { return Header(path, text).layout(); }

std::string format_npy_header(DType dtype, const Shape& shape) {
  const char* const description = dtype == float32   ? "<f4"
                                  : dtype == float64 ? "<f8"
                                  : dtype == int32   ? "<i4"
                                  : dtype == int64   ? "<i8"
                                                     : "|b1";
  return fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", description, shape);
}

}  // namespace cornu::detail
