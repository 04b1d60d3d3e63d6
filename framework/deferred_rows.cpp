#include <cornu/framework/deferred_rows.hpp>

#include <algorithm>

#include <cornu/framework/dispatch.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::optim {

DeferredRows::DeferredRows(std::shared_ptr<const IdleRule> rule, const Variable& variable, std::vector<Variable> slots)
    : rule_(std::move(rule)),
      variable_(&variable.body()),
      slots_(std::move(slots)),
      rows_(static_cast<std::size_t>(variable.shape().front())),
      row_size_(rows_ == 0 ? 0 : static_cast<std::size_t>(variable_->value.size()) / rows_),
      history_(rule_->series(), rows_),
      stamps_(Tensor::zeros({rows_}, int32)) {
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].body().pending = {this, i + 1};
}

DeferredRows::~DeferredRows() {
  for (const Variable& slot : slots_)
    if (slot.body().pending.updates == this) slot.body().pending = {};
}

DeferredRows::Stamp DeferredRows::stamp_of(std::size_t row) const {
  return std::max(static_cast<Stamp>(stamps_.data<std::int32_t>()[row]), all_current_);
}

void DeferredRows::add_update_of_all(const IdleUpdate& update) {
  history_.add(update);
  history_.restamp_all();
  all_current_ = history_.now();
}

// ── in place ────────────────────────────────────────────────────────────────────────────────────────────────────────

template <class T>
Elements<T> DeferredRows::elements() const {
  Elements<T> all{rows_ * row_size_, detail::exclusive(variable_->value).template mutable_data<T>(), {}, nullptr};
  for (std::size_t i = 0; i < slots_.size(); ++i)
    all.slots[i] = detail::exclusive(slots_[i].body().value).template mutable_data<T>();
  return all;
}

template <class T>
DeferredRows::Rows<T>::Rows(DeferredRows& table)
    : table_(table),
      all_(table.elements<T>()),
      stamps_(detail::exclusive(table.stamps_).mutable_data<std::int32_t>()),
      now_(table.history_.now()) {}

template <class T>
Elements<T> DeferredRows::Rows<T>::row(std::size_t row) const {
  const std::size_t first = row * table_.row_size_;
  Elements<T> elements{table_.row_size_, all_.value + first, {}, nullptr};
  for (std::size_t i = 0; i < table_.slots_.size(); ++i) elements.slots[i] = all_.slots[i] + first;
  return elements;
}

template <class T>
void DeferredRows::Rows<T>::prefetch(std::size_t row) const {
  const std::size_t first = row * table_.row_size_;
  for (std::size_t i = 0; i < table_.row_size_; i += 64 / sizeof(T)) {
    __builtin_prefetch(all_.value + first + i, 1);
    for (std::size_t slot = 0; slot < table_.slots_.size(); ++slot) __builtin_prefetch(all_.slots[slot] + first + i, 1);
  }
}

template <class T>
void DeferredRows::Rows<T>::settle(std::size_t row) {
  const Stamp stamp = std::max(static_cast<Stamp>(stamps_[row]), table_.all_current_);
  if (stamp >= now_) return;
  table_.rule_->idle(table_.history_.since(stamp, buffer_), this->row(row));
  table_.history_.restamp(stamp, now_);
  stamps_[row] = static_cast<std::int32_t>(now_);
}

template <class T>
Elements<T> DeferredRows::Rows<T>::update(std::size_t row) {
  settle(row);
  table_.history_.restamp(now_, now_ + 1);
  stamps_[row] = static_cast<std::int32_t>(now_ + 1);
  return this->row(row);
}

template class DeferredRows::Rows<float>;
template class DeferredRows::Rows<double>;

namespace {
constexpr std::size_t ahead = 8;  // rows asked for before they are needed, their stamps twice as early
}

void DeferredRows::settle(const Tensor& ids) {
  if (is_current()) return;
  detail::for_floating_type(variable_->value.dtype(), [&]<class T>(T) {
    Rows<T> rows(*this);
    const auto settle_all = [&](auto all) {
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (i + 2 * ahead < all.size()) rows.prefetch_stamp(static_cast<std::size_t>(all[i + 2 * ahead]));
        if (i + ahead < all.size()) rows.prefetch(static_cast<std::size_t>(all[i + ahead]));
        rows.settle(static_cast<std::size_t>(all[i]));
      }
    };
    ids.dtype() == int32 ? settle_all(ids.values<std::int32_t>()) : settle_all(ids.values<std::int64_t>());
  });
}

void DeferredRows::settle() {
  if (is_current()) return;
  detail::for_floating_type(variable_->value.dtype(), [&]<class T>(T) {
    Rows<T> rows(*this);
    for (std::size_t row = 0; row < rows_; ++row) rows.settle(row);
  });
  history_.restamp_all();
  all_current_ = history_.now();
}

// ── for those who only look ─────────────────────────────────────────────────────────────────────────────────────────

// The row as settle() would leave it, of variable and slots.
template <class T>
void DeferredRows::copy_settled(std::size_t row, T* const* to) const {
  std::array<double, 64> buffer;
  const std::size_t first = row * row_size_;
  Elements<T> elements{row_size_, to[0], {}, nullptr};
  std::copy_n(variable_->value.data<T>() + first, row_size_, to[0]);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    std::copy_n(slots_[i].body().value.data<T>() + first, row_size_, to[i + 1]);
    elements.slots[i] = to[i + 1];
  }
  const Stamp stamp = stamp_of(row);
  if (stamp < history_.now()) rule_->idle(history_.since(stamp, buffer), elements);
}

Tensor DeferredRows::value(std::size_t part) const {
  const Tensor& raw = part == 0 ? variable_->value : slots_[part - 1].body().value;
  if (is_current()) return raw;
  Tensor copy = Tensor::uninitialized(raw.shape(), raw.dtype());
  Tensor scratch = Tensor::uninitialized({slots_.size() + 1, row_size_}, raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    std::vector<T*> to(slots_.size() + 1);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = scratch.mutable_data<T>() + i * row_size_;
    for (std::size_t row = 0; row < rows_; ++row) {
      to[part] = copy.mutable_data<T>() + row * row_size_;
      copy_settled(row, to.data());
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
  Tensor scratch = Tensor::uninitialized({slots_.size() + 1, row_size_}, raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    std::vector<T*> to(slots_.size() + 1);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = scratch.mutable_data<T>() + i * row_size_;
    to[0] = copy.mutable_data<T>();
    const auto copy_all = [&](auto all) {
      for (const auto id : all) {
        copy_settled(static_cast<std::size_t>(id), to.data());
        to[0] += row_size_;
      }
    };
    ids.dtype() == int32 ? copy_all(ids.values<std::int32_t>()) : copy_all(ids.values<std::int64_t>());
  });
  return copy;
}

}  // namespace cornu::optim
