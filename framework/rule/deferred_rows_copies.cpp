// DeferredRows for those who only look: rows as settle() would leave them.
#include <algorithm>
#include <array>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/rule/deferred_rows.hpp>
#include <cornu/framework/rule/pieces.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::optim {

// The row as settle() would leave it, of variable and slots.
template <class T>
void DeferredRows::copy_settled(std::size_t row, T* const* to, T* scratch) const {
  std::array<double, 64> buffer;
  const std::size_t first = row * row_size_;
  Elements<T> elements{row_size_, to[0], {}, nullptr};
  std::copy_n(variable_->value.data<T>() + first, row_size_, to[0]);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    std::copy_n(slots_[i].body().value.data<T>() + first, row_size_, to[i + 1]);
    elements.slots[i] = to[i + 1];
  }
  const Stamp stamp = stamp_of(row);
  if (stamp < history_.now()) apply(history_.since(stamp, buffer), elements, scratch);
}

// Row i of `copy` becomes row row_of(i) of that part, as settle() would leave it.
template <class T, class RowOf>
void DeferredRows::copy_all_settled(std::size_t count, const RowOf& row_of, std::size_t part, T* copy) const {
  const std::size_t parts = slots_.size() + 1;
  const auto copy_some = [&](std::size_t first, std::size_t last) {
    Tensor scratch = Tensor::uninitialized({2 * parts, row_size_}, variable_->value.dtype());
    std::array<T*, Elements<T>::max_slots + 1> to{};
    for (std::size_t i = 0; i < parts; ++i) to[i] = scratch.mutable_data<T>() + i * row_size_;
    T* const spare = scratch.mutable_data<T>() + parts * row_size_;
    for (std::size_t i = first; i < last; ++i) {
      to[part] = copy + i * row_size_;
      copy_settled(row_of(i), to.data(), spare);
    }
  };
  detail::for_pieces_if(rule_->runs_on_threads(), count, detail::rows_a_piece(count, row_size_), copy_some);
}

Tensor DeferredRows::value(std::size_t part) const {
  const Tensor& raw = part == 0 ? variable_->value : slots_[part - 1].body().value;
  if (is_current()) return raw;
  Tensor copy = Tensor::uninitialized(raw.shape(), raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    copy_all_settled(
        rows_, [](std::size_t i) { return i; }, part, copy.mutable_data<T>());
  });
  return copy;
}

Tensor DeferredRows::gather(const Tensor& ids) const {
  const Tensor& raw = variable_->value;
  if (is_current()) return ops::gather(raw, ids);
  Shape shape = ids.shape();
  for (std::size_t axis = 1; axis < raw.rank(); ++axis) shape.push_back(raw.dim(static_cast<std::int64_t>(axis)));
  Tensor copy = Tensor::uninitialized(shape, raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    detail::for_ids(ids, [&](auto all) {
      copy_all_settled(
          all.size(), [all](std::size_t i) { return static_cast<std::size_t>(all[i]); }, 0, copy.mutable_data<T>());
    });
  });
  return copy;
}

}  // namespace cornu::optim
