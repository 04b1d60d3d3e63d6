#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/tensor/format_elements.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu {

namespace {

// NumPy's print options.
constexpr std::int64_t summary_threshold = 1000;
constexpr std::int64_t edge_items = 3;
constexpr std::size_t line_width = 75;

bool is_cut(std::int64_t extent, bool summarised) { return summarised && extent > 2 * edge_items; }

/// Positions along one axis that are printed.
std::vector<std::int64_t> shown_positions(std::int64_t extent, bool summarised) {
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 0; i < extent; ++i) {
    if (is_cut(extent, summarised) && i == edge_items) i = extent - edge_items;
    positions.push_back(i);
  }
  return positions;
}

/// Offsets of the printed elements in row-major order.
std::vector<std::int64_t> shown_offsets(const Shape& shape, bool summarised) {
  std::vector<std::int64_t> offsets{0};
  for (const std::int64_t extent : shape) {
    std::vector<std::int64_t> deeper;
    for (const std::int64_t offset : offsets) {
      for (const std::int64_t i : shown_positions(extent, summarised)) deeper.push_back(offset * extent + i);
    }
    offsets = std::move(deeper);
  }
  return offsets;
}

/// Puts words, one for each shown element, into nested brackets.
class Layout {
 public:
  Layout(const Shape& shape, bool summarised, const std::vector<std::string>& words)
      : shape_(shape), summarised_(summarised), word_(words.begin()) {}

  std::string block(std::size_t axis = 0) {
    const bool innermost = axis + 1 == shape_.rank();
    return '[' + (innermost ? row() : rows(axis)) + ']';
  }

 private:
  /// Blocks below each other, indented under the first one, with an empty line more for each further axis inside.
  std::string rows(std::size_t axis) {
    const std::string separator = std::string(shape_.rank() - axis - 1, '\n') + std::string(axis + 1, ' ');
    const std::size_t shown = shown_positions(shape_[axis], summarised_).size();
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) {
      if (i > 0) text += separator;
      if (i == edge_items && is_cut(shape_[axis], summarised_)) text += "..." + separator;
      text += block(axis + 1);
    }
    return text;
  }

  /// One row of words, broken where the line would become too long.
  std::string row() {
    const std::int64_t extent = shape_.back();
    const std::size_t shown = shown_positions(extent, summarised_).size();
    Lines lines(shape_.rank());
    for (std::size_t i = 0; i < shown; ++i) {
      if (i == edge_items && is_cut(extent, summarised_)) lines.add("...");
      lines.add(*word_++);
    }
    return lines.text();
  }

  class Lines {
   public:
    explicit Lines(std::size_t indent) : indent_(indent), limit_(line_width - indent), column_(indent) {}

    void add(const std::string& word) {
      if (!text_.empty()) {
        text_ += ' ';
        ++column_;
      }
      if (column_ + word.size() > limit_ && column_ > indent_) break_line();
      text_ += word;
      column_ += word.size();
    }
    const std::string& text() const { return text_; }

   private:
    void break_line() {
      text_.erase(text_.find_last_not_of(' ') + 1);
      text_ += '\n' + std::string(indent_, ' ');
      column_ = indent_;
    }

    std::size_t indent_, limit_, column_;  // a line may reach the limit; every bracket that may follow it has its place
    std::string text_;
  };

  const Shape& shape_;
  bool summarised_;
  std::vector<std::string>::const_iterator word_;
};

/// Every element under the caller's format, padded on the left to one width.
template <class T>
std::vector<std::string> format_each(const T* data, const std::vector<std::int64_t>& offsets, std::string_view spec) {
  if (spec.find_first_of("{}") != std::string_view::npos) throw fmt::format_error("invalid element format");
  const std::string format = fmt::format("{{:{}}}", spec);
  std::vector<std::string> words;
  std::size_t width = 0;
  for (const std::int64_t offset : offsets) {
    words.push_back(fmt::format(fmt::runtime(format), data[offset]));
    width = std::max(width, words.back().size());
  }
  for (std::string& word : words) word.insert(0, width - word.size(), ' ');
  return words;
}

template <class T>
std::string print_elements(const Tensor& tensor, std::string_view spec) {
  if (tensor.size() == 0) return "[]";
  const T* data = tensor.data<T>();
  if (tensor.rank() == 0) return spec.empty() ? detail::format_scalar(*data) : format_each(data, {0}, spec).front();
  const bool summarised = tensor.size() > summary_threshold;
  const auto offsets = shown_offsets(tensor.shape(), summarised);
  const auto words = spec.empty() ? detail::format_column(data, offsets) : format_each(data, offsets, spec);
  return Layout(tensor.shape(), summarised, words).block();
}

}  // namespace

std::string to_string(const Tensor& tensor, std::string_view element_format) {
  if (!tensor.defined()) return "<undefined>";
  if (tensor.is_symbolic()) return fmt::format("<symbolic {} {}>", tensor.shape(), name_of(tensor.dtype()));
  std::string text;
  detail::for_any_type(tensor.dtype(), [&]<class T>(T) { text = print_elements<T>(tensor, element_format); });
  return text;
}

std::ostream& operator<<(std::ostream& stream, const Tensor& tensor) { return stream << to_string(tensor); }

}  // namespace cornu
