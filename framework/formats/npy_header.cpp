#include <cornu/framework/formats/npy_header.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

constexpr std::array<std::pair<std::string_view, DType>, 5> descriptions{
    {{"<f4", float32}, {"<f8", float64}, {"<i4", int32}, {"<i8", int64}, {"|b1", boolean}}};

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
    if (!rest_.empty() || !dtype_ || !shape_ || !has_order_) fail();
    return {*dtype_, *shape_, fortran_order_};
  }

 private:
  void entry() {
    const std::string_view key = string();
    expect(':');
    if (key == "descr" && !dtype_) {
      dtype_ = dtype(string());
    } else if (key == "fortran_order" && !has_order_) {
      has_order_ = true;
      fortran_order_ = boolean_value();
    } else if (key == "shape" && !shape_) {
      shape_ = shape();
    } else {
      fail();
    }
  }
  DType dtype(std::string_view description) const {
    for (const auto& [name, dtype] : descriptions)
      if (name == description) return dtype;
    if (description.find('O') != std::string_view::npos)
      refuse("it holds Python objects, which is a pickle that could run any program; save arrays of numbers");
    refuse(fmt::format("dtype '{}' is not supported; expected '<f4', '<f8', '<i4', '<i8' or '|b1'", description));
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
  std::optional<DType> dtype_;
  std::optional<Shape> shape_;
  bool has_order_ = false, fortran_order_ = false;
};

}  // namespace

NpyLayout parse_npy_header(const std::string& path, std::string_view text) { return Header(path, text).layout(); }

std::string format_npy_header(const NpyLayout& layout) {
  const auto description = std::find_if(descriptions.begin(), descriptions.end(),
                                        [&](const auto& known) { return known.second == layout.dtype; });
  return fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", description->first, layout.shape);
}

}  // namespace cornu::detail
