// DeferredRows as tensors, for files.
#include <algorithm>
#include <cstring>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/rule/deferred_rows.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::optim {

namespace {

constexpr std::size_t history_tensors = 6;  // then last number, stamps, rows that lack updates, and their elements

void require(bool holds, const char* what) {
  if (!holds)
    throw ValueError("DeferredRows::restore", std::string("not a state of these rows; got ") + what +
                                                  "; expected one of the same table and optimizer");
}

std::size_t row_bytes_of(const Tensor& table) {
  return table.dim(0) == 0 ? 0 : table.nbytes() / static_cast<std::size_t>(table.dim(0));
}

Tensor rows_of(const Tensor& table, std::span<const std::int32_t> rows) {
  Tensor copy = Tensor::uninitialized(table.shape().with(0, static_cast<std::int64_t>(rows.size())), table.dtype());
  const std::size_t bytes = row_bytes_of(table);
  const auto* const from = table.identity()->storage->bytes;
  auto* const to = copy.identity()->storage->bytes;
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::memcpy(to + i * bytes, from + static_cast<std::size_t>(rows[i]) * bytes, bytes);
  return copy;
}

void put_rows(Tensor& table, std::span<const std::int32_t> rows, const Tensor& elements) {
  Tensor& own = detail::exclusive(table);
  const std::size_t bytes = row_bytes_of(own);
  auto* const to = own.identity()->storage->bytes;
  const auto* const from = elements.identity()->storage->bytes;
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::memcpy(to + static_cast<std::size_t>(rows[i]) * bytes, from + i * bytes, bytes);
}

}  // namespace

std::vector<Tensor> DeferredRows::state() const {
  std::vector<Tensor> state = history_.state();
  Tensor number = Tensor::uninitialized({1}, int64), stamps = Tensor::uninitialized({rows_}, int32);
  *number.mutable_data<std::int64_t>() = last_number_;
  std::vector<std::int32_t> late;
  auto* const to = stamps.mutable_data<std::int32_t>();
  for (std::size_t row = 0; row < rows_; ++row) {
    to[row] = static_cast<std::int32_t>(stamp_of(row));
    if (stamp_of(row) < history_.now()) late.push_back(static_cast<std::int32_t>(row));
  }
  Tensor late_rows = Tensor::uninitialized({late.size()}, int32);
  std::copy(late.begin(), late.end(), late_rows.mutable_data<std::int32_t>());
  state.insert(state.end(), {number, stamps, late_rows, rows_of(variable_->value, late)});
  for (const Variable& slot : slots_) state.push_back(rows_of(slot.body().value, late));
  return state;
}

void DeferredRows::restore(const std::vector<Tensor>& state) {
  require(state.size() == history_tensors + 4 + slots_.size(), "another number of tensors");
  const Tensor &number = state[history_tensors], &stamps = state[history_tensors + 1];
  const Tensor& late_rows = state[history_tensors + 2];
  require(number.dtype() == int64 && number.size() == 1, "another number of updates");
  require(stamps.dtype() == int32 && stamps.shape() == Shape{rows_}, "stamps of another table");
  require(late_rows.dtype() == int32 && late_rows.rank() == 1, "a list of rows that is none");
  const std::span<const std::int32_t> late = late_rows.values<std::int32_t>();
  for (const std::int32_t row : late)
    require(row >= 0 && static_cast<std::size_t>(row) < rows_, "a row outside the table");
  const auto fits = [&](const Tensor& elements, const Tensor& table) {
    return elements.dtype() == table.dtype() &&
           elements.shape() == table.shape().with(0, static_cast<std::int64_t>(late.size()));
  };
  require(fits(state[history_tensors + 3], variable_->value), "elements of another table");
  for (std::size_t i = 0; i < slots_.size(); ++i)
    require(fits(state[history_tensors + 4 + i], slots_[i].body().value), "elements of other slots");

  reserve(0);
  history_.restore({state.begin(), state.begin() + history_tensors}, stamps.values<std::int32_t>());
  stamps_ = stamps;
  all_current_ = 0;
  last_number_ = *number.data<std::int64_t>();
  put_rows(variable_->value, late, state[history_tensors + 3]);
  for (std::size_t i = 0; i < slots_.size(); ++i)
    put_rows(slots_[i].body().value, late, state[history_tensors + 4 + i]);
}

}  // namespace cornu::optim
