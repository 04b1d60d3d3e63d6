#pragma once
// Internal: rows that lie apart, seen as one run.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <cornu/framework/kernels/rows.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/rule/elements.hpp>

namespace cornu::optim {

/// Copies rows of a variable and of its slots into one buffer, some rows at a time, so that a rule runs over many short
/// rows at once; and copies them back.
template <class T>
class PackedRows {
 public:
  static constexpr std::size_t room = 1024;  // elements: a block of all arrays stays in the cache

  /// `table`: all elements of variable and slots. A slot that is null stays null.
  PackedRows(const Elements<T>& table, std::size_t row_size) : table_(table), row_size_(row_size) {}

  /// How many rows fit. A row that is longer than `room` is used where it lies, one at a time.
  std::size_t capacity() const { return rows_of(row_size_); }
  static std::size_t rows_of(std::size_t row_size) {
    return std::max<std::size_t>(1, room / std::max<std::size_t>(row_size, 1));
  }

  /// Prefetches a row that is soon to be loaded: tables are often larger than the caches.
  void prefetch(std::size_t row) const {
    for_each_array([&](T* array, T*) {
      for (std::size_t i = 0; i < row_size_; i += 64 / sizeof(T)) __builtin_prefetch(array + row * row_size_ + i, 1);
    });
  }

  Elements<T> load(std::span<const std::int32_t> rows) {
    if (row_size_ > room) return in_place(static_cast<std::size_t>(rows[0]));
    for_each_array([&](T* array, T* copy) { gather(array, rows, copy); });
    Elements<T> elements{rows.size() * row_size_, buffer_.data(), {}, nullptr};
    for (std::size_t i = 0; i < table_.slots.size(); ++i)
      elements.slots[i] = table_.slots[i] ? buffer_.data() + (i + 1) * room : nullptr;
    return elements;
  }
  void store(std::span<const std::int32_t> rows) {
    if (row_size_ > room) return;
    for_each_array([&](T* array, T* copy) {
      kernels::table<kernels::GatherKernels<std::int32_t>>().scatter(bytes(copy), row_bytes(), rows.data(),
                                                                     count_of(rows), bytes(array));
    });
  }
  /// The gradient of these rows: rows `positions` of `values`.
  const T* load_gradient(const T* values, std::span<const std::int32_t> positions) {
    if (row_size_ > room) return values + static_cast<std::size_t>(positions[0]) * row_size_;
    gather(values, positions, gradient_.data());
    return gradient_.data();
  }

 private:
  template <class F>
  void for_each_array(F f) const {
    T* const buffer = const_cast<T*>(buffer_.data());
    f(table_.value, buffer);
    for (std::size_t i = 0; i < table_.slots.size(); ++i)
      if (table_.slots[i]) f(table_.slots[i], buffer + (i + 1) * room);
  }
  Elements<T> in_place(std::size_t row) const {
    Elements<T> elements{row_size_, table_.value + row * row_size_, {}, nullptr};
    for (std::size_t i = 0; i < table_.slots.size(); ++i)
      elements.slots[i] = table_.slots[i] ? table_.slots[i] + row * row_size_ : nullptr;
    return elements;
  }
  void gather(const T* from, std::span<const std::int32_t> rows, T* to) const {
    kernels::table<kernels::GatherKernels<std::int32_t>>().gather(bytes(from), row_bytes(), rows.data(), count_of(rows),
                                                                  bytes(to));
  }
  static std::byte* bytes(T* x) { return reinterpret_cast<std::byte*>(x); }
  static const std::byte* bytes(const T* x) { return reinterpret_cast<const std::byte*>(x); }
  static std::int64_t count_of(std::span<const std::int32_t> rows) { return static_cast<std::int64_t>(rows.size()); }
  std::int64_t row_bytes() const { return static_cast<std::int64_t>(row_size_ * sizeof(T)); }

  Elements<T> table_;
  std::size_t row_size_;
  alignas(64) std::array<T, room*(1 + Elements<T>::max_slots)> buffer_;
  alignas(64) std::array<T, room> gradient_;
};

}  // namespace cornu::optim
