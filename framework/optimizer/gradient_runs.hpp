#pragma once
// Internal: in what order an update reads a gradient.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/rule/pieces.hpp>

namespace cornu::detail {

/// A row of a gradient: its id in the upper half, its position among the gradient's rows in the lower.
using RowKey = std::uint64_t;
inline std::size_t id_of(RowKey key) { return static_cast<std::size_t>(key >> 32); }
inline std::size_t position_of(RowKey key) { return static_cast<std::size_t>(key & 0xffffffff); }

/// Appends the keys of these int32 ids in ascending order. Throws IndexError for an id outside 0 … rows-1, ValueError
/// for one that occurs twice.
void append_in_order(const Tensor& ids, std::int64_t rows, std::vector<RowKey>& keys);

/// A gradient of `rows` rows of `row_size` elements each; or a part of one, without the rows before `first_row`.
template <class T>
struct GradientRuns {
  const T* values = nullptr;          ///< all elements, or those of the rows listed; null: zero everywhere
  bool by_rows = false;               ///< only the rows listed are not zero
  std::span<const RowKey> keys = {};  ///< in ascending order
  /// In place of keys, if only listed rows are visited: the ids in the gradient's own order, so that the i-th id is
  /// that of the i-th row of values. for_each must not be called then.
  std::optional<std::span<const std::int32_t>> unsorted_ids = {};
  std::size_t rows = 0, row_size = 0;
  std::size_t first_row = 0;

  /// How many rows are listed, and which is the i-th.
  std::size_t listed() const { return unsorted_ids ? unsorted_ids->size() : keys.size(); }
  std::size_t row(std::size_t i) const {
    return unsorted_ids ? static_cast<std::size_t>((*unsorted_ids)[i]) : id_of(keys[i]);
  }

  /// Calls visit(first, size, gradient) for runs of neighbouring elements, in order, that together are all elements;
  /// `gradient` is null where it is zero.
  template <class Visit>
  void for_each(Visit visit) const {
    if (!by_rows) return visit(first_row * row_size, (rows - first_row) * row_size, values);
    std::size_t next = first_row;
    for (const RowKey key : keys) {
      const std::size_t id = id_of(key);
      if (id > next) visit(next * row_size, (id - next) * row_size, static_cast<const T*>(nullptr));
      visit(id * row_size, row_size, values + position_of(key) * row_size);
      next = id + 1;
    }
    if (next < rows) visit(next * row_size, (rows - next) * row_size, static_cast<const T*>(nullptr));
  }

  /// The same in longer runs, for rules that see every element: listed rows that lie close together are written, with
  /// the zeros between them, into `buffer` (of whole rows), and visited at once.
  template <class Visit>
  void for_each_block(std::span<T> buffer, Visit visit) const {
    const std::size_t block = row_size == 0 ? 0 : buffer.size() / row_size;
    if (!by_rows || block < 2) return for_each(visit);
    std::size_t next = first_row;
    for (std::size_t i = 0; i < keys.size();) {
      const std::size_t first = id_of(keys[i]), last = std::min(first + block, rows);
      if (first > next) visit(next * row_size, (first - next) * row_size, static_cast<const T*>(nullptr));
      const std::span<T> dense = buffer.first((last - first) * row_size);
      std::fill(dense.begin(), dense.end(), T(0));
      for (; i < keys.size() && id_of(keys[i]) < last; ++i)
        std::copy_n(values + position_of(keys[i]) * row_size, row_size,
                    dense.data() + (id_of(keys[i]) - first) * row_size);
      visit(first * row_size, dense.size(), static_cast<const T*>(dense.data()));
      next = last;
    }
    if (next < rows) visit(next * row_size, (rows - next) * row_size, static_cast<const T*>(nullptr));
  }

  /// Calls visit(first, size, gradient) for the runs of neighbouring elements where the gradient is not zero, on
  /// several threads at a time.
  template <class Visit>
  void for_each_given(Visit visit) const {
    if (!values) return;
    if (!by_rows)
      return for_pieces(rows * row_size, updates_a_piece(),
                        [&](std::size_t first, std::size_t last) { visit(first, last - first, values + first); });
    for_pieces(keys.size(), rows_a_piece(keys.size(), row_size), [&](std::size_t first, std::size_t last) {
      for (const RowKey key : keys.subspan(first, last - first))
        visit(id_of(key) * row_size, row_size, values + position_of(key) * row_size);
    });
  }

  /// Calls visit(part) for parts that together are the gradient, on several threads at a time.
  template <class Visit>
  void for_each_part(Visit visit) const {
    for_pieces(by_rows ? rows : rows * row_size, by_rows ? rows_a_piece(rows, row_size) : updates_a_piece(),
               [&](std::size_t first, std::size_t last) { visit(part(first, last)); });
  }

  /// Σ g², in double. Rows are added in the order of their ids, so that the table that they stand for gives the same.
  double sum_of_squares() const;

 private:
  GradientRuns part(std::size_t first, std::size_t last) const;
};

}  // namespace cornu::detail
