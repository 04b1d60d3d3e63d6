// DeferredRows for those who only look: rows as settle() would leave them.
#include <algorithm>
#include <array>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/rule/deferred_rows.hpp>
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

Tensor DeferredRows::value(std::size_t part) const {
  const Tensor& raw = part == 0 ? variable_->value : slots_[part - 1].body().value;
  if (is_current()) return raw;
  Tensor copy = Tensor::uninitialized(raw.shape(), raw.dtype());
  Tensor scratch = Tensor::uninitialized({2, slots_.size() + 1, row_size_}, raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    std::vector<T*> to(slots_.size() + 1);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = scratch.mutable_data<T>() + i * row_size_;
    T* const spare = to.back() + row_size_;
    for (std::size_t row = 0; row < rows_; ++row) {
      to[part] = copy.mutable_data<T>() + row * row_size_;
      copy_settled(row, to.data(), spare);
    }
  });
  return copy;
}

Tensor DeferredRows::gather(const Tensor& ids) const {
  const Tensor& raw = variable_->value;
  if (is_current()) return ops::gather(raw, ids);
  Shape shape = ids.shape();
  for (std::size_t axis = 1; axis < raw.rank(); ++axis) shape.push_back(raw.dim(static_cast<std::int64_t>(axis)));
  Tensor copy = Tensor::uninitialized(shape, raw.dtype());
  Tensor scratch = Tensor::uninitialized({2, slots_.size() + 1, row_size_}, raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    std::vector<T*> to(slots_.size() + 1);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = scratch.mutable_data<T>() + i * row_size_;
    T* const spare = to.back() + row_size_;
    to[0] = copy.mutable_data<T>();
    detail::for_ids(ids, [&](auto all) {
      for (const auto id : all) {
        copy_settled(static_cast<std::size_t>(id), to.data(), spare);
        to[0] += row_size_;
      }
    });
  });
  return copy;
}

}  // namespace cornu::optim
