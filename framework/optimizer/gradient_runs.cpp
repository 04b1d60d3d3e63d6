#include <cornu/framework/optimizer/gradient_runs.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

constexpr std::size_t few = 64;  // from here on counting beats comparing
constexpr int digit_bits = 11;

// One round of a radix sort, by `digit_bits` bits of the id from bit `shift` on. Keys of one digit keep their order.
void sort_by_digit(std::span<const RowKey> from, std::span<RowKey> to, int shift) {
  std::array<std::uint32_t, 1 << digit_bits> starts{};
  const auto digit = [shift](RowKey key) { return (key >> (32 + shift)) & ((1 << digit_bits) - 1); };
  for (const RowKey key : from) ++starts[digit(key)];
  std::uint32_t start = 0;
  for (std::uint32_t& count : starts) start += std::exchange(count, start);
  for (const RowKey key : from) to[starts[digit(key)]++] = key;
}

void sort(std::vector<RowKey>& keys, std::size_t first, std::int64_t rows) {
  const std::size_t count = keys.size() - first;
  if (count < few) return std::sort(keys.begin() + static_cast<std::ptrdiff_t>(first), keys.end());
  keys.resize(first + 2 * count);  // the second half is for the sorted keys of each round
  std::span<RowKey> from = std::span(keys).subspan(first, count), to = std::span(keys).subspan(first + count);
  for (int shift = 0; shift < 32 && (rows - 1) >> shift != 0; shift += digit_bits) {
    sort_by_digit(from, to, shift);
    std::swap(from, to);
  }
  if (from.data() != keys.data() + first) std::copy(from.begin(), from.end(), to.begin());
  keys.resize(first + count);
}

[[noreturn]] void throw_twice(std::size_t id) {
  throw ValueError("Optimizer::apply",
                   fmt::format("a row of the gradient occurs twice; got id {}; expected every id once; use "
                               "Rows::sum_by_id",
                               id));
}

void require_in_table(std::span<const std::int32_t> ids, std::int64_t rows) {
  const auto outside =
      std::find_if(ids.begin(), ids.end(), [rows](std::int32_t id) { return static_cast<std::uint32_t>(id) >= rows; });
  if (outside != ids.end())
    throw IndexError("Optimizer::apply",
                     fmt::format("a gradient row outside the table; got id {} at {}; expected 0 … {}", *outside,
                                 outside - ids.begin(), rows - 1));
}

// For a table with few rows: notes for each row where its id stands, then walks the rows in order.
void append_by_table(std::span<const std::int32_t> ids, std::int64_t rows, std::vector<RowKey>& keys) {
  constexpr std::int32_t absent = -1;
  Tensor table = Tensor::uninitialized({rows}, int32);
  std::int32_t* const position_of_row = table.mutable_data<std::int32_t>();
  std::fill_n(position_of_row, rows, absent);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (position_of_row[ids[i]] != absent) throw_twice(static_cast<std::size_t>(ids[i]));
    position_of_row[ids[i]] = static_cast<std::int32_t>(i);
  }
  std::size_t next = keys.size();
  keys.resize(next + ids.size() + 1);  // one more: a key is written before it is known whether its row is there
  for (std::int64_t id = 0; id < rows; ++id) {
    const std::int32_t position = position_of_row[id];
    keys[next] = static_cast<RowKey>(id) << 32 | static_cast<std::uint32_t>(position);
    next += position != absent ? 1 : 0;
  }
  keys.pop_back();
}

void append_by_sorting(std::span<const std::int32_t> ids, std::int64_t rows, std::vector<RowKey>& keys) {
  const std::size_t first = keys.size();
  for (std::size_t i = 0; i < ids.size(); ++i) keys.push_back(static_cast<RowKey>(ids[i]) << 32 | i);
  const auto added = [&] { return std::span(keys).subspan(first); };
  if (!std::is_sorted(added().begin(), added().end())) sort(keys, first, rows);
  const auto same_id = [](RowKey a, RowKey b) { return id_of(a) == id_of(b); };
  const auto twice = std::adjacent_find(added().begin(), added().end(), same_id);
  if (twice != added().end()) throw_twice(id_of(*twice));
}

// Room for the keys and for sorting them, and more, so that a somewhat larger batch needs no more memory.
void make_room(std::vector<RowKey>& keys, std::size_t more) {
  const std::size_t needed = 2 * (keys.size() + more) + 1;
  if (keys.capacity() < needed) keys.reserve(2 * needed);
}

}  // namespace

void append_in_order(const Tensor& ids, std::int64_t rows, std::vector<RowKey>& keys) {
  const std::span<const std::int32_t> all = ids.values<std::int32_t>();
  require_in_table(all, rows);
  make_room(keys, all.size());
  const bool few_rows = rows <= 8 * static_cast<std::int64_t>(all.size());
  few_rows ? append_by_table(all, rows, keys) : append_by_sorting(all, rows, keys);
}

namespace {
// Eight partial sums, so that the additions need not wait for each other.
template <class T>
double sum_of_squares_of(const T* values, std::size_t size) {
  std::array<double, 8> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= size; i += sums.size())
    for (std::size_t lane = 0; lane < sums.size(); ++lane) {
      const double value = values[i + lane];
      sums[lane] += value * value;
    }
  for (; i < size; ++i) sums[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// How many of `count` rows are summed at a time. Fewer elements than four pieces have take no thread.
std::size_t rows_a_sum(std::size_t count, std::size_t row_size) {
  if (count * row_size < 4 * updates_a_piece()) return count;
  return std::max<std::size_t>(1, updates_a_piece() / row_size);
}
}  // namespace

// Rows are summed on several threads, some thousand at a time; their sums are added up in order.
template <class T>
double GradientRuns<T>::sum_of_squares() const {
  constexpr std::size_t most = 4096;
  std::array<double, most> squares;
  const std::size_t given = !values || row_size == 0 ? 0 : by_rows ? keys.size() : rows;
  double sum = 0;
  for (std::size_t done = 0; done < given; done += most) {
    const std::size_t count = std::min(most, given - done);
    for_pieces(count, rows_a_sum(count, row_size), [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        const std::size_t row = by_rows ? position_of(keys[done + i]) : done + i;
        squares[i] = sum_of_squares_of(values + row * row_size, row_size);
      }
    });
    for (std::size_t i = 0; i < count; ++i) sum += squares[i];
  }
  return sum;
}

// In a part of a dense gradient, elements stand for rows.
template <class T>
GradientRuns<T> GradientRuns<T>::part(std::size_t first, std::size_t last) const {
  GradientRuns part = *this;
  part.first_row = first;
  part.rows = last;
  if (by_rows) {
    const auto from = std::lower_bound(keys.begin(), keys.end(), static_cast<RowKey>(first) << 32);
    const auto to = std::lower_bound(from, keys.end(), static_cast<RowKey>(last) << 32);
    part.keys = {from, to};
  } else {
    part.row_size = 1;
    if (values) part.values += first;
  }
  return part;
}

template struct GradientRuns<float>;
template struct GradientRuns<double>;

}  // namespace cornu::detail
