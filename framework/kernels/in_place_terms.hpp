#pragma once
// Internal: convolutions in place as blocks of sums of products.
#include <algorithm>
#include <array>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/blocks.hpp>
#include <cornu/framework/kernels/frame.hpp>

namespace cornu::kernels::in_place {

constexpr std::int64_t most_terms = 64;     // of a block: strips of a window, or rows of windows
constexpr std::int64_t longest_sum = 1024;  // products that are added one after the other
constexpr std::int64_t widest_panel = 32;   // of any build, for float and double

// Elements that lie side by side both in the frame and in a filter.
struct Strip {
  std::int64_t in_frame, in_filter, length;
};
struct Strips {
  Strips(const Convolution& c, const Frame& frame) {
    const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
    const std::int64_t cells = columns.dilation == 1 ? columns.size : 1;
    for (std::int64_t i = 0; i < depths.size; ++i)
      for (std::int64_t j = 0; j < rows.size; ++j)
        for (std::int64_t k = 0; k < columns.size; k += cells)
          strips[count++] = {frame.place(i * depths.dilation, j * rows.dilation, k * columns.dilation, c.channels),
                             ((i * rows.size + j) * columns.size + k) * c.channels, cells * c.channels};
  }
  const Strip* begin() const { return strips.data(); }
  const Strip* end() const { return strips.data() + count; }
  std::array<Strip, most_terms> strips;
  std::size_t count = 0;
};

template <class T>
struct Terms {
  void add(const Term<T>& term) { terms[count++] = term; }
  std::array<Term<T>, most_terms> terms;
  std::size_t count = 0;
};

// The block by these terms, no more than `longest_sum` products to a sum.
template <class T>
void multiply(const BlockKernels<T>& kernels, Block<T> block, const Terms<T>& terms) {
  std::int64_t steps = 0;
  for (std::size_t t = 0; t < terms.count; ++t) steps += terms.terms[t].steps;
  if (steps <= longest_sum) {
    block.terms = terms.terms.data();
    block.term_count = static_cast<std::int64_t>(terms.count);
    kernels.multiply(block);
    return;
  }
  const Block<T> last = block;
  block.bias = nullptr;
  block.relu = false;
  block.term_count = 1;
  for (std::size_t t = 0; t < terms.count; ++t) {
    const Term<T>& term = terms.terms[t];
    for (std::int64_t first = 0; first < term.steps; first += longest_sum) {
      const Term<T> part{term.a + first * block.a_step, term.b + first * block.b_step,
                         std::min(longest_sum, term.steps - first)};
      const bool is_last = t + 1 == terms.count && first + part.steps == term.steps;
      if (is_last) block.bias = last.bias, block.relu = last.relu;
      block.terms = &part;
      kernels.multiply(block);
      block.keep = true;
    }
  }
}

// Of an image's work, where it falls into `count` parts.
inline std::int64_t grain_of_image(const Convolution& c, std::int64_t count) {
  return detail::grain_of(c.nanoseconds() / static_cast<double>(std::max<std::int64_t>(count, 1)));
}

inline std::int64_t panels(std::int64_t columns, std::int64_t panel) { return (columns + panel - 1) / panel; }

// `columns` elements, in a row as wide as a panel.
template <class T>
void put_row(const T* from, std::int64_t columns, std::int64_t panel, T* to) {
  std::copy_n(from, columns, to);
  if (columns < panel) std::fill(to + columns, to + panel, T());
}

}  // namespace cornu::kernels::in_place
